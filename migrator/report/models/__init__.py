"""What `--json` prints: one model per command, by what it is about, from which the schemas under `docs/` are generated.

Everything here is written to standard output as one JSON object; errors go to standard error as `findings.ErrorOut`.
"""
