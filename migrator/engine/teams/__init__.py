"""What several people need of one migration: slices, updates, open branches carried over, shims, reviews, and what was merged taken back."""
