"""Whatever ccxt makes of whatever an exchange answers: no crash, no invented value, every row read or shown."""

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.endings import Ending
from domain.sources import Source
from exchanges.connection.ccxt_overrides import Unparsed
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import Garbled
from exchanges.connection.listed_markets import Listed
from exchanges.unified.ended_rows import ended_orders, read_ended
from exchanges.unified.fills import read_fills
from exchanges.unified.orders import normalise_unified_orders
from exchanges.unified.positions import read_positions
from exchanges.unified.prices import normalise_unified_candles, normalise_unified_prices
from exchanges.unified.transfers import RowOwner, read_funding, read_ledger, read_movements
from exchanges.unified.wallet import read_ccxt_wallet
from exchanges.venues.registry import GENERIC, declared_exchanges, venue_of
from tests.exchanges.cryptocom.test_hostile_payloads import JSON, mangled, numbers, rows
from tests.exchanges.harness import spot, swap, venues

LISTED = Listed(
    {market["symbol"]: market for market in (spot("BTC/USDT", "BTCUSDT"), swap("BTC/USD:BTC", "BTCUSD", size="100"))}
)
ORDER: dict[str, Any] = {
    "id": "7", "clientOrderId": "mine", "symbol": "BTC/USDT", "type": "limit", "side": "buy", "price": "60000",
    "amount": "2", "filled": "0", "remaining": "2", "average": None, "triggerPrice": None, "stopLossPrice": None,
    "takeProfitPrice": None, "status": "open", "timestamp": 1764000000000, "lastUpdateTimestamp": None,
    "reduceOnly": None, "postOnly": False, "timeInForce": "GTC", "info": {},
}  # fmt: skip
ENDED = ORDER | {"status": "closed", "filled": "2", "average": "60000"}
INVERSE = ORDER | {"symbol": "BTC/USD:BTC", "triggerPrice": "55000", "type": "market", "price": None}
TRADE = {"id": "1", "order": "7", "symbol": "BTC/USDT", "side": "buy", "price": "60000", "amount": "1",
         "timestamp": 1764000000000, "fee": {"cost": "0.1", "currency": "USDT"}, "info": {}}  # fmt: skip
MOVE = {"id": "1", "type": "deposit", "currency": "BTC", "amount": "1", "timestamp": 1764000000000, "direction": "in",
        "status": "ok", "fee": None, "info": {}}  # fmt: skip
POSITION = {"symbol": "BTC/USD:BTC", "contracts": "5", "side": "long", "entryPrice": "60000", "markPrice": "61000",
            "unrealizedPnl": "1", "leverage": "3", "marginMode": "cross", "info": {}}  # fmt: skip
TICKER = {"symbol": "BTC/USDT", "last": "60000", "bid": "59999", "ask": "60001", "percentage": "1.5"}
RAW_ROWS = {
    venue.exchange: [row for case in venue.cases for row in case.says]
    + [row for case in venue.ended for row in case.says]
    for venue in venues()
}
NAMELESS = sorted(name for name, raw in RAW_ROWS.items() if any(isinstance(row, list) for row in raw))


@pytest.mark.parametrize("source", ["orders", "triggers:linear"])
@settings(max_examples=40, deadline=None)
@given(sent=rows(ORDER, INVERSE))
def test_any_unified_order_is_read_or_shown(source: str, sent: list[Any]) -> None:
    success = normalise_unified_orders(sent, "main", "nowhere", GENERIC, Source(source), LISTED)
    for row in sent:
        alone = normalise_unified_orders([row], "main", "nowhere", GENERIC, Source(source), LISTED)
        assert bool(alone.rows) is not bool(alone.unreadable)
    assert len({order.key for order in success.rows}) == len(success.rows)
    for order in success.rows:
        assert all(number.is_finite() and number >= 0 for number in numbers(order))
        assert order.remaining is None or order.amount is None or order.remaining <= order.amount


