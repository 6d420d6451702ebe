"""Whether commits are what their steps make."""
