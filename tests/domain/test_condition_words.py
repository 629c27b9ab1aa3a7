"""Words of conditions: a trader reads sentences, not code, in messages and on pages."""

from typing import Any

import pytest

from analysis.rules.parsed import parsed_rule
from domain.condition_words import Telling, joined, sentences_of, standing_of, words_of
from domain.rule_terms import ACCOUNT_TERMS, Unit


def told(text: str, outcome: str = "yes", **values: Any) -> str:
    (sentence,) = sentences_of({"text": text, "outcome": outcome, **values})
    return sentence


@pytest.mark.parametrize(
    ("leaf", "sentence"),
    [
        ({"text": "covered <= 0 %", "left": 0.0, "right": 0.0, "unit": "share"}, "no stop covers it (0 % covered)"),
        (
            {"text": "covered < 50 %", "left": 0.4, "right": 0.5, "unit": "share"},
            "share that stops cover is 40 %, below 50 %",
        ),
        ({"text": "value > 5000", "left": 7879.04, "right": 5000.0}, "value is 7,879.04, above 5,000"),
        ({"text": 'rsi(14, "4h") < 30', "left": 28.4, "right": 30.0}, "RSI 14 of 4h is 28.4, below 30"),
        ({"text": 'price > sma(200, "1d")', "left": 101.0, "right": 95.0}, "price is 101, above SMA 200 of 1d (95)"),
        ({"text": "failing_for >= 15m", "left": 3600.0, "right": 900.0, "unit": "seconds"},
         "time since it began to fail is 60 min, at least 15 min"),
        ({"text": 'ema(10, "4h") crosses above sma(50, "4h")', "left": 100.3, "right": 100.1},
         "EMA 10 of 4h crossed above SMA 50 of 4h (100.3 and 100.1)"),
        ({"text": 'close("1d") falling for 3', "left": 100.0}, "close of 1d fell 3 times in a row (100)"),
        ({"text": 'order_filled("1h")'}, "the order was filled within 1h"),
        ({"text": "price - 5 > 100", "left": 106.0, "right": 100.0}, "price - 5 is 106, above 100"),
    ],
)  # fmt: skip
def test_a_comparison_is_a_sentence(leaf: dict[str, Any], sentence: str) -> None:
    assert told(**leaf) == sentence


def test_what_does_not_hold_or_is_not_known_says_so() -> None:
    assert told("price > 100", "no", left=99.0, right=100.0) == "price is 99, not above 100"
    assert told("key_can_withdraw", "no") == "it is not so that the key may withdraw"
    assert told("price > 100", "unknown") == "price is above 100: not known"


def test_hidden_values_are_in_no_sentence() -> None:
    tree = {"text": "covered <= 0 %", "outcome": "yes", "left": 0.25, "right": 0.0, "unit": Unit.SHARE}
    assert "25" not in "".join(sentences_of(tree, Telling(hidden=True)))


def test_sentences_follow_each_other() -> None:
    leaves = [{"text": "value > 5", "left": 6.0, "right": 5.0}, {"text": "share > 1 %", "left": 0.5, "unit": "share"}]
    assert joined(sentences_of({"text": "", "parts": leaves})) == (
        "value is 6, above 5. Share of net value is 50 %, above 1 %"
    )


@pytest.mark.parametrize("name", ACCOUNT_TERMS)
def test_no_term_of_an_account_is_told_by_the_name_that_rules_give_it(name: str) -> None:
    sentence = told(name if ACCOUNT_TERMS[name].unit is Unit.CONDITION else f"{name} > 1", left=2.0, right=1.0)
    assert "_" not in sentence


def test_a_rule_is_told_without_values() -> None:
    condition = parsed_rule("covered <= 0 % and (value > 5000 or share > 10 %)").holds
    assert words_of(condition) == "no stop covers it and (value is above 5,000 or share of net value is above 10 %)"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("price > 100000", "price is above 100,000"),
        ("price > 1234567.25", "price is above 1,234,567.25"),
        ("price < 0.00012345", "price is below 0.00012345"),
        ('change(price, "1d") > 1500 %', "change of price in 1d is above 1,500 %"),
        ("unrealised < -2500", "open P&L is below -2,500"),
    ],
)
def test_a_limit_has_thousands_separators(text: str, words: str) -> None:
    assert words_of(parsed_rule(text).holds) == words


