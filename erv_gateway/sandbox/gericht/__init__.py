"""The simulated Verwaltungsgericht: own keys, own reading and checking code, own memory."""
