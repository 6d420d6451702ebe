"""A slice a week: whose a step is, what is done, what is open."""
