"""Gate: rows of orders of the spot book and of contracts, of price orders and of trail orders."""

from typing import Any

S = 1764000000


def s(**values: Any) -> dict[str, Any]:
    """An order of the spot book: buys 0.5 BTC at 60,000."""
    return {
        "id": "6101", "text": "t-mine-1", "create_time": str(S), "update_time": str(S), "create_time_ms": S * 1000,
        "update_time_ms": S * 1000, "status": "open", "currency_pair": "BTC_USDT", "type": "limit", "account": "spot",
        "side": "buy", "amount": "0.5", "price": "60000", "time_in_force": "gtc", "iceberg": "0", "left": "0.5",
        "filled_total": "0", "avg_deal_price": "0", "fee": "0", "fee_currency": "BTC", "point_fee": "0",
        "gt_fee": "0", "gt_discount": False, "rebated_fee": "0", "rebated_fee_currency": "USDT",
    } | values  # fmt: skip


def sp(trigger: dict[str, Any] | None = None, **put: Any) -> dict[str, Any]:
    """A price order of spot: sells 0.5 BTC at 54,900 once the price is 55,000 or less."""
    return {
        "market": "BTC_USDT", "user": 71, "id": 6201, "ctime": S, "status": "open",
        "trigger": {"price": "55000", "rule": "<=", "expiration": 86400} | (trigger or {}),
        "put": {"type": "limit", "side": "sell", "price": "54900", "amount": "0.5", "account": "normal",
                "time_in_force": "gtc"} | put,
    }  # fmt: skip


def f(**values: Any) -> dict[str, Any]:
    """An order of the book of perpetuals: buys 500 contracts of 0.0001 BTC at 60,000."""
    return {
        "id": 6301, "contract": "BTC_USDT", "mkfr": "-0.00005", "tkfr": "0.00048", "tif": "gtc",
        "is_reduce_only": False, "create_time": f"{S}.68", "price": "60000", "size": 500, "refr": "0", "left": 500,
        "text": "api", "fill_price": "0", "user": 71, "finish_as": "", "status": "open", "is_liq": False, "refu": 0,
        "is_close": False, "iceberg": 0,
    } | values  # fmt: skip


def p(trigger: dict[str, Any] | None = None, initial: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """A price order of contracts: sells 500 at market once the mark price is 55,000 or less."""
    return {
        "user": 71, "id": 6401, "trade_id": 0, "status": "open", "reason": "", "create_time": S, "finish_time": S,
        "is_stop_order": False, "stop_trigger": {"rule": 0, "trigger_price": "", "order_price": ""}, "me_order_id": 0,
        "order_type": "",
        "trigger": {"strategy_type": 0, "price_type": 1, "price": "55000", "rule": 2, "expiration": 0} | (trigger or {}),
        "initial": {"contract": "BTC_USDT", "size": -500, "price": "0", "tif": "ioc", "text": "api", "iceberg": 0,
                    "is_close": False, "is_reduce_only": False, "auto_size": ""} | (initial or {}),
    } | values  # fmt: skip


def trail(**values: Any) -> dict[str, Any]:
    """A row of the trail orders: sells 20 contracts on a fall of 1 % from the peak, once the price has reached 66,000."""
    return {
        "id": 801, "user_id": 5, "contract": "BTC_USDT", "settle": "usdt", "amount": "-20", "is_gte": True,
        "activation_price": "66000", "price_type": 1, "price_offset": "1%", "reduce_only": True, "position_related": False,
        "create_time": 1764000000, "activated_at": 0, "is_dual_mode": False, "status": "open",
    } | values  # fmt: skip
