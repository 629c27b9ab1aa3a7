"""Toobit: orders of contracts, whose side names the position, and wallets of spot and contracts."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, Venue, spot, swap

T = 1764000000000
SPOT, OPEN = "/api/v1/spot/openOrders", "/api/v1/futures/openOrders"
SPOT_WALLET, WALLET, POSITIONS = "/api/v1/account", "/api/v1/futures/balance", "/api/v1/futures/positions"


def s(**values: Any) -> dict[str, Any]:
    """A row of the spot list: buys 0.5 BTC at 60,000."""
    return {
        "accountId": "1783", "exchangeId": "301", "symbol": "BTCUSDT", "symbolName": "BTCUSDT", "clientOrderId": "mine-1",
        "orderId": "2025056244339984384", "price": "60000", "origQty": "0.5", "executedQty": "0", "avgPrice": "0",
        "cumulativeQuoteQty": "0", "status": "NEW", "timeInForce": "GTC", "type": "LIMIT", "side": "BUY",
        "stopPrice": "0.0", "icebergQty": "0.0", "time": str(T), "updateTime": str(T + 5), "isWorking": True,
    } | values  # fmt: skip


def f(**values: Any) -> dict[str, Any]:
    """A row of openOrders of contracts: opens a long position of 400 contracts of 0.001 BTC at 59,000."""
    return {
        "time": str(T), "updateTime": str(T), "orderId": "469965509788581888", "clientOrderId": "mine-2",
        "symbol": "BTC-SWAP-USDT", "price": "59000", "leverage": "20", "origQty": "400", "executedQty": "0",
        "avgPrice": "0", "marginLocked": "1180", "type": "LIMIT", "side": "BUY_OPEN", "timeInForce": "GTC",
        "status": "NEW", "priceType": "INPUT",
    } | values  # fmt: skip


def pos(**values: Any) -> dict[str, Any]:
    """A row of positions: long 0.4 BTC."""
    return {
        "symbol": "BTC-SWAP-USDT", "side": "LONG", "avgPrice": "58000", "position": "400", "available": "400",
        "leverage": "20", "lastPrice": "60010", "positionValue": "24004", "flp": "44000", "margin": "1160",
        "marginRate": "0.05", "unrealizedPnL": "800", "profitRate": "0.68", "realizedPnL": "-14", "minMargin": "0",
        "maxNotionalValue": "10000000", "markPrice": "60000",
    } | values  # fmt: skip


VENUE = Venue(
    exchange="toobit",
    markets=[spot("BTC/USDT", "BTCUSDT"), swap("BTC/USDT:USDT", "BTC-SWAP-USDT", size="0.001")],
    wrap=list,
    balances=[AccountCase("spot, and contracts with an open position", {
        SPOT_WALLET: {"userId": "912902020", "balances": [
            {"asset": "BTC", "assetId": "BTC", "assetName": "BTC", "total": "0.5", "free": "0.3", "locked": "0.2"},
        ]},
        WALLET: [{"asset": "USDT", "balance": "5000", "availableBalance": "4540", "positionMargin": "1160",
                  "orderMargin": "100", "crossUnRealizedPnl": "800"}],
    }, {
        "main/BTC": {"total": "0.5", "free": "0.3", "locked": "0.2"},
        "swap/USDT": {"total": "5000", "free": "4540", "locked": "1260", "includes_open_profit": False},
    })],
    positions=[AccountCase("long and short", {POSITIONS: [
        pos(), pos(side="SHORT", position="100", flp="", markPrice="--"), pos(position="0", side="SHORT"),
    ]}, {
        "BTC-SWAP-USDT/long": {
            "amount": "0.4", "contracts": "400", "entry_price": "58000", "mark_price": "60000", "leverage": "20",
            "unrealised_pnl": "800", "realised_pnl": "-14", "liquidation_price": "44000",
        },
        "BTC-SWAP-USDT/short": {"amount": "0.1", "liquidation_price": None, "mark_price": None},
    })],
    cases=[
        Case("limit", "orders:spot", SPOT, [s()], [{
            "key": "2025056244339984384", "symbol": "BTC/USDT", "kind": "limit", "amount": "0.5", "status": "open",
            "limit_price": "60000", "client_order_id": "mine-1", "position_side": None, "created_at": T,
        }]),
        Case("opens a long position, partly filled", "orders:linear", OPEN,
             [f(executedQty="100", avgPrice="58990", status="PARTIALLY_FILLED")],
             [{"key": "469965509788581888", "symbol": "BTC/USDT:USDT", "contracts": "400", "amount": "0.4",
               "filled": "0.1", "remaining": "0.3", "side": "buy", "position_side": "long", "reduce_only": False,
               "status": "partially_filled", "average_price": "58990"}]),
        Case("closes a short position", "orders:linear", OPEN, [f(side="BUY_CLOSE")],
             [{"side": "buy", "position_side": "short", "reduce_only": True}]),
        Case("market", "orders:linear", OPEN, [f(priceType="MARKET", price="0", side="SELL_OPEN")],
             [{"kind": "market", "limit_price": None, "side": "sell", "position_side": "short", "reduce_only": False}]),
        Case("stop that sells a long position", "triggers:linear", OPEN,
             [f(type="STOP", side="SELL_CLOSE", stopPrice="55000", price="54900", status="ORDER_NEW")],
             [{"kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "trigger_direction": None,
               "position_side": "long", "reduce_only": True, "status": "pending", "amount": "0.4", "remaining": "0.4"}]),
        Case("stop at market", "triggers:linear", OPEN,
             [f(type="STOP", side="BUY_CLOSE", stopPrice="65000", price="0", priceType="MARKET")],
             [{"kind": "stop", "trigger_price": "65000", "limit_price": None, "position_side": "short"}]),
    ],
)  # fmt: skip
