"""Speed against the peers: see bench/README.md."""
