"""A branch that is not merged yet, on a base that moved on."""
