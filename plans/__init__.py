"""The plan files that we ship, as data."""
