"""One file for a browser: what a plan does, drawn and told."""
