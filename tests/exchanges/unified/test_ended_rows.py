"""Endings in ccxt's orders: a closed order need not be filled, and a triggered one did not fill itself."""

from typing import Any

import pytest

from domain.endings import EndedOrder, Ending
from exchanges.unified.ended_rows import ended_orders
from exchanges.venues.registry import GENERIC, venue_of
from tests.exchanges.unified.test_hostile import LISTED, ORDER


def ended_order(*args: Any, **values: Any) -> EndedOrder:
    (order,) = ended_orders(*args, **values)
    return order


CLOSED = ORDER | {"status": "closed"}
TRIGGER = CLOSED | {"triggerPrice": "55000", "filled": "2", "average": "55000"}


@pytest.mark.parametrize(
    ("filled", "ending"),
    [("2", Ending.FILLED), ("0.5", None), ("0", None), (None, Ending.FILLED)],
)
def test_a_closed_order_is_filled_only_if_its_whole_amount_is(filled: str | None, ending: Ending | None) -> None:
    """And else nobody said that it was cancelled."""
    ended = ended_order(CLOSED | {"filled": filled}, GENERIC, LISTED)
    assert (ended.ending, None if ended.filled is None else str(ended.filled)) == (ending, filled)


@pytest.mark.parametrize(
    ("exchange", "info", "book_id"),
    [
        ("okx", {"algoId": "7", "ordId": "77", "ordType": "trigger", "actualSz": ""}, "77"),
        ("okx", {"algoId": "7", "ordId": "", "ordType": "trigger", "actualSz": ""}, None),
        ("bitget", {"orderId": "7", "executeOrderId": "77"}, "77"),
        (
            "binance",
            {"algoId": 7, "actualOrderId": "77", "orderType": "STOP_MARKET", "positionSide": "BOTH"},
            "77",
        ),
        (
            "gate",
            {"id": "7", "trigger": {"price": "55000"}, "initial": {"contract": "BTC_USDT"}, "trade_id": "0"},
            None,
        ),
        ("nowhere", {"id": "7"}, None),
    ],
)
def test_a_trigger_became_an_order_in_the_book(exchange: str, info: dict[str, Any], book_id: str | None) -> None:
    """How much of it filled, ccxt makes up of its status."""
    ended = ended_order(TRIGGER | {"info": info}, venue_of(exchange), LISTED)
    assert (ended.ending, ended.book_order_id) == (Ending.TRIGGERED, book_id)
    assert (ended.filled, ended.average_price) == (None, None)


def test_rows_of_a_trigger_list_are_trigger_orders() -> None:
    ended = ended_order(CLOSED | {"filled": "2"}, GENERIC, LISTED, is_trigger=True)
    assert (ended.ending, ended.filled) == (Ending.TRIGGERED, None)


@pytest.mark.parametrize(
    ("filled", "said", "ending"),
    [("2", "Filled", Ending.FILLED), ("0.5", "PartiallyFilledCanceled", Ending.CANCELLED), ("0.5", "Filled", None)],
)
def test_a_trigger_that_keeps_its_id_in_the_book_fills_by_itself(filled: str, said: str, ending: Ending | None) -> None:
    info = {"cumExecQty": filled, "orderStatus": said}
    ended = ended_order(TRIGGER | {"filled": filled, "info": info}, venue_of("bybit"), LISTED)
    assert (ended.ending, str(ended.filled), ended.book_order_id) == (ending, filled, None)


def test_a_trigger_that_was_cancelled_was_cancelled() -> None:
    ended = ended_order(
        TRIGGER | {"status": "canceled", "filled": "0", "info": {"algoId": "7", "ordId": "", "actualSz": ""}},
        venue_of("okx"),
        LISTED,
    )
    assert (ended.ending, ended.book_order_id) == (Ending.CANCELLED, None)
