"""A rule that contradicts itself says so."""

import pytest

from analysis.rules.contradictions import certainty_in, contradiction_in
from analysis.rules.parser import parse_rule


@pytest.mark.parametrize(
    "text",
    [
        "rsi < 30 and rsi >= 30",
        "rsi > 100",
        "price < 0",
        "covered > 100 %",
        "not (price < 3) and price < 2",
        "order_filled and not order_filled",
        "rsi < 30 and (rsi > 40 or rsi > 50)",
        "price = 3 and price = 4",
        "change(price, 1d) > 5 % and 4 % > change(price, 1d)",
    ],
)
def test_a_rule_that_contradicts_itself_is_named(text: str) -> None:
    reason = contradiction_in(parse_rule(text))
    assert reason is not None
    assert reason.startswith("the rule can never hold")


@pytest.mark.parametrize(
    "text",
    [
        "rsi < 30 and rsi(14, 4h) >= 30",
        "rsi < 30 or rsi >= 70",
        "price < 3 and price > 2",
        "rsi <= 30 and rsi >= 30",
        "price > 3 and price > sma(20)",
        "not order_filled",
    ],
)
def test_a_rule_that_some_market_meets_is_not_named(text: str) -> None:
    assert contradiction_in(parse_rule(text)) is None
    assert certainty_in(parse_rule(text)) is None


def test_a_rule_that_always_holds_is_named() -> None:
    assert certainty_in(parse_rule("rsi < 30 or rsi >= 30")) is not None
    assert certainty_in(parse_rule("covered <= 100 %")) is not None
