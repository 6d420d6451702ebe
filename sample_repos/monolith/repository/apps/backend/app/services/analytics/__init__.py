from app.services.analytics.aggregators import counts
from app.services.analytics.collectors import collect

__all__ = ["collect", "counts"]
