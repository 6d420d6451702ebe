"""What people and programs read of a migration that several people make."""
