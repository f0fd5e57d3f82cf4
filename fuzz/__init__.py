"""Fuzz targets for everything in `osci` that reads foreign bytes: `make fuzz SECONDS=...` (ops/fuzz.sh)."""