@pytest.mark.parametrize(
    ("leaf", "sentence"),
    [
        ({"text": "value > 5000", "left": 6036.88, "right": 5000.0},
         "value was 6,036.88 EUR when it fired, above 5,000"),
        ({"text": "value > 5000"}, "value was above 5,000 EUR when it fired"),
        ({"text": "covered <= 0 %", "left": 0.0, "unit": "share"}, "no stop covered it when it fired"),
        ({"text": "covered > 90 %", "left": 1.0, "unit": "share"},
         "stops covered all of it when it fired"),
        ({"text": "price > 100", "left": 101.0, "right": 100.0}, "price was 101 when it fired, above 100"),
        ({"text": "open_profit < -5", "left": -6.0, "right": -5.0}, "open profit was -6 when it fired, below -5"),
    ],
)  # fmt: skip
def test_values_of_an_earlier_moment_say_when_they_were(leaf: dict[str, Any], sentence: str) -> None:
    assert sentences_of(leaf, Telling(currency="EUR", when="when it fired")) == (sentence,)


def test_the_moment_is_named_once() -> None:
    leaves = [
        {"text": "covered <= 0 %", "left": 0.0, "unit": "share"},
        {"text": "value > 5", "left": 6.0, "right": 5.0},
    ]
    assert sentences_of({"text": "", "parts": leaves}, Telling(when="when it fired")) == (
        "no stop covered it when it fired",
        "value was 6, above 5",
    )


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        ({"text": "value > 5000", "left": 6071.0, "right": 5000.0, "distance": 1071.0, "relative": 0.2142},
         "value is 6,071 USD, above 5,000 (21.4 % over)"),
        ({"text": "price < 100", "left": 99.5, "right": 100.0, "distance": -0.5, "relative": -0.005},
         "price is 99.5, below 100 (0.5 % under)"),
        ({"text": "covered <= 0 %", "left": 0.0, "right": 0.0, "distance": 0.0, "unit": "share"},
         "no stop covers it (0 % covered)"),
        ({"text": "covered < 50 %", "outcome": "no", "left": 0.6, "right": 0.5, "distance": 0.1, "unit": "share"},
         "share that stops cover is 60 %, not below 50 %: not yet, 10.0 percentage points away"),
        ({"text": "price > 100", "outcome": "no", "left": 95.0, "right": 100.0, "distance": -5.0, "relative": -0.05},
         "price is 95, not above 100: not yet, 5.0 % away"),
        ({"text": "failing_for >= 15m", "outcome": "no", "left": 600.0, "right": 900.0, "distance": -300.0,
          "relative": -0.33, "unit": "seconds"},
         "time since it began to fail is 10 min, not at least 15 min: not yet, 5 min away"),
        ({"text": "covered <= 0 %", "outcome": "unknown", "unit": "share", "reasons": ["orders were not read"]},
         "no stop covers it: not known, orders were not read"),
        ({"text": "unrealised > 0", "left": 7.0, "right": 0.0, "distance": 7.0},
         "open P&L is 7 USD, above 0 (7 over)"),
    ],
)  # fmt: skip
def test_a_comparison_says_how_far_it_is_from_its_limit(leaf: dict[str, Any], words: str) -> None:
    assert standing_of({"outcome": "yes", **leaf}, Telling(currency="USD")) == words


def test_the_distance_to_a_limit_tells_no_hidden_value() -> None:
    leaf = {"text": "value > 5", "outcome": "yes", "left": 6.0, "right": 5.0, "distance": 1.0, "relative": 0.2}
    assert standing_of(leaf, Telling(hidden=True)) == "value is ••••, above 5"


def test_what_should_not_hold_is_not_told_as_not_yet() -> None:
    leaf = {"text": "price > 100", "outcome": "no", "left": 99.0, "right": 100.0, "distance": -1.0, "relative": -0.01}
    assert standing_of(leaf, is_hoped=False) == "price is 99, not above 100, 1.0 % away"


def test_a_part_that_is_covered_is_not_told_as_without_a_stop() -> None:
    assert told("covered <= 0 %", "no") == "share that stops cover is not at most 0 %"
