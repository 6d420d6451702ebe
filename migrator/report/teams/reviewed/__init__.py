"""What a reviewer reads: a review, and what a pull request says."""
