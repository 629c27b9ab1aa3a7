"""Faults of the network and of the exchange's responses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.refresher.scripted_exchange import BALANCES, ORDERS, TICKERS
from tests.whole.chaos import relay
from tests.whole.chaos.fault import Act, Fault, carried, unreadable
from tests.whole.chaos.relay import Spoil, changes, changes_rows, says
from tests.whole.chaos.stack import Stack

PRIVATE = ("balances", "positions", "orders", "triggers")
ALONE = "orders are carried with their own age, the rest is fresh"
ALL = "everything is carried with its own age"


def spoiling(spoil: Spoil, *paths: str) -> Act:
    @contextmanager
    def act(stack: Stack) -> Iterator[None]:
        with stack.relay.spoiling(spoil, *paths):
            yield

    return act


def doubled_key(body: str) -> str:
    return body.replace('"code":', '"code":7,"code":', 1).replace('"code": ', '"code": 7, "code": ', 1)


def wrong_type(body: str) -> str:
    return '{"id": 1, "code": 0, "result": {"data": {"order_id": []}}}'


def each(**values: Any) -> Spoil:
    """These values in each row that has the field."""
    return changes_rows(lambda row: {name: value for name, value in values.items() if name in row})


WHOLE_RESPONSES: dict[str, Spoil] = {
    "no response": relay.hang,
    "a byte every 0.3 s": relay.drip,
    "a header without end": relay.slow_header,
    "half a response": relay.cut,
    "a reset connection": relay.reset,
    "a TLS alert": relay.tls_alert,
    "429": says(429, '{"code": 42901, "message": "RATE_LIMIT"}'),
    "500": says(500, '{"code": 50001, "message": "ERR_INTERNAL"}'),
    "503 with Retry-After": says(503, "busy", **{"Retry-After": "1"}),
    "302 to elsewhere": says(302, "", Location="http://127.0.0.1:9/"),
    "a page of HTML": says(200, "<html><body>maintenance</body></html>", **{"Content-Type": "text/html"}),
    "an empty body": says(200, ""),
    "truncated JSON": changes(lambda body: body[: len(body) * 2 // 3]),
    "a duplicated key": changes(doubled_key),
    "rows of a wrong type": changes(wrong_type),
    "null": says(200, "null"),
    "a code of an error": says(200, '{"code": 40003, "message": "INVALID_REQUEST"}'),
    "a compression that is none": says(200, "plain", **{"Content-Encoding": "gzip"}),
    "nesting of 100,000 levels": says(200, "[" * 100_000),
}

ROWS: dict[str, tuple[str, str, Spoil]] = {
    "an order of 1e400": (ORDERS, "orders", each(quantity="1e400")),
    "an order of 1e-300": (ORDERS, "orders", each(quantity="1e-300")),
    "orders that are not a number": (ORDERS, "orders", each(quantity="NaN")),
    "orders with an object as amount": (ORDERS, "orders", each(quantity={"value": 1})),
    "orders without a side": (ORDERS, "orders", each(side=None)),
    "a balance of 1e400": (BALANCES, "balances", each(quantity="1e400")),
    "a balance of 31 digits": (BALANCES, "balances", each(quantity="1" * 31)),
    "a price of 1e-300": (TICKERS, "prices", each(a="1e-300")),
}
PRICES: dict[str, Spoil] = {
    "negative prices": each(a="-5", b="-6", k="-4"),
    "zero prices": each(a="0", b="0", k="0"),
    "a change of 1e300": each(c="1e300"),
}


def network_faults() -> Iterator[Fault]:
    for name, spoil in WHOLE_RESPONSES.items():
        yield Fault(f"orders: {name}", ALONE, spoiling(spoil, ORDERS), carried("orders"))
    for name in ("no response", "half a response", "a reset connection", "500", "a page of HTML", "a duplicated key"):
        yield Fault(f"everything: {name}", ALL, spoiling(WHOLE_RESPONSES[name]), carried(*PRIVATE))
    yield Fault(
        "everything: a refused key", ALL, spoiling(says(401, '{"code": 40101, "message": "UNAUTHORIZED"}')),
        carried(*PRIVATE),
    )  # fmt: skip
    for name, (path, source, spoil) in ROWS.items():
        yield Fault(name, "unreadable rows are named", spoiling(spoil, path), unreadable(source), loses_rows=True)
    for name, spoil in PRICES.items():
        yield Fault(name, "no price of this kind is shown", spoiling(spoil, TICKERS), no_odd_price)


def no_odd_price(stack: Stack) -> bool:
    """The prices were asked for, and no market price is zero or negative."""
    if TICKERS not in stack.relay.paths[-12:]:
        return False
    shown = stack.json("/api/orders/open")
    if shown is None:
        return False
    return all(row["market_price"] is None or float(row["market_price"]) > 0 for row in shown["orders"])
