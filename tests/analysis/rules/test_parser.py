"""The language of rules: it reads back what it writes, and an error names the place, the word and the remedy."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rules.catalogue import CATALOGUE
from analysis.rules.errors import RuleError
from analysis.rules.parsed import parsed_rule
from analysis.rules.parser import parse_rule
from domain.rule_terms import ParameterKind, Unit
from domain.rule_text import text_of
from domain.rule_tree import (
    All,
    Any,
    Arithmetic,
    Change,
    Comparison,
    Condition,
    Crosses,
    Holds,
    Not,
    Number,
    Term,
    Trend,
)

D = Decimal
RSI = Term("rsi", (D(14), "4h"))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('rsi(14, "4h") < 30', Comparison(RSI, "<", Number(D(30)))),
        ("RSI(4h) < 30", Comparison(RSI, "<", Number(D(30)))),
        ("price > 2_900.5", Comparison(Term("price"), ">", Number(D("2900.5")))),
        ("change(price, 1d) < -5 %", Comparison(
            Change(Term("price"), timedelta(days=1)), "<", Number(D("-0.05"), "%"))),
        ("age > 1.5h", Comparison(Term("age"), ">", Number(D(5400), "s"))),
        ("close crosses above ema(10)", Crosses(Term("close", ("1h",)), "above", Term("ema", (D(10), "1h")))),
        ("ema(10, 4h) rising for 3", Trend(Term("ema", (D(10), "4h")), "rising", 3)),
        ("order_filled", Holds(Term("order_filled", (timedelta(days=1),)))),
        ("price > ema(10) * 1.005", Comparison(
            Term("price"), ">", Arithmetic(Term("ema", (D(10), "1h")), "*", Number(D("1.005"))))),
    ],
)  # fmt: skip
def test_a_rule_is_read_as_its_tree(text: str, tree: Condition) -> None:
    assert parse_rule(text) == tree


def test_and_binds_tighter_than_or_and_not_tighter_than_both() -> None:
    a, b, c = (Comparison(Term("price"), ">", Number(D(n))) for n in (1, 2, 3))
    assert parse_rule("price > 1 or not price > 2 and price > 3") == Any((a, All((Not(b), c))))
    assert parse_rule("(price > 1 or price > 2) and price > 3") == All((Any((a, b)), c))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the rule is empty"),
        ("rsy(14) < 30", "column 1: 'rsy' is not a term, did you mean rsi?"),
        ("price > 3 and rsl < 30", "column 15: 'rsl' is not a term, did you mean rsi?"),
        ("price crosse above 3", "column 7: 'crosse' does not fit here, did you mean crosses?"),
        ("price >", "column 8: the rule ends too early: a value or a condition is missing"),
        ("(price > 3", "column 11: the rule ends too early: a bracket is not closed"),
        ("price & 3", "column 7: the character '&' has no meaning here"),
        ("price", "column 1: this is a value: compare it with another"),
        ("3 > 2", "column 1: both sides are numbers"),
        ("price / 0 > 1", "column 9: a division by zero has no value"),
        ("price < 1 / (2 - 2)", "column 14: a division by zero has no value"),
        ("order_filled > 2", "column 1: order_filled is a condition, so it cannot be compared"),
        ('rsi(14, "2h") < 30', "column 9: '2h' is no timeframe: use one of 1m, 5m, 15m, 30m, 1h, 4h, 1d"),
        ("rsi(1) < 30", "column 5: n of rsi is 1: use a whole number from 2 to 500"),
        ("rsi(14, 1h, 3) < 30", "column 13: rsi takes n, timeframe, and 3 is one too many"),
        ("rsi < 30 %", 'column 1: rsi(14, "1h") is no share: write the number without %'),
        ("covered < 0.5", "column 1: covered is a share: compare it with a percentage, as in 50 %"),
        ("age > 5", "column 1: age is a span of time: compare it with one such as 15m or 2d"),
        ("price < 15m", "column 1: price is no span of time"),
        ("rsi < price", 'column 1: rsi(14, "1h") is an index and price is a price: they cannot be compared'),
        ("change(price, 3) > 1 %", "column 15: 3 is no span: write one such as 90m, 4h or 7d"),
        ("ema rising for 0", "column 16: 0 steps: use a whole number from 1 to 100"),
        ("price > 'high'", "column 9: 'high' is a text"),
        ("price > 1 or " * 200 + "price > 1", "the rule has 2609 characters, and 2000 are the limit"),
    ],
)
def test_an_error_names_the_place_the_word_and_the_remedy(text: str, message: str) -> None:
    with pytest.raises(RuleError) as error:
        parse_rule(text)
    assert str(error.value).startswith(message)


def terms(unit: Unit | None = None) -> st.SearchStrategy[Term]:
    """Terms with complete arguments."""
    arguments = {
        ParameterKind.COUNT: st.integers(2, 500).map(Decimal),
        ParameterKind.FACTOR: st.sampled_from([D("0.5"), D(2), D("2.5")]),
        ParameterKind.TIMEFRAME: st.sampled_from(["1m", "15m", "4h", "1d"]),
        ParameterKind.SPAN: st.integers(1, 10_000).map(lambda minutes: timedelta(minutes=minutes)),
    }
    kinds = [kind for kind in CATALOGUE.values() if unit is None or kind.unit is unit]
    return st.sampled_from(kinds).flatmap(
        lambda kind: st.tuples(*(arguments[parameter.kind] for parameter in kind.parameters)).map(
            lambda values: Term(kind.name, values)
        )
    )


_NUMBERS = st.decimals(0, 10_000, places=2).map(Number)
_DIVISORS = st.decimals("0.01", 10_000, places=2).map(Number)
_PRICES = st.recursive(
    terms(Unit.PRICE),
    lambda inner: st.builds(Arithmetic, inner, st.sampled_from("+-*/"), inner | _DIVISORS),
    max_leaves=4,
)
_LEAVES = st.one_of(
    st.builds(Comparison, _PRICES, st.sampled_from(["<", "<=", ">", ">=", "="]), _PRICES | _NUMBERS),
    st.builds(Crosses, _PRICES, st.sampled_from(["above", "below"]), _PRICES),
    st.builds(Trend, _PRICES, st.sampled_from(["rising", "falling"]), st.integers(1, 100)),
    st.builds(Holds, terms(Unit.CONDITION)),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Any(tuple(parts))),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)


@given(CONDITIONS)
def test_the_text_of_a_rule_reads_as_the_same_text(condition: Condition) -> None:
    """Brackets may join nested `and`, so texts are compared, not trees."""
    text = text_of(condition)
    assert text_of(parse_rule(text)) == text


@given(st.text(alphabet="rsi price()<>=.,0123456789\"'andortchege%_-*/\n\t€", max_size=80))
def test_no_text_raises_anything_but_a_rule_error(text: str) -> None:
    with suppress(RuleError):
        parse_rule(text)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ('order_filled("1h")', True),
        ('stop_vanished("1d") or deposit("1h")', True),
        ("key_can_withdraw", False),
        ('order_filled("1h") and age > 1h', False),
        ("net_value < 5", False),
    ],
)
def test_a_rule_about_events_alone_ends_by_itself(text: str, ends: bool) -> None:
    assert parsed_rule(text).ends_by_itself is ends
