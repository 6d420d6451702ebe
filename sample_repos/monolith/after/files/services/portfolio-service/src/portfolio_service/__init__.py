# Tables refer to these by name: they are known once they are loaded.
import backend_core.data.models.quote  # noqa: F401
