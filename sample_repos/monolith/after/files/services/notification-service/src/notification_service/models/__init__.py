import backend_core.models  # noqa: F401
