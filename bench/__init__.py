"""What the hot paths cost, each beside its floor. Run it with `python -m bench`; docs/bench.md says how to read it."""
