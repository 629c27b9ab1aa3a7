"""Whatever an exchange that ccxt reads puts into a row of orders: no crash, no invented price, no row lost."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sources import Source
from exchanges.connection.exact import EXACT, exact_json
from exchanges.connection.listed_markets import Listed
from exchanges.contracts import AccountConnection
from exchanges.unified.orders import normalise_unified_orders
from exchanges.venues.registry import venue_of
from tests.exchanges.cryptocom.test_hostile_payloads import JSON, numbers
from tests.exchanges.harness import gateway_of, venues

VENUES = venues()
# (which venue, source, a good row)
GOOD = [
    (place, case.source, row)
    for place, venue in enumerate(VENUES)
    for case in venue.cases
    for row in case.says
    if isinstance(row, dict)
]
_WITHIN = re.compile(r"\d+(?:\.\d+)?", re.ASCII)  # "+5.0000%"


@cache
def parsing(place: int) -> tuple[Any, Listed]:
    """ccxt's class of an exchange with our overrides and its markets. Sends no request."""
    venue = VENUES[place]
    account = AccountConnection("main", venue.exchange, "key", "c2VjcmV0", "pass", options=venue.options)
    exchange = vars(gateway_of(account))["_Gateway__exchange"]
    exchange.set_markets([dict(market) for market in venue.markets])
    return exchange, Listed(exchange.markets)


def mangled(row: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A row with some of its fields, also those of objects in it, replaced by anything or taken away."""
    changes = {
        field: JSON | mangled(value) if isinstance(value, dict) and value else JSON for field, value in row.items()
    }
    some = st.lists(st.sampled_from(sorted(changes)), max_size=4, unique=True)
    changed = some.flatmap(lambda fields: st.fixed_dictionaries({field: changes[field] for field in fields}))
    gone = st.sets(st.sampled_from(sorted(row)), max_size=2)
    return st.tuples(changed, gone).map(
        lambda both: {field: value for field, value in (row | both[0]).items() if field not in both[1]}
    )


def said(value: Any) -> Iterator[Decimal]:
    """Every number in a row, whether said as a number or as text, also in JSON within text."""
    if isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from said(inner)
    elif isinstance(value, str) and value.startswith(("{", "[")):
        try:
            yield from said(exact_json(value))
        except (ValueError, RecursionError):
            return
    elif isinstance(value, int | str) and not isinstance(value, bool):
        try:
            yield Decimal(value)
        except (ArithmeticError, ValueError):
            yield from map(Decimal, _WITHIN.findall(str(value)))


def digits(number: Decimal) -> tuple[int, ...]:
    """The digits of a number without sign and decimal point, because rates become percentages and some exchanges omit
    the point.
    """
    return EXACT.normalize(number).as_tuple().digits


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(GOOD).flatmap(lambda good: st.tuples(st.just(good), st.lists(mangled(good[2]), max_size=3))))
def test_any_row_of_any_exchange_is_read_or_shown(drawn: tuple[tuple[int, str, Any], list[Any]]) -> None:
    (place, source, good), sent = drawn
    exchange, listed = parsing(place)
    sent = exact_json(json.dumps([good, *sent]))  # as rows come over the wire: without floats
    success = normalise_unified_orders(
        exchange.parse_orders(sent),
        "main",
        VENUES[place].exchange,
        venue_of(VENUES[place].exchange),
        Source(source),
        listed,
    )
    seen = [order.raw for order in success.rows] + [row.raw for row in success.unreadable]
    assert [row for row in sent if row not in seen and row != good] == []
    for order in success.rows:
        assert all(number.is_finite() and number >= 0 for number in numbers(order))
        known = {digits(number) for number in said(order.raw) if number.is_finite()}
        for price in (order.trigger_price, order.limit_price, order.activation_price, order.trailing_distance):
            assert price is None or digits(price) in known, order
