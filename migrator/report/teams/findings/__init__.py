"""Findings where people look for them: SARIF and annotations."""
