"""`make demo`: the main job from one end to the other, with real parts, on loopback."""
