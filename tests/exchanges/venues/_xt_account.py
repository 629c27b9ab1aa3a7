"""XT: balances and positions."""

from typing import Any

from tests.exchanges.account_cases import AccountCase

LINEAR, INVERSE = "/fapi/future/user/v1/", "/dapi/future/user/v1/"


def _result(*rows: Any) -> dict[str, Any]:
    return {"returnCode": 0, "msgInfo": "success", "error": None, "result": list(rows)}


def bal(coin: str, balance: str, free: str, **values: str) -> dict[str, Any]:
    return {
        "coin": coin, "walletBalance": balance, "openOrderMarginFrozen": "0", "isolatedMargin": "0",
        "crossedMargin": "0", "availableBalance": free, "bonus": "0", "coupon": "0",
    } | values  # fmt: skip


def pos(side: str, **values: Any) -> dict[str, Any]:
    """A position of 20 contracts of 0.001 BTC."""
    return {
        "symbol": "btc_usdt", "contractType": "PERPETUAL", "positionType": "CROSSED", "positionSide": side,
        "positionSize": "20", "closeOrderSize": "0", "availableCloseSize": "20", "entryPrice": "59000",
        "openOrderSize": "0", "isolatedMargin": "0", "openOrderMarginFrozen": "0", "realizedProfit": "-0.7",
        "autoMargin": False, "leverage": 10,
    } | values  # fmt: skip


def called(side: str, liquidation: str, **values: Any) -> dict[str, Any]:
    return {"symbol": "btc_usdt", "positionSide": side, "breakPrice": liquidation, "calMarkPrice": "60000"} | values


def active(side: str, profit: str, **values: Any) -> dict[str, Any]:
    return pos(side) | {"floatingPL": profit} | values


NO_POSITIONS = {INVERSE + "position/list": _result()}


POSITIONS = [
    AccountCase("without the lists that state more", {**NO_POSITIONS, LINEAR + "position/list": _result(pos("LONG"), pos("UP"))}, {
        "btc_usdt/long": {"amount": "0.02", "mark_price": None, "unrealised_pnl": None, "liquidation_price": None},
    }, unreadable=1),
    AccountCase("both sides, with what three lists state of each", {
        LINEAR + "position/list": _result(pos("LONG"), pos("SHORT", positionType="ISOLATED", positionSize="5"),
                                          pos("LONG", symbol="eth_usdt", positionSize="0")),
        LINEAR + "position/break-list": _result(called("LONG", "41000"), called("SHORT", "0")),
        LINEAR + "position": _result(active("SHORT", "-5"), active("LONG", "20")),
        # 30 contracts of 10 dollars at 60,000 are 0.005 BTC. The profit of 0.0001 BTC is worth 6 dollars there.
        INVERSE + "position/list": _result(pos("LONG", symbol="btc_usd", positionSize="30")),
        INVERSE + "position/break-list": _result(called("LONG", "41000", symbol="btc_usd")),
        INVERSE + "position": _result(active("LONG", "0.0001", symbol="btc_usd")),
    }, {
        "btc_usdt/long": {
            "amount": "0.02", "contracts": "20", "entry_price": "59000", "mark_price": "60000", "unrealised_pnl": "20",
            "realised_pnl": "-0.7", "liquidation_price": "41000", "leverage": "10", "margin_mode": "cross",
        },
        "btc_usdt/short/isolated": {"amount": "0.005", "unrealised_pnl": "-5", "liquidation_price": None},
        "btc_usd/long": {"amount": "0.005", "contracts": "30", "unrealised_pnl": "6"},
    }),
]  # fmt: skip


BALANCES = [AccountCase("spot and futures", {
    "/v4/balances": {"rc": 0, "mc": "SUCCESS", "ma": [], "result": {"totalBtcAmount": "0.5", "assets": [
        {"currency": "btc", "currencyId": 2, "frozenAmount": "0.1", "availableAmount": "0.4", "totalAmount": "0.5"},
        {"currency": "xt", "currencyId": 9, "frozenAmount": "0", "availableAmount": "0", "totalAmount": "0"},
    ]}},
    LINEAR + "balance/list": _result(bal("usdt", "1000", "690", openOrderMarginFrozen="50", isolatedMargin="60",
                                         crossedMargin="200")),
    INVERSE + "balance/list": _result(bal("btc", "0.3", "0.3")),
}, {
    "spot/BTC": {"total": "0.5", "free": "0.4", "locked": "0.1"},
    "linear/USDT": {"total": "1000", "free": "690", "locked": "310", "includes_open_profit": False},
    "inverse/BTC": {"total": "0.3", "locked": "0"},
})]  # fmt: skip