def nested(*whole: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A good row, an object within it mangled ("descr", "order_configuration")."""
    inner = [(row, name) for row in whole for name, value in row.items() if value and isinstance(value, dict)]
    return st.sampled_from(inner).flatmap(lambda at: mangled(at[0][at[1]]).map(lambda value: at[0] | {at[1]: value}))


def has_objects(whole: list[Any]) -> bool:
    return any(value and isinstance(value, dict) for row in whole for value in row.values())


@st.composite
def without_names(draw: st.DrawFn, *whole: list[Any]) -> dict[str, Any]:
    """A row owner values are known by their places, some of them anything."""
    row = list(draw(st.sampled_from(whole)))
    for place, value in draw(st.dictionaries(st.integers(0, len(row) - 1), JSON, max_size=4)).items():
        row[place] = value
    return {"row": row[: draw(st.sampled_from([len(row), len(row) // 2]))]}


@pytest.mark.parametrize("exchange", sorted(name for name, raw in RAW_ROWS.items() if raw and name not in NAMELESS))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_row_of_an_exchange_with_a_file_of_its_own_is_read_or_garbled(exchange: str, data: st.DataObject) -> None:
    whole = RAW_ROWS[exchange]
    strategy = mangled(*whole) | nested(*whole) if has_objects(whole) else mangled(*whole)
    understood(exchange, data.draw(strategy.filter(lambda row: isinstance(row, dict))))


@pytest.mark.parametrize("exchange", NAMELESS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_row_without_names_is_read_or_garbled(exchange: str, data: st.DataObject) -> None:
    understood(exchange, data.draw(without_names(*RAW_ROWS[exchange])))


@pytest.mark.parametrize("is_trigger", [False, True])
@settings(max_examples=25, deadline=None)
@given(sent=rows(ENDED, ENDED | {"status": "canceled"}, ENDED | {"triggerPrice": "55000"}))
def test_no_ending_is_invented(is_trigger: bool, sent: list[Any]) -> None:
    """For any row: an ended order is reported as ended, with no more filled than its size."""
    for order in read_ended(sent, GENERIC, LISTED, is_trigger)[0]:
        assert all(number.is_finite() for number in numbers(order))
        assert order.ending is not Ending.FILLED or not is_trigger
        if order.ending is Ending.FILLED and None not in (order.filled, order.amount):
            assert order.filled >= order.amount  # type: ignore[operator]


def understood(exchange: str, row: dict[str, Any]) -> None:
    for status in ("closed", "canceled", "open"):
        with contextlib.suppress(Garbled):
            for order in ended_orders(ENDED | {"status": status, "info": row}, venue_of(exchange), LISTED):
                assert order.book_order_id != order.order_id
    with contextlib.suppress(Garbled):
        assert (venue_of(exchange).fill_row(row, TRADE) or {}).get("closes") in (True, False, None)
    with contextlib.suppress(Garbled):
        stated = venue_of(exchange).order_row(row, ORDER)
        values = [getattr(stated, name) for name in ("trigger_price", "limit_price", "trailing_distance", "amount")]
        assert all(value is None or (value.is_finite() and value > 0) for value in values)
        legs = [leg.trigger_price or leg.limit_price for leg in (*stated.attached, *stated.legs)]
        assert all(price is None or (isinstance(price, Decimal) and price > 0) for price in legs)


@settings(max_examples=25, deadline=None)
@given(rows(TRADE), rows(MOVE), rows(POSITION), rows(TICKER), rows(ORDER))
def test_anything_else_that_is_unified_is_read_or_shown(
    trades: list[Any], moves: list[Any], positions: list[Any], tickers: list[Any], ended: list[Any]
) -> None:
    for fill in read_fills(trades, "main", "nowhere", GENERIC, LISTED)[0]:
        assert fill.price > 0
        assert fill.amount > 0
    for exchange in ("nowhere", *declared_exchanges()):
        owner = RowOwner("main", exchange, venue_of(exchange).ledger_row, "0xabc")
        read_movements(moves, owner)
        read_funding(moves, owner)
        for transfer in read_ledger(moves, owner, "", has_transfer_lists=True)[0]:
            assert transfer.amount.is_finite()
    read_ended(ended, GENERIC, LISTED)
    for position in read_positions(positions, None, LISTED).rows:
        assert position.amount > 0
    normalise_unified_prices(tickers, LISTED)
    normalise_unified_candles([list(ticker.values()) for ticker in tickers if isinstance(ticker, dict)], "A/B", "1h")


@settings(max_examples=25, deadline=None)
@given(JSON | st.fixed_dictionaries({"total": JSON, "BTC": JSON}))
def test_any_balance_is_read_or_refused(payload: Any) -> None:
    with contextlib.suppress(BadPayload):
        read_ccxt_wallet(payload, "spot")


def test_a_row_that_ccxt_cannot_parse_hides_no_other() -> None:
    odd = Unparsed({"some": "row"}, TypeError("no"))
    success = normalise_unified_orders([odd, ORDER], "main", "nowhere", GENERIC, Source.ORDERS, LISTED)
    assert [order.key for order in success.rows] == ["7"]
    assert [(one.error, one.raw) for one in success.unreadable] == [
        ("the row cannot be parsed (TypeError)", {"some": "row"})
    ]


@pytest.mark.parametrize("none", ["0", "", "null", None])
def test_a_missing_id_does_not_identify_an_order(none: Any) -> None:
    twice = [ORDER | {"id": none, "clientOrderId": client} for client in ("a", "b", none)]
    success = normalise_unified_orders(twice, "main", "nowhere", GENERIC, Source.ORDERS, LISTED)
    assert [order.key for order in success.rows] == ["client:a", "client:b"]
    assert len(success.unreadable) == 1


def test_an_ended_order_is_never_taken_for_an_open_one() -> None:
    success = normalise_unified_orders(
        [ORDER | {"status": "canceled"}], "main", "nowhere", GENERIC, Source.ORDERS, LISTED
    )
    assert (success.rows, len(success.unreadable)) == ((), 1)
