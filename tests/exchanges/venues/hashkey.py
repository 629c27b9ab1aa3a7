"""HashKey Global: positions of all contracts, and orders of contracts by symbol."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, Venue, spot, swap

T = 1764000000000
SPOT, OPEN = "/api/v1/spot/openOrders", "/api/v1/futures/openOrders"
POSITIONS, LINEAR = "/api/v1/futures/positions", frozenset({"BTC/USDT:USDT"})


def f(**values: Any) -> dict[str, Any]:
    """A row of openOrders of contracts: closes 100 contracts of 0.001 BTC of a long position at 70,000."""
    return {
        "time": str(T), "updateTime": str(T + 6), "orderId": "1742282868229463040", "clientOrderId": "mine-1",
        "symbol": "BTCUSDT-PERPETUAL", "price": "70000", "leverage": "5", "origQty": "100", "executedQty": "0",
        "avgPrice": "0", "marginLocked": "0", "type": "LIMIT_MAKER", "side": "SELL_CLOSE", "timeInForce": "GTC",
        "status": "NEW", "priceType": "INPUT", "isLiquidationOrder": False, "indexPrice": "0", "liquidationType": "",
    } | values  # fmt: skip


def stop(**values: Any) -> dict[str, Any]:
    """A stop of contracts: a row has fewer fields."""
    return {
        "time": str(T), "updateTime": str(T), "orderId": "1742289518466225664", "accountId": "17356",
        "clientOrderId": "mine-2", "symbol": "BTCUSDT-PERPETUAL", "price": "54900", "leverage": "0", "origQty": "100",
        "type": "STOP", "side": "SELL_CLOSE", "status": "ORDER_NEW", "stopPrice": "55000",
    } | values  # fmt: skip


def pos(**values: Any) -> dict[str, Any]:
    """A row of positions: short 0.1 BTC."""
    return {
        "symbol": "BTCUSDT-PERPETUAL", "side": "SHORT", "avgPrice": "61000", "position": "100", "available": "0",
        "leverage": "5", "lastPrice": "60500", "positionValue": "6050", "liquidationPrice": "71000", "margin": "1220",
        "marginRate": "", "unrealizedPnL": "50", "profitRate": "0.04", "realizedPnL": "-2", "minMargin": "30",
    } | values  # fmt: skip


VENUE = Venue(
    exchange="hashkey",
    markets=[spot("BTC/USDT", "BTCUSDT"), swap("BTC/USDT:USDT", "BTCUSDT-PERPETUAL", size="0.001")],
    wrap=list,
    balances=[AccountCase("spot, and contracts with an open position", {
        "/api/v1/account": {"userId": "1732", "balances": [
            {"asset": "USDT", "assetId": "USDT", "assetName": "USDT", "total": "40", "free": "30", "locked": "10"},
        ]},
        "/api/v1/futures/balance": [{"asset": "USDT", "balance": "3000", "availableBalance": "1820",
                                     "positionMargin": "1220", "orderMargin": "10", "crossUnRealizedPnl": "50"}],
    }, {
        "main/USDT": {"total": "40", "free": "30", "locked": "10"},
        "swap/USDT": {"total": "3000", "free": "1820", "locked": "1230", "includes_open_profit": False},
    })],
    positions=[AccountCase("short, with no liquidation price on the other side", {POSITIONS: [
        pos(), pos(side="LONG", liquidationPrice="-953.83"),
    ]}, {
        "BTCUSDT-PERPETUAL/short": {
            "amount": "0.1", "contracts": "100", "entry_price": "61000", "mark_price": None, "unrealised_pnl": "50",
            "liquidation_price": "71000", "leverage": "5", "realised_pnl": "-2",
        },
        "BTCUSDT-PERPETUAL/long": {"liquidation_price": None},
    })],
    cases=[
        Case("limit", "orders:spot", SPOT, [{
            "accountId": "1732", "symbol": "BTCUSDT", "symbolName": "BTCUSDT", "clientOrderId": "1", "orderId": "1739",
            "price": "60000", "origQty": "0.5", "executedQty": "0", "cumulativeQuoteQty": "0", "avgPrice": "0",
            "status": "NEW", "timeInForce": "GTC", "type": "LIMIT", "side": "BUY", "stopPrice": "0.0", "time": str(T),
            "updateTime": str(T), "isWorking": True, "reqAmount": "0",
        }], [{"key": "1739", "kind": "limit", "amount": "0.5", "limit_price": "60000", "position_side": None}]),
        Case("closes a long position", "orders:linear", OPEN, [f()], [{
            "key": "1742282868229463040", "kind": "limit", "contracts": "100", "amount": "0.1", "side": "sell",
            "position_side": "long", "reduce_only": True, "limit_price": "70000", "created_at": T,
        }], wanted=LINEAR),
        Case("stop with a limit, and one at market", "triggers:linear", OPEN,
             [stop(), stop(orderId="7", side="BUY_OPEN", price="0", stopPrice="65000")], [
                 {"key": "1742289518466225664", "kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900",
                  "position_side": "long", "reduce_only": True, "trigger_direction": None, "remaining": "0.1"},
                 {"key": "7", "kind": "stop", "limit_price": None, "trigger_price": "65000", "side": "buy",
                  "position_side": "long", "reduce_only": False},
             ], wanted=LINEAR),
    ],
)  # fmt: skip
