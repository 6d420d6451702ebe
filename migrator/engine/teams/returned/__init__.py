"""What was merged, taken back on the code of today."""
