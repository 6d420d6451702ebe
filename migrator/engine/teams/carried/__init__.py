"""An open branch, cut before a migration, taken to after it."""
