"""ZebPay: wallets by asset or as rows, positions that may be closed ones."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Venue, spot, swap

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


VENUE = Venue(
    exchange="zebpay",
    markets=[
        spot("BTC/INR", "BTC-INR"), swap("BTC/USDT:USDT", "BTCUSDT"), swap("ETH/USDT:USDT", "ETHUSDT"),
    ],
    wrap=list,
    cases=(),
    balances=[AccountCase("spot as rows, futures by asset", {
        SPOT: answer([{"free": 200, "used": 100, "total": 300, "currency": "INR"},
                      {"free": 0, "used": 0, "total": 0, "currency": "USDT"}]),
        WALLET: answer({"USDT": {"total": 1000.5, "free": 700.25, "used": 300.25}}),
    }, {
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
