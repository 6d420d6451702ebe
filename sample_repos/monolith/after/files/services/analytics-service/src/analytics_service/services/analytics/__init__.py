from analytics_service.services.analytics.aggregators import counts
from analytics_service.services.analytics.collectors import collect

__all__ = ["collect", "counts"]
