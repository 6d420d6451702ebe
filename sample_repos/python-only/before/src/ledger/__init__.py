"""Debits and credits."""
