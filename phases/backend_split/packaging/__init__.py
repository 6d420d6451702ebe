"""What makes a distribution of modules: its manifest, where in it they lie, and who has to see it."""
