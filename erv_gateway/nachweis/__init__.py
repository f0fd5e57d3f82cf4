"""The proof of a Sendung: the bundle that is filed to the case, and its verification."""
