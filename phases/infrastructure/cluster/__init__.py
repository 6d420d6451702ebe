"""What a cluster is asked to run: the landscape seen from Kubernetes, which manifests, chart and delivery have in common."""
