"""Laws are tried on the same random trees in every run; `HYPOTHESIS_PROFILE=search` looks for new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_QUIET = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile("laws", max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=_QUIET)
settings.register_profile("search", max_examples=2000, deadline=None, suppress_health_check=_QUIET)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "laws"))
