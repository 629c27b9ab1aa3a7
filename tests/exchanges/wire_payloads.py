"""Rows and responses in Crypto.com's wire format. A test states only the fields that matter to it."""

from typing import Any


def answer(*rows: Any) -> dict[str, Any]:
    """A whole answer with these rows."""
    return {"id": 7, "method": "private/some-method", "code": 0, "result": {"data": list(rows)}}


def order_row(**values: Any) -> dict[str, Any]:
    """A resting limit order: buys 2 SOL at 90."""
    return {
        "account_id": "a-1",
        "order_id": "7000000000000000001",
        "client_oid": "mine-1",
        "order_type": "LIMIT",
        "time_in_force": "GOOD_TILL_CANCEL",
        "side": "BUY",
        "exec_inst": ["POST_ONLY"],
        "quantity": "2.000",
        "limit_price": "90.00",
        "avg_price": "0",
        "cumulative_quantity": "0",
        "status": "ACTIVE",
        "instrument_name": "SOL_USD",
        "create_time": 1764000000000,
        "update_time": 1764000060000,
    } | values


def trigger_row(**values: Any) -> dict[str, Any]:
    """A stop: sells 2 SOL at market when the price falls to 80."""
    row = order_row(
        order_id="7000000000000000002",
        order_type="STOP_LOSS",
        side="SELL",
        ref_price="80.00",
        ref_price_type="LAST_PRICE",
        exchange_order_id="0",
    )
    del row["limit_price"]
    return row | values


def asset_row(**values: Any) -> dict[str, Any]:
    """Ten SOL worth 1,000, four of them locked in orders."""
    return {
        "instrument_name": "SOL",
        "quantity": "10.0",
        "market_value": "1000.00",
        "collateral_eligible": "true",
        "haircut": "0.1",
        "collateral_amount": "900.00",
        "max_withdrawal_balance": "6.0",
        "reserved_qty": "4.0",
    } | values


def account_row(*assets: Any, **values: Any) -> dict[str, Any]:
    """An account with 1,500 in cash value and 25 of profit in the running session."""
    return {
        "instrument_name": "USD",
        "total_available_balance": "1200.00",
        "total_margin_balance": "1325.00",
        "total_initial_margin": "125.00",
        "total_maintenance_margin": "60.00",
        "total_cash_balance": "1500.00",
        "total_collateral_value": "1300.00",
        "total_session_unrealized_pnl": "25.00",
        "total_session_realized_pnl": "0",
        "position_balances": list(assets),
    } | values


def position_row(**values: Any) -> dict[str, Any]:
    """Short half a bitcoin from 100,000, now 1,000 in profit."""
    return {
        "account_id": "a-1",
        "instrument_name": "BTCUSD-PERP",
        "type": "PERPETUAL_SWAP",
        "quantity": "-0.5",
        "cost": "-49500.00",
        "open_pos_cost": "-50000.00",
        "open_position_pnl": "1000.00",
        "session_pnl": "500.00",
    } | values


def ticker_row(**values: Any) -> dict[str, Any]:
    """Bitcoin against dollars, last traded at 98,000."""
    row = {"i": "BTC_USD", "a": "98000.00", "b": "97999.00", "k": "98001.00", "c": "-0.0125", "t": 1764000000000}
    return row | values


def instrument_row(**values: Any) -> dict[str, Any]:
    """A spot book, bitcoin against dollars."""
    return {
        "symbol": "BTC_USD",
        "inst_type": "CCY_PAIR",
        "base_ccy": "BTC",
        "quote_ccy": "USD",
        "price_tick_size": "0.01",
        "qty_tick_size": "0.00001",
        "tradable": True,
        "expiry_timestamp_ms": 0,
    } | values


def trade_row(**values: Any) -> dict[str, Any]:
    """An execution: bought 2 SOL at 90 as maker, for a fee of 0.045 dollars."""
    return {
        "account_id": "a-1",
        "event_date": "2025-11-24",
        "journal_type": "TRADING",
        "traded_quantity": "2.000",
        "traded_price": "90.00",
        "fees": "-0.045",
        "order_id": "7000000000000000001",
        "trade_id": "8000000000000000001",
        "client_oid": "mine-1",
        "taker_side": "MAKER",
        "side": "BUY",
        "instrument_name": "SOL_USD",
        "fee_instrument_name": "USD",
        "create_time": 1764000060000,
        "create_time_ns": "1764000060000123456",
    } | values


def ended_row(**values: Any) -> dict[str, Any]:
    """The resting order of order_row(), filled."""
    return order_row(status="FILLED", cumulative_quantity="2.000", avg_price="90.00") | values


def deposit_row(**values: Any) -> dict[str, Any]:
    """A deposit of three SOL, with numbers as JSON numbers."""
    return {
        "currency": "SOL",
        "fee": 0,
        "create_time": 1764000000000,
        "id": "5001",
        "update_time": 1764000048000,
        "amount": 3.5,
        "address": "somewhere",
        "status": "1",
    } | values


def journal_row(**values: Any) -> dict[str, Any]:
    """Funding: 1.25 dollars paid for holding a perpetual."""
    return {
        "account_id": "a-1",
        "event_date": "2025-11-24",
        "journal_type": "FUNDING",
        "journal_id": "9001",
        "transaction_qty": "0",
        "transaction_cost": "0",
        "realized_pnl": "-1.25",
        "trade_match_id": "0",
        "event_timestamp_ms": 1764000000001,
        "event_timestamp_ns": "1764000000001000000",
        "client_oid": "",
        "taker_side": "",
        "instrument_name": "BTCUSD-PERP",
    } | values
