"""`python -m erv_gateway`: the same as the command `erv-gateway`."""

from erv_gateway.cli import main

main()
