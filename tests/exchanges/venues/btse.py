"""BTSE: futures wallets in one answer, positions of one-way and isolated modes."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Venue, spot, swap

SPOT, WALLETS = "/public-api/wallet/v1/user/assets", "/futures/api/v2.3/user/wallet"
POSITIONS = "/futures/api/v3/trade/positions"


def wallet(name: str, balance: str, used: str) -> dict[str, Any]:
    return {
        "wallet": name, "totalValue": 1080, "marginBalance": 1080, "availableBalance": 700, "unrealisedProfitLoss": 80,
        "assets": [{"balance": balance, "assetPrice": 1, "currency": "USDT"}],
        "assetsInUse": [{"balance": used, "assetPrice": 1, "currency": "USDT"}],
    }  # fmt: skip


def pos(**values: Any) -> dict[str, Any]:
    """A row of positions: long 4000 contracts of 0.0001 BTC on cross margin."""
    return {
        "marginType": 91, "entryPrice": 59800, "markPrice": 60000, "symbol": "BTC-PERP", "side": "BUY",
        "orderValue": 24000, "settleWithAsset": "USDT", "unrealizedProfitLoss": 80, "totalMaintenanceMargin": 120,
        "size": 4000, "liquidationPrice": 0, "isolatedLeverage": 25, "adlScoreBucket": 1, "contractSize": 0.0001,
        "timestamp": 1764000000000, "takeProfitOrder": None, "stopLossOrder": None, "positionMode": "ONE_WAY",
        "positionDirection": None, "positionId": "BTC-PERP-USDT", "walletName": "CROSS@", "currentLeverage": 0.2,
    } | values  # fmt: skip


VENUE = Venue(
    exchange="btse",
    markets=[spot("BTC/USDT", "BTC-USDT"), swap("BTC/USDT:USDT", "BTC-PERP-USDT", size="0.0001")],
    wrap=list,
    cases=(),
    balances=[AccountCase("spot, cross and isolated", {
        SPOT: {"code": 1, "msg": "Success", "success": True, "time": 1764000000000, "data": [
            {"asset": "BTC", "type": "CRYPTO", "totalAmount": "0.5", "availableAmount": "0.3"},
        ]},
        WALLETS: [wallet("CROSS@", "1000", "380"), wallet("ISOLATED@BTC-PERP-USDT", "200", "150")],
    }, {
        "main/BTC": {"total": "0.5", "free": "0.3", "locked": "0.2"},
        "swap/USDT": {"total": "1000", "locked": "380", "includes_open_profit": False},
        "ISOLATED@BTC-PERP-USDT/USDT": {"total": "200", "locked": "150"},
    })],
    positions=[AccountCase("one-way, hedged and isolated", {POSITIONS: [
        pos(), pos(side="SELL", positionMode="HEDGE", positionDirection="SHORT", size=1000, liquidationPrice=71000),
        pos(side="SELL", marginType=92, positionMode="ISOLATED", positionId="BTC-PERP-USDT|7", size=500),
    ]}, {
        "BTC-PERP-USDT/long": {
            "amount": "0.4", "contracts": "4000", "entry_price": "59800", "mark_price": "60000", "unrealised_pnl": "80",
            "leverage": "25", "liquidation_price": None, "margin_mode": "cross",
        },
        "BTC-PERP-USDT/short": {"amount": "0.1", "liquidation_price": "71000"},
        "BTC-PERP-USDT/short/isolated/7": {"amount": "0.05", "margin_mode": "isolated"},
    })],
)  # fmt: skip
