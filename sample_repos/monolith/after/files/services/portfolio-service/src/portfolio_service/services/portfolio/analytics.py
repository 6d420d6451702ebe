from collections import defaultdict

from portfolio_service.models.portfolio import Holding

from .calculations import share, worth


def allocation(holdings: list[Holding]) -> dict[str, float]:
    found: dict[str, list[Holding]] = defaultdict(list)
    for one in holdings:
        found[one.symbol].append(one)
    whole = worth(holdings)
    return {symbol: share(worth(some), whole) for symbol, some in sorted(found.items())}
