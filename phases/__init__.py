"""The phases that we ship, one package each; others come through the entry-point group `migrate.phases`."""
