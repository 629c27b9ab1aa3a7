"""Bybit: balances and positions, by the identities that its documentation states."""

from typing import Any

from tests.exchanges.account_cases import AccountCase

T = "1764000000000"
LIST = "/v5/position/list"
INFO = {"/v5/account/info": {"retCode": 0, "retMsg": "OK", "result": {"marginMode": "ISOLATED_MARGIN"}}}


def _answer(**result: Any) -> dict[str, Any]:
    return {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": 1}


def _coin(coin: str, **values: str) -> dict[str, Any]:
    """equity = walletBalance - spotBorrow + unrealisedPnl + the value of options."""
    none = (
        "borrowAmount",
        "spotBorrow",
        "accruedInterest",
        "unrealisedPnl",
        "locked",
        "totalPositionIM",
        "totalOrderIM",
    )
    return {"coin": coin, "usdValue": "0", "bonus": "0", **dict.fromkeys(none, "0"), **values}


def _trading(*coins: Any, total: str) -> dict[str, Any]:
    return _answer(list=[{"accountType": "UNIFIED", "totalEquity": total, "coin": list(coins)}])


def _fixed(position: str, size: str, **values: str) -> dict[str, Any]:
    """A position of fixed savings: dollars until a day."""
    return {
        "positionId": position, "productId": "724", "category": "FixedTermSaving", "coin": "USDT", "amount": size,
        "effectiveAmount": "0", "duration": "3d", "status": "Active", "settlementTime": "1776385800000",
    } | values  # fmt: skip


BALANCES = [
    AccountCase(
        "open profit and debts once",
        {
            "/v5/account/wallet-balance?accountType=UNIFIED": _trading(
                _coin(
                    "USDT",
                    equity="1060",
                    walletBalance="1000",
                    unrealisedPnl="60",
                    locked="20",
                    totalPositionIM="150",
                    totalOrderIM="30",
                ),
                _coin("BTC", equity="-0.4", walletBalance="0.1", spotBorrow="0.5", borrowAmount="0.5"),
                _coin("USDC", equity="-40", walletBalance="-40", borrowAmount="40"),
                total="12345.67",
            ),
            "/v5/asset/transfer/query-account-coins-balance?accountType=FUND": _answer(
                accountType="FUND",
                balance=[
                    {"coin": "USDT", "transferBalance": "70", "walletBalance": "75", "bonus": ""},
                    {"coin": "ETH", "transferBalance": "0", "walletBalance": "0", "bonus": ""},
                ],
            ),
            "/v5/earn/position?category=FlexibleSaving": _answer(
                list=[
                    {"coin": "USDT", "productId": "430", "amount": "200", "totalPnl": "", "claimableYield": "0.1"},
                    {"coin": "USDT", "productId": "431", "amount": "50.5", "totalPnl": "", "claimableYield": "0"},
                    {"coin": "BTC", "productId": "8", "amount": "0", "totalPnl": "", "claimableYield": "0"},
                ]
            ),
            # Finance, Earn, Fixed Saving: Get Position Info. Active positions only, each with its amount.
            "/v5/earn/fixed-term/position": _answer(
                list=[
                    _fixed("4064", "201"),
                    _fixed("4065", "30", status="EarlyRedemptionProcessing"),
                    _fixed("4066", "0.2", coin="BTC", category="FundPool"),
                ]
            ),
        },
        {
            "trading/USDT": {"total": "1000", "locked": "200", "debt": None},
            "trading/BTC": {"total": "-0.4", "debt": "0.5"},
            "trading/USDC": {"total": "-40", "debt": None},
            "funding/USDT": {"total": "75", "free": "70"},
            "earn/USDT": {"total": "250.5"},
            "fixed-savings/USDT": {"total": "231", "locked": "231"},
            "fixed-savings/BTC": {"total": "0.2"},
        },
        equities=[("trading", "USD", "12345.67")],
    ),
    AccountCase(
        "an account that holds nothing",
        {
            "/v5/account/wallet-balance": _answer(list=[{"accountType": "UNIFIED", "totalEquity": "0", "coin": []}]),
            "/v5/asset/transfer/query-account-coins-balance": _answer(balance=[]),
            "/v5/earn/position": _answer(list=[]),
        },
        {},
    ),
]


def _row(**values: Any) -> dict[str, Any]:
    """A row of /v5/position/list: long 2 BTC from 60,000."""
    return {
        "positionIdx": 0, "riskId": 1, "symbol": "BTCUSDT", "side": "Buy", "size": "2", "avgPrice": "60000",
        "positionValue": "120000", "tradeMode": 0, "positionStatus": "Normal", "leverage": "10", "markPrice": "61000",
        "liqPrice": "52000", "bustPrice": "", "positionIM": "12000", "positionMM": "600", "tpslMode": "Full",
        "takeProfit": "", "stopLoss": "", "trailingStop": "0", "unrealisedPnl": "2000", "curRealisedPnl": "-7.5",
        "cumRealisedPnl": "812", "createdTime": T, "updatedTime": T,
    } | values  # fmt: skip


def _list(*rows: Any) -> dict[str, Any]:
    return _answer(list=list(rows), nextPageCursor="", category="linear")


_OTHERS = {f"{LIST}?category=linear": _list(), f"{LIST}?category=inverse": _list(), f"{LIST}?category=option": _list()}


def _usdc(profit: str, **values: Any) -> AccountCase:
    """Bybit's example (USDC Perpetual Session Settlement Mechanism): bought at 50,250 on average, settled at 51,000.

    The mark is 51,200. Since entry it has gained 95, and 20 of it is not in the wallet yet, whatever `unrealisedPnl`
    counts from.
    """
    row = _row(symbol="BTCPERP", size="0.1", avgPrice="50250", sessionAvgPrice="51000", markPrice="51200",
               unrealisedPnl=profit, **values)  # fmt: skip
    side, sign = ("short", "-") if values else ("long", "")
    expected = {"amount": "0.1", "entry_price": "50250", "unrealised_pnl": f"{sign}95.0", "session_pnl": f"{sign}20.0"}
    return AccountCase(
        f"a {side} position that is settled by session states {profit}",
        {**INFO, **_OTHERS, f"{LIST}?category=linear&settleCoin=USDC": _list(row)},
        {f"BTCPERP/{side}/isolated": expected},
    )


POSITIONS = [
    _usdc("20"),
    _usdc("95"),
    _usdc("-20", side="Sell"),
    AccountCase(
        "linear in hedge mode, inverse, and an option that is sold",
        {
            **INFO,
            **_OTHERS,
            f"{LIST}?category=linear&settleCoin=USDT": _list(
                _row(positionIdx=1),
                _row(positionIdx=2, side="Sell", size="0.5", unrealisedPnl="-500", liqPrice="", leverage=""),
                _row(symbol="ETHUSDT", side="", size="0", avgPrice="0", unrealisedPnl="")),
            f"{LIST}?category=inverse": _list(
                _row(symbol="BTCUSD", side="Sell", size="3000", avgPrice="50000", markPrice="60000",
                     unrealisedPnl="-0.01", liqPrice="-1")),
            f"{LIST}?category=option": _list(
                _row(symbol="BTC-26DEC25-100000-C-USDT", side="Sell", size="0.2", avgPrice="1000", markPrice="1500",
                     positionValue="-300", unrealisedPnl="-100", leverage="", liqPrice="")),
        },
        {
            "BTCUSDT/long/isolated": {
                "amount": "2", "entry_price": "60000", "mark_price": "61000", "unrealised_pnl": "2000",
                "realised_pnl": "-7.5", "liquidation_price": "52000", "leverage": "10"},
            "BTCUSDT/short/isolated": {"amount": "0.5", "unrealised_pnl": "-500", "liquidation_price": None,
                                       "leverage": None},
            "BTCUSD/short/isolated": {"contracts": "3000", "amount": "0.05", "unrealised_pnl": "-600",
                                      "liquidation_price": None},
            "BTC-26DEC25-100000-C-USDT/short/isolated": {"amount": "0.2", "unrealised_pnl": "-100",
                                                         "session_pnl": "-300"},
        },
    ),
]  # fmt: skip
