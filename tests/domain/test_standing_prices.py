"""Prices that hardly moved stand as they were recorded."""

from decimal import Decimal
from typing import Any

import pytest

from domain.prices import Price
from domain.standing_prices import MOVED, standing_prices
from tests.factories import price

RECORDED = price(last="100", mark=Decimal("100.01"), change_24h=Decimal("0.0123"), volume=Decimal(9000))


def recorded(seen: Price, before: Price = RECORDED) -> Price:
    (result,) = standing_prices({before.symbol: before}, [seen])
    return result


def seen(last: str = "100", mark: str = "100.01", change: str = "0.0123", **values: Any) -> Price:
    known: dict[str, Any] = {"mark": Decimal(mark), "change_24h": Decimal(change), "volume": Decimal(9000)}
    return price(last=last, **(known | values))


@pytest.mark.parametrize("hardly", [seen("100.019"), seen("99.981"), seen(mark="100.03"), seen(change="0.01249")])
def test_a_price_that_hardly_moved_stands(hardly: Price) -> None:
    assert recorded(hardly) == RECORDED


@pytest.mark.parametrize(
    "moved",
    [
        seen("100.02"),
        seen("99.98"),
        seen(mark="100.04"),
        seen(change="0.0125"),
        seen(volume=Decimal(8000)),
        seen(is_active=False),
        seen(change_24h=None),
    ],
)
def test_a_price_that_moved_is_recorded(moved: Price) -> None:
    assert recorded(moved) == moved


def test_small_steps_add_up_until_they_are_recorded() -> None:
    """The recorded price is never farther away than the threshold."""
    before, known = price(last="1000"), price(last="1000")
    for step in range(1, 100):
        now = price(last=str(Decimal(1000) + Decimal("0.05") * step))
        before = recorded(now, before)
        assert before.last is not None
        assert now.last is not None
        assert abs(before.last - now.last) < MOVED * before.last
    assert before != known


def test_the_book_is_recorded_only_where_it_decides_the_price() -> None:
    book: dict[str, Any] = {"bid": Decimal("99.9"), "ask": Decimal("100.1")}
    assert recorded(seen("200", **book)).bid is None
    without_trades = price(last="50", volume=Decimal(0), **book)
    assert recorded(without_trades) == without_trades
    assert recorded(price(last=None, **book)).bid == Decimal("99.9")


def test_a_market_that_halts_is_recorded_at_once() -> None:
    assert recorded(seen(is_active=False)).best is None
