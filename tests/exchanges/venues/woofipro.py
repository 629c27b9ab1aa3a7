"""WOOFi Pro: the book, algo orders, the holding and positions of the Orderly network."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, Venue, swap

T = 1764000000000


def o(**values: Any) -> dict[str, Any]:
    """A row of /v1/orders: buys 0.5 BTC at 60,000."""
    return {
        "order_id": 78151, "user_id": 12345, "price": 60000, "type": "LIMIT", "quantity": 0.5, "amount": None,
        "total_executed_quantity": 0, "visible_quantity": 0.5, "symbol": "PERP_BTC_USDC", "side": "BUY",
        "status": "NEW", "total_fee": 0, "fee_asset": "USDC", "client_order_id": None, "average_executed_price": 0,
        "created_time": T, "updated_time": T, "realized_pnl": None, "reduce_only": False,
    } | values  # fmt: skip


def a(**values: Any) -> dict[str, Any]:
    """A row of /v1/algo/orders: sells 2 BTC at market once the mark price comes to 55,000."""
    return {
        "algo_order_id": 13, "parent_algo_order_id": 0, "root_algo_order_id": 13, "algo_type": "STOP",
        "symbol": "PERP_BTC_USDC", "side": "SELL", "quantity": 2, "type": "MARKET", "price": None,
        "trigger_price": 55000, "trigger_price_type": "MARK_PRICE", "trigger_time": 0, "is_triggered": "false",
        "algo_status": "NEW", "root_algo_status": "NEW", "total_executed_quantity": 0, "visible_quantity": 0,
        "reduce_only": True, "child_orders": [], "created_time": T, "updated_time": T,
    } | values  # fmt: skip


def child(kind: str, trigger: int, **values: Any) -> dict[str, Any]:
    """A take profit or stop of the whole position."""
    return a(algo_order_id=trigger, parent_algo_order_id=13, algo_type=kind, type="CLOSE_POSITION", quantity=0,
             trigger_price=trigger) | values  # fmt: skip


def pos(**values: Any) -> dict[str, Any]:
    """A short position of 5 BTC. Its profit was partly settled: the holding includes that part already."""
    return {
        "symbol": "PERP_BTC_USDC", "position_qty": -5, "cost_position": "-139000", "last_sum_unitary_funding": 70,
        "pending_long_qty": 0, "pending_short_qty": 0, "settle_price": "27800", "average_open_price": "28000",
        "unsettled_pnl": "500", "mark_price": "27700", "est_liq_price": "117335", "imr": "0.1", "mmr": "0.05",
        "pnl_24_h": 1, "fee_24_h": 1, "leverage": 10, "timestamp": T,
    } | values  # fmt: skip


def listed(rows: Any) -> dict[str, Any]:
    return {"success": True, "timestamp": T, "data": {"meta": {"total": len(rows)}, "rows": list(rows)}}


def _algo(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "triggers:linear", "/v1/algo/orders", rows, orders)


VENUE = Venue(
    exchange="woofipro",
    markets=[swap("BTC/USDC:USDC", "PERP_BTC_USDC")],
    wrap=listed,
    secret="4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4Vigw",
    cases=[
        Case("limit, partly filled", "orders:linear", "/v1/orders",
             [o(status="PARTIAL_FILLED", total_executed_quantity=0.2, average_executed_price=59990)],
             [{"key": "78151", "symbol": "BTC/USDC:USDC", "kind": "limit", "side": "buy", "amount": "0.5",
               "filled": "0.2", "remaining": "0.3", "limit_price": "60000", "status": "partially_filled"}]),
        _algo("a stop that waits for either direction", a(), orders=[{
            "key": "13", "kind": "stop", "trigger_price": "55000", "trigger_kind": "mark", "trigger_direction": None,
            "amount": "2", "remaining": "2", "reduce_only": True, "status": "pending", "created_at": T,
        }]),
        _algo("a stop with a limit", a(type="LIMIT", price=54900), orders=[{
            "kind": "stop_limit", "limit_price": "54900", "trigger_price": "55000",
        }]),
        _algo("trailing, not active yet", a(algo_type="TRAILING_STOP", trigger_price=None, callback_rate=0.05,
                                            activated_price=66000, is_activated=False), orders=[{
            "kind": "trailing_stop", "trailing_distance": "5", "activation_price": "66000", "is_active": False,
        }]),
        _algo("take profit and stop of the whole position",
              a(algo_type="POSITIONAL_TP_SL", side=None, quantity=0, trigger_price=None, type=None,
                child_orders=[child("TAKE_PROFIT", 70000), child("STOP_LOSS", 55000)]),
              orders=[
                  {"key": "13/tp", "kind": "take_profit", "side": "sell", "trigger_price": "70000",
                   "close_position": True, "contingency": "OCO"},
                  {"key": "13/sl", "kind": "stop", "role": "stop_loss", "trigger_price": "55000", "amount": None},
              ]),
    ],
    balances=[AccountCase("what is settled", {"/v1/client/holding": {"success": True, "timestamp": T, "data": {
        "holding": [{"token": "USDC", "holding": "1000", "frozen": "20", "pending_short": 0, "updated_time": T}],
    }}}, {"main/USDC": {"total": "1000", "locked": "20", "free": None}})],
    # -5 * (27,700 - 28,000) is 1,500, and -5 * 27,700 + 139,000 the part that the holding does not have yet.
    positions=[AccountCase("open profit, and what is not settled of it", {"/v1/positions": listed([
        pos(), pos(symbol="PERP_ETH_USDC", position_qty=0, average_open_price=0, est_liq_price=None),
    ])}, {"PERP_BTC_USDC/short": {
        "amount": "5", "entry_price": "28000", "mark_price": "27700", "unrealised_pnl": "1500", "session_pnl": "500",
        "liquidation_price": "117335", "leverage": "10",
    }})],
)  # fmt: skip
