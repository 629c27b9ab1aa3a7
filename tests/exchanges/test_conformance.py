"""Every case of every exchange: what it sends over HTTP becomes the unified orders that it means."""

import pytest

from domain.orders import OrderKind
from tests.exchanges.conformance_harness import Case, Venue, differences, orders_of, venues

ALL = [(venue, case) for venue in venues() for case in venue.cases]
NAMES = [f"{venue.exchange}-{case.source}-{case.name}" for venue, case in ALL]


@pytest.mark.parametrize(("venue", "case"), ALL, ids=NAMES)
def test_what_an_exchange_sends_is_understood(venue: Venue, case: Case) -> None:
    """Lessons 7, 12, 22, 23 and 35, as far as a case is about them."""
    orders, unreadable = orders_of(venue, case)
    assert (len(orders), unreadable) == (len(case.orders), case.unreadable), orders
    for order, expected in zip(orders, case.orders, strict=True):
        assert differences(order, expected) == []
        assert order.kind is not OrderKind.UNKNOWN or expected.get("kind") == "unknown"
        assert order.limit_price is None or order.kind not in (OrderKind.STOP, OrderKind.TAKE_PROFIT)
