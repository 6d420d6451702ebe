"""Tests: which go along with which part, with what they need of their conftest files and settings."""
