import backend_core.data.models  # noqa: F401
