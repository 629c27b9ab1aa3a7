"""Whatever an exchange answers: no crash, no invented value, and every row is either read or shown as unreadable."""

import contextlib
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sources import Source, Success
from exchanges.connection.errors import BadPayload
from exchanges.contracts import AccountScope
from exchanges.cryptocom.endings import normalise_ended_orders, normalise_order_detail
from exchanges.cryptocom.fills import normalise_fills, with_realised
from exchanges.cryptocom.orders import normalise_orders
from exchanges.cryptocom.prices import normalise_candles, normalise_history, normalise_prices
from exchanges.cryptocom.transfers import normalise_deposits, normalise_journal, normalise_withdrawals
from exchanges.cryptocom.wallet import normalise_balances, normalise_positions
from tests.exchanges.wire_payloads import (
    account_row,
    answer,
    asset_row,
    deposit_row,
    ended_row,
    journal_row,
    order_row,
    position_row,
    ticker_row,
    trade_row,
    trigger_row,
)

LONG = st.builds(lambda digit, times: digit * times, st.sampled_from("19"), st.integers(500, 1500))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.decimals().map(str),
    LONG,
    LONG.map(lambda digits: "-" + digits),
    LONG.map(lambda digits: "0." + digits),
    LONG.map(int),
    st.sampled_from(["0", "-1", "null", "BUY", "SELL", "LIMIT", "1e9999", "BTC_USD", "BTCUSD-PERP"]),
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


def mangled(*whole: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A good row with some fields replaced or removed. Sometimes any value at all."""
    fields = st.sampled_from(sorted({field for row in whole for field in row}))
    changed = st.tuples(st.sampled_from(whole), st.dictionaries(fields, JSON, max_size=4), st.sets(fields, max_size=3))
    return (
        changed.map(lambda parts: {k: v for k, v in (parts[0] | parts[1]).items() if k not in parts[2]})
        | st.sampled_from(whole)
        | JSON
    )


def rows(*whole: dict[str, Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(mangled(*whole), max_size=5)


def accounted_for(success: Success[Any], sent: list[Any]) -> None:
    """Every row stands, was said before, or is shown as unreadable."""
    unique: list[Any] = []
    for row in sent:
        if row not in unique:
            unique.append(row)
    assert len(unique) <= len(success.rows) + len(success.unreadable) <= len(sent)


def numbers(record: Any) -> list[Decimal]:
    return [value for name in record.__slots__ if isinstance(value := getattr(record, name), Decimal)]


@settings(max_examples=100, deadline=None)
@given(rows(order_row(), trigger_row(list_id=5, leg_id=1, contingency_type="OCO")))
def test_any_order_list_is_read_or_shown(sent: list[Any]) -> None:
    success = normalise_orders(answer(*sent), "main", Source.ORDERS, {})
    accounted_for(success, sent)
    assert len({order.key for order in success.rows}) == len(success.rows)
    for order in success.rows:
        assert all(number.is_finite() and number >= 0 for number in numbers(order))
        said = {str(value) for value in order.raw.values() if not isinstance(value, float)}
        assert order.amount is None or any(Decimal(text) == order.amount for text in said if _is_number(text))


@settings(max_examples=70, deadline=None)
@given(rows(asset_row()), mangled(account_row()))
def test_any_balance_is_read_or_refused(assets: list[Any], account: Any) -> None:
    if isinstance(account, dict) and isinstance(account.get("position_balances"), list):
        account = account | {"position_balances": assets}
    try:
        success, stated = normalise_balances(answer(account))
    except BadPayload:
        return
    assert len({balance.key for balance in success.rows}) == len(success.rows)
    assert all(number.is_finite() for balance in success.rows for number in numbers(balance))
    assert stated.net_value is not None
    assert stated.net_value.is_finite()


@settings(max_examples=70, deadline=None)
@given(rows(position_row()), rows(ticker_row()), rows({"o": "1", "h": "2", "l": "1", "c": "2", "v": "3", "t": 5}))
def test_any_position_ticker_and_candle_is_read_or_skipped(
    positions: list[Any], tickers: list[Any], candles: Any
) -> None:
    for position in normalise_positions(answer(*positions), {}).rows:
        assert position.amount > 0
        assert all(number.is_finite() for number in numbers(position))
    if tickers:
        for price in normalise_prices(answer(*tickers), AccountScope(), {}).rows:
            assert all(number.is_finite() for number in numbers(price))
    normalise_candles(answer(*candles), "BTC/USD", "1h")
    normalise_history(answer(*candles))


@settings(max_examples=100, deadline=None)
@given(rows(trade_row()), rows(journal_row(journal_type="TRADING", trade_id="8000000000000000001")))
def test_any_execution_is_read_or_shown(sent: list[Any], journal: list[Any]) -> None:
    success = normalise_fills(answer(*sent), "main", {})
    accounted_for(success, sent)
    for fill in with_realised(success.rows, answer(*journal)):
        assert fill.amount > 0
        assert fill.price > 0
        assert all(number.is_finite() for number in numbers(fill))
        said = {str(value) for value in fill.raw.values() if not isinstance(value, float)}
        assert any(Decimal(text) == fill.amount for text in said if _is_number(text))


@settings(max_examples=70, deadline=None)
@given(rows(deposit_row()), rows(journal_row()), rows(ended_row(), trigger_row(status="CANCELED", leg_id=2)))
def test_any_movement_and_any_ended_order_is_read_or_shown(moved: list[Any], lines: list[Any], ended: Any) -> None:
    for normalise, name in ((normalise_deposits, "deposit_list"), (normalise_withdrawals, "withdrawal_list")):
        success = normalise({"code": 0, "result": {name: moved}}, "main")
        accounted_for(success, moved)
        assert all(number.is_finite() for transfer in success.rows for number in numbers(transfer))
    for transfer in normalise_journal(answer(*lines), "main", {}).rows:
        assert all(number.is_finite() for number in numbers(transfer))
    told = normalise_ended_orders(answer(*ended))
    assert len(told.rows) + len(told.unreadable) <= len(ended)
    assert bool(told.rows or told.unreadable) is bool(ended)
    assert all(number.is_finite() and number >= 0 for row in told.rows for number in numbers(row))


@settings(max_examples=70, deadline=None)
@given(JSON | st.fixed_dictionaries({"code": st.just(0), "result": JSON}))
def test_any_response_is_read_or_refused(payload: Any) -> None:
    for read in (
        lambda: normalise_balances(payload),
        lambda: normalise_positions(payload, {}),
        lambda: normalise_orders(payload, "main", Source.ORDERS, {}),
        lambda: normalise_prices(payload, AccountScope(), {}),
        lambda: normalise_fills(payload, "main", {}),
        lambda: normalise_deposits(payload, "main"),
        lambda: normalise_withdrawals(payload, "main"),
        lambda: normalise_journal(payload, "main", {}),
        lambda: normalise_ended_orders(payload),
        lambda: normalise_order_detail(payload),
    ):
        with contextlib.suppress(BadPayload):
            read()


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False
