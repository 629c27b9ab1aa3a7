"""HTX: rows of open orders, after its documentation."""

from collections.abc import Sequence
from typing import Any

T = 1764000000000
BOOK, ALGO = "/v5/trade/order/opens", "/v5/algo/order/opens"
INVERSE = "/swap-api/v1/swap_"


def s(**values: Any) -> dict[str, Any]:
    """An order of the spot book: buys 0.5 BTC at 60,000."""
    values = {name.replace("_", "-"): value for name, value in values.items()}
    return {
        "symbol": "btcusdt", "source": "spot-api", "amount": "0.500000000000000000", "account-id": 71,
        "created-at": T, "price": "60000.000000000000000000", "filled-amount": "0.0", "filled-cash-amount": "0.0",
        "filled-fees": "0.0", "id": 7101, "state": "submitted", "type": "buy-limit", "client-order-id": "mine-1",
    } | values  # fmt: skip


def f(**values: Any) -> dict[str, Any]:
    """An order of the linear book: buys 500 contracts of 0.001 BTC at 60,000."""
    return {
        "id": "7201", "side": "buy", "type": "limit", "price": "60000", "volume": "500", "state": "new",
        "profit": None, "contract_code": "BTC-USDT", "position_side": "both", "price_match": None, "order_id": "7201",
        "client_order_id": "mine-2", "margin_mode": "cross", "lever_rate": 5, "order_source": "api",
        "reduce_only": False, "time_in_force": "gtc", "tp_trigger_price": "", "tp_order_price": "", "tp_type": "0",
        "tp_trigger_price_type": "", "sl_trigger_price": "", "sl_order_price": "", "sl_type": "0",
        "sl_trigger_price_type": "", "trade_avg_price": "0", "trade_volume": "0", "trade_turnover": "0",
        "fee_currency": "", "fee": "0", "price_protect": False, "contract_type": "swap", "created_time": str(T),
        "updated_time": str(T), "cancel_reason": None, "self_match_prevent": "cancel_taker",
    } | values  # fmt: skip


def a(**values: Any) -> dict[str, Any]:
    """What every linear algo order says; each type adds its own."""
    return {
        "id": "731", "volume": "500", "state": "active", "side": "sell", "algo_id": "7301",
        "contract_code": "BTC-USDT", "position_side": "long", "margin_mode": "cross", "created_time": str(T),
        "updated_time": str(T), "order_source": "api",
    } | values  # fmt: skip


def i(**values: Any) -> dict[str, Any]:
    """An order of the inverse book: buys 12 contracts of 100 USD at 60,000."""
    return {
        "symbol": "BTC", "contract_code": "BTC-USD", "volume": 12, "price": 60000, "order_price_type": "limit",
        "order_type": 1, "direction": "buy", "offset": "open", "lever_rate": 5, "order_id": 7401,
        "order_id_str": "7401", "client_order_id": 41, "created_at": T, "trade_volume": 0, "trade_turnover": 0,
        "fee": 0, "trade_avg_price": None, "margin_frozen": 0, "profit": 0, "status": 3, "order_source": "api",
        "fee_asset": "BTC", "is_tpsl": 0, "real_profit": 0,
    } | values  # fmt: skip


def it(**values: Any) -> dict[str, Any]:
    """An inverse trigger order: sells 12 contracts at 54,900 once the price is 55,000 or less, to close."""
    return {
        "symbol": "BTC", "contract_code": "BTC-USD", "trigger_type": "le", "volume": 12, "order_type": 1,
        "direction": "sell", "offset": "close", "lever_rate": 5, "order_id": 7501, "order_id_str": "7501",
        "order_source": "api", "trigger_price": 55000, "order_price": 54900, "created_at": T,
        "order_price_type": "limit", "status": 2,
    } | values  # fmt: skip


ALGO_OPEN, ALGO_DONE = "/v2/algo-orders/opening", "/v2/algo-orders/history"


def c(**values: Any) -> dict[str, Any]:
    """A conditional order of spot: sells 0.5 BTC at 54,900 or more once the price gets to 55,000."""
    return {
        "accountId": 71, "source": "api", "clientOrderId": "mine-8", "symbol": "btcusdt", "orderPrice": "54900",
        "orderSize": "0.5", "orderSide": "sell", "timeInForce": "gtc", "orderType": "limit", "stopPrice": "55000",
        "orderOrigTime": T, "lastActTime": T + 90, "orderStatus": "created",
    } | values  # fmt: skip


def v5(rows: Sequence[Any]) -> Any:
    return {"code": 200, "message": "Success", "data": list(rows), "ts": T}


def ok(rows: Sequence[Any]) -> Any:
    return {
        "status": "ok",
        "ts": T,
        "data": {"orders": list(rows), "total_page": 1, "current_page": 1, "total_size": 1},
    }


def spot_list(rows: Sequence[Any]) -> Any:
    return {"status": "ok", "data": list(rows)}
