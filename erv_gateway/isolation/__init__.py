"""Work on foreign bytes in child processes with limits, forked from a warm parent (`werkstatt.Werkstatt`)."""
