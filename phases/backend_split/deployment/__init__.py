"""What builds and runs the parts: images, and entries in compose files."""
