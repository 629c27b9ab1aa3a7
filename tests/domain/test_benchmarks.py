"""Benchmarks: coins and holdings held from the begin."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.benchmarks import HELD, basket_name, of_basket, of_coin, of_held, parse_basket
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


def test_a_basket_names_shares_or_has_equal_ones() -> None:
    assert parse_basket("60 % BTC, 40% eth") == {"BTC": Decimal("0.6"), "ETH": Decimal("0.4")}
    assert parse_basket("BTC,ETH") == {"BTC": Decimal("0.5"), "ETH": Decimal("0.5")}
    assert basket_name(parse_basket("100 % BTC")) == "100 % BTC"


@pytest.mark.parametrize(
    "words", ["60 % BTC", "60 % BTC, ETH", "50 % BTC, 50 % BTC", "BTC;ETH", "0 % BTC, 100 % ETH", ","]
)
def test_a_basket_that_does_not_add_up_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="basket"):
        parse_basket(words)


def test_a_basket_grows_by_the_shares_of_its_begin() -> None:
    """60 in BTC double, 40 in ETH halve: 120 + 20 of 100."""
    prices = {"BTC": numbers("100", "100", "200"), "ETH": numbers("10", None, "5")}
    found = of_basket(MOMENTS, parse_basket("60 % BTC, 40 % ETH"), prices)
    assert (found.name, found.fractions) == ("60 % BTC, 40 % ETH", (0, None, Decimal("0.4")))
