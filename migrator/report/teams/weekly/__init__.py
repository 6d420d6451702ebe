"""A slice a week: how far a migration has come, what a slice leaves out, what lies at old places."""
