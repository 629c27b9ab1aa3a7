"""Benchmarks: coins and holdings held from the begin."""

from datetime import timedelta
from decimal import Decimal

from domain.benchmarks import HELD, of_coin, of_held
from tests.factories import NOON

MOMENTS = [NOON, NOON + timedelta(days=1), NOON + timedelta(days=2)]


def numbers(*texts: str | None) -> list[Decimal | None]:
    return [None if text is None else Decimal(text) for text in texts]


def test_a_coin_grows_by_its_price_since_the_begin() -> None:
    found = of_coin("BTC", MOMENTS, numbers("100", None, "150"))
    assert (found.name, found.fractions, found.fraction) == ("BTC", (0, None, Decimal("0.5")), Decimal("0.5"))


def test_without_a_price_at_the_begin_nothing_is_known() -> None:
    assert of_coin("BTC", MOMENTS, numbers(None, "100", "150")).fractions == (None, None, None)


def test_what_was_held_then_is_valued_at_the_prices_of_each_day() -> None:
    """2 BTC at 100 and 300 dollars: 500 at the begin, 600 when BTC costs 150."""
    prices = {"BTC": numbers("100", "150", None), "USD": numbers("1", "1", "1")}
    found = of_held(MOMENTS, {"BTC": Decimal(2), "USD": Decimal(300)}, prices)
    assert (found.name, found.fractions) == (HELD, (0, Decimal("0.2"), None))


def test_an_asset_without_a_price_at_the_begin_is_in_no_total() -> None:
    prices = {"BTC": numbers("100", "150", "200"), "X": numbers(None, "7", "8")}
    assert of_held(MOMENTS, {"BTC": Decimal(1), "X": Decimal(9)}, prices).fraction == 1
