"""Which module of a monolith becomes whose: what its routers reach, what finds files by its own place, and how that is told to people."""
