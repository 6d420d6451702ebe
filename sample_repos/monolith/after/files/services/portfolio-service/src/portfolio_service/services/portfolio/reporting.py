import csv
import io
from collections.abc import Iterator

from portfolio_service.models.portfolio import Holding
from portfolio_service.services.portfolio import worth


def report(holdings: list[Holding]) -> Iterator[str]:
    for row in [["symbol", "amount", "paid"], *([h.symbol, h.amount, h.paid] for h in holdings), ["all", "", worth(holdings)]]:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue()
