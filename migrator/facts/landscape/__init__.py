"""What the repository runs, said once: the one model of workloads that phases 3 to 6 share."""

from migrator.facts.landscape.model import Landscape

__all__ = ["Landscape"]
