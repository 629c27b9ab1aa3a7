"""Histories of one coin as lines of text, counted by its book."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext

from domain.coin_books import CoinBook, CoinEvent, CoinResult, Role
from domain.coin_lots import LotMethod
from domain.lots import EXACT

START = datetime(2020, 1, 1, tzinfo=UTC)


def event(line: str, hour: int = 0) -> CoinEvent:
    """`+2 300 1.5` came in at a value of 300 with fees of 1.5. `-2 300` left. `income +2 300` was earned."""
    role = Role.INCOME if line.startswith("income ") else Role.TRADED
    quantity, value, *fees = line.removeprefix("income ").split()
    return CoinEvent(
        f"{hour}", "X", START + timedelta(hours=hour), role, Decimal(quantity), Decimal(value),
        Decimal(fees[0]) if fees else Decimal(0),
    )  # fmt: skip


def counted(method: LotMethod, *lines: str, book: CoinBook | None = None) -> Sequence[CoinResult]:
    """What each line did, one hour after the other."""
    used = book or CoinBook(method)
    return [used.apply(event(line, hour)) for hour, line in enumerate(lines)]


def realised(results: Sequence[CoinResult]) -> Decimal:
    """The sum of what all events gained. Fails where one of them is unknown."""
    with localcontext(EXACT):
        gains = [result.realised for result in results]
        assert all(gain is not None for gain in gains)
        return sum((gain for gain in gains if gain is not None), Decimal(0))
