"""Bitrue: contract accounts that list their positions, with profit that settles into the balance."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Venue, spot, swap

SPOT, LINEAR, INVERSE = "/api/v1/account", "/fapi/v2/account", "/dapi/v2/account"


def coin(*positions: Any, **values: Any) -> dict[str, Any]:
    """A margin coin: 10,000 in the wallet, 40 of it in an isolated position, and 25 of unsettled profit."""
    return {
        "marginCoin": "USDT", "coinPrecious": 4, "accountNormal": 9960, "accountLock": 12, "partPositionNormal": 40,
        "totalPositionNormal": 60, "achievedAmount": 0, "unrealizedAmount": 25, "totalMarginRate": 0,
        "totalEquity": 9980, "partEquity": 45, "totalCost": 60, "positionVos": list(positions),
    } | values  # fmt: skip


def contract(name: str, *positions: Any) -> dict[str, Any]:
    return {"contractId": 62, "contractName": name, "contractSymbol": name[2:], "positions": list(positions)}


def pos(**values: Any) -> dict[str, Any]:
    """Long 30 contracts of 0.0001 BTC, opened at 27,000: 3 of loss are settled, 1.5 are not."""
    return {
        "id": 175633, "uid": 10294, "contractId": 62, "positionType": 1, "side": "BUY", "volume": 30,
        "openPrice": 27000, "avgPrice": 26000, "leverageLevel": 50, "holdAmount": 1.5, "realizedAmount": 0,
        "historyRealizedAmount": -3.2, "status": 1, "reducePrice": -3350051449.69, "unRealizedAmount": -1.5,
        "openRealizedAmount": -4.5, "positionBalance": 76.5, "indexPrice": 25500,
    } | values  # fmt: skip


def account(*coins: Any) -> dict[str, Any]:
    return {"code": "0", "msg": "Success", "data": {"account": list(coins)}}


VENUE = Venue(
    exchange="bitrue",
    markets=[
        spot("BTC/USDT", "BTCUSDT"),
        swap("BTC/USDT:USDT", "E-BTC-USDT", size="0.0001"),
        swap("ETH/USDT:USDT", "E-ETH-USDT", size="0.01"),
        swap("BTC/USD:BTC", "E-BTC-USD", size="10"),
    ],
    wrap=list,
    cases=(),
    balances=[AccountCase("spot, linear and inverse", {
        SPOT: {"makerCommission": 0, "balances": [{"asset": "btc", "free": "0.3", "locked": "0.2"}]},
        LINEAR: account(coin()),
        INVERSE: account(coin(marginCoin="BTC", totalEquity=0.5, partEquity=0, unrealizedAmount=0.02, accountLock=0,
                              totalPositionNormal=0.1, partPositionNormal=0)),
    }, {
        "main/BTC": {"total": "0.5", "free": "0.3", "locked": "0.2"},
        "linear/USDT": {"total": "10000", "locked": "112", "includes_open_profit": False},
        "inverse/BTC": {"total": "0.48", "locked": "0.1"},
    }, equities=[("linear", "USDT", "10025"), ("inverse", "BTC", "0.5")])],
    positions=[AccountCase("two contracts of one coin, and an inverse one", {
        LINEAR: account(coin(contract("E-BTC-USDT", pos(), pos(positionType=2, side="SELL", volume=10)),
                             contract("E-ETH-USDT", pos(volume=200))), coin(marginCoin="USDC")),
        INVERSE: account(coin(contract("E-BTC-USD", pos(side="SELL", volume=255, openRealizedAmount=0.001,
                                                       unRealizedAmount=0)), marginCoin="BTC")),
    }, {
        "E-BTC-USDT/long": {
            "amount": "0.003", "contracts": "30", "entry_price": "27000", "mark_price": "25500", "leverage": "50",
            "unrealised_pnl": "-4.5", "session_pnl": "-1.5", "liquidation_price": None, "margin_mode": "cross",
        },
        "E-BTC-USDT/short/isolated": {"amount": "0.001"},
        "E-ETH-USDT/long": {"amount": "2"},
        "E-BTC-USD/short": {"contracts": "255", "amount": "0.1", "unrealised_pnl": "25.5", "session_pnl": "0"},
    })],
)  # fmt: skip
