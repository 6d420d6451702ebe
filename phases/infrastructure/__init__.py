"""Phase 3, Infrastructure: what the repository runs, each kind of file derived from it a step."""
