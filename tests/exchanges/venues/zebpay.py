"""ZebPay: wallets by asset or as rows, positions that may be closed ones."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, Venue, spot, swap

SPOT, WALLET, POSITIONS = "/api/v2/account/balance", "/api/v1/wallet/balance", "/api/v1/trade/positions"


def answer(data: Any) -> dict[str, Any]:
    return {"statusDescription": "Success", "data": data, "statusCode": 200, "customMessage": ["OK"]}


def pos(**values: Any) -> dict[str, Any]:
    """A row of positions: long 0.05 BTC."""
    return {
        "id": "pos-1", "symbol": "BTCUSDT", "timestamp": 1764000000000, "datetime": "2025-11-24T16:00:00.000Z",
        "side": "long", "contracts": 0.05, "contractSize": 1, "entryPrice": 59800, "notional": 2990, "leverage": 10,
        "initialMargin": 299, "liquidationPrice": 54000, "marginMode": "isolated", "status": "OPEN",
    } | values  # fmt: skip


def contract(client_id: str, **values: Any) -> dict[str, Any]:
    """A futures order."""
    return {
        "clientOrderId": client_id, "datetime": "2025-11-24T16:00:00.000Z", "timestamp": 1764000000000, "status": "new",
        "symbol": "BTCUSDT", "type": "LIMIT", "timeInForce": "GTC", "side": "BUY", "price": 58000, "amount": 0.05,
        "filled": 0, "remaining": 0.05, "reduceOnly": False, "postOnly": False, "trades": [],
    } | values  # fmt: skip


def book(order_id: int, **values: Any) -> dict[str, Any]:
    """A spot order."""
    return {
        "orderId": order_id, "symbol": "BTC-INR", "side": "BUY", "type": "LIMIT", "origQty": "0.0004",
        "price": "5333400", "avgExecutedPrice": "0", "openQty": "0.0003", "filledQty": "0.0001", "cancelledQty": "0",
        "status": "OPEN", "origQuoteOrderQty": "0", "stopPrice": "0", "createdAt": 1764000000000,
    } | values  # fmt: skip


VENUE = Venue(
    exchange="zebpay",
    markets=[
        spot("BTC/INR", "BTC-INR"), swap("BTC/USDT:USDT", "BTCUSDT"), swap("ETH/USDT:USDT", "ETHUSDT"),
    ],
    wrap=lambda rows: answer({"nextTimestamp": None, "totalCount": len(rows), "data": list(rows)}),
    cases=[
        Case("limit, market and triggers of contracts", "orders:linear", "/api/v1/trade/order/open-orders", [
            contract("z-1", price=58000, filled=0.02, remaining=0.03),
            contract("z-2", type="MARKET", side="SELL", price=0, filled=None),
            contract("z-3", type="stop_limit", price=66000, triggerPrice=65500),
            contract("z-4", type="stop_market", side="SELL", price=67000, reduceOnly=True),
            contract("z-5", type="GRID"),
        ], [
            {"kind": "limit", "limit_price": "58000", "amount": "0.05", "filled": "0.02", "remaining": "0.03",
             "status": "partially_filled", "symbol": "BTC/USDT:USDT"},
            {"kind": "market", "limit_price": None, "amount": "0.05", "side": "sell"},
            {"kind": "stop_limit", "trigger_price": "65500", "limit_price": "66000", "trigger_direction": None},
            {"kind": "stop", "trigger_price": "67000", "limit_price": None, "reduce_only": True},
            {"kind": "unknown"},
        ], wanted=frozenset({"BTC/USDT:USDT"})),
        Case("spot", "orders:spot", "/api/v2/ex/orders", [
            book(1), book(2, type="STOP_LIMIT", stopPrice="5400000", filledQty="0"),
            book(3, type="MARKET", price="0", origQty="0", origQuoteOrderQty="500", openQty="0", filledQty="0"),
        ], [
            {"kind": "limit", "limit_price": "5333400", "amount": "0.0004", "filled": "0.0001", "order_id": "1"},
            {"kind": "stop_limit", "trigger_price": "5400000", "limit_price": "5333400"},
            {"kind": "market", "amount": None, "filled": "0"},
        ], wrap=lambda rows: answer({"currentPage": 1, "items": list(rows)}), wanted=frozenset({"BTC/INR"})),
    ],
    balances=[AccountCase("spot as rows, futures by asset", {
        SPOT: answer([{"currency": "BTC", "balance": "1.5", "available": "1.2", "locked": "0.3"},
                      {"free": 200, "used": 100, "total": 300, "currency": "INR"},
                      {"free": 0, "used": 0, "total": 0, "currency": "USDT"}]),
        WALLET: answer({"USDT": {"total": 1000.5, "free": 700.25, "used": 300.25}}),
    }, {
        "main/BTC": {"total": "1.5", "free": "1.2", "locked": "0.3"},
        "main/INR": {"total": "300", "free": "200", "locked": "100"},
        "swap/USDT": {"total": "1000.5", "free": "700.25", "locked": "300.25"},
    })],
    positions=[AccountCase("open ones, one in contracts of another size, and a closed one", {POSITIONS: answer([
        pos(), pos(symbol="ETHUSDT", side="sell", contracts=20, contractSize=0.1, marginMode="cross"),
        pos(id="pos-9", symbol="ETHUSDT", status="CLOSED"),
    ])}, {
        "BTCUSDT/long/isolated": {
            "amount": "0.05", "entry_price": "59800", "liquidation_price": "54000", "leverage": "10",
            "unrealised_pnl": None,
        },
        "ETHUSDT/short": {"amount": "2", "margin_mode": "cross"},
    })],
)  # fmt: skip
