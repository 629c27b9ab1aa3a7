"""Poloniex: a contract account whose equity holds open profit, cross and isolated apart."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Venue, spot, swap

SPOT, CONTRACTS, POSITIONS = "/accounts/balances", "/v3/account/balance", "/v3/trade/position/opens"


def detail(**values: Any) -> dict[str, Any]:
    """One currency: 1000 in the wallet for cross positions that lost 40 so far."""
    return {
        "ccy": "USDT", "eq": "960", "isoEq": "0", "avail": "1000", "trdHold": "0", "upl": "-40", "isoAvail": "0",
        "isoHold": "0", "isoUpl": "0", "im": "120", "mm": "30", "mmr": "0.03", "imr": "0.1", "cTime": "1764000000000",
        "uTime": "1764000000000",
    } | values  # fmt: skip


def account(*details: Any) -> dict[str, Any]:
    return {"code": "200", "msg": "", "data": {"state": "NORMAL", "eq": "960", "upl": "-40", "details": list(details)}}


def pos(**values: Any) -> dict[str, Any]:
    """A row of position/opens: long 400 contracts of 0.001 BTC."""
    return {
        "symbol": "BTC_USDT_PERP", "posSide": "LONG", "side": "BUY", "mgnMode": "CROSS", "openAvgPx": "60100",
        "qty": "400", "availQty": "400", "lever": "20", "adl": "0.3", "liqPx": "45000", "im": "1202", "mm": "144",
        "upl": "-40", "uplRatio": "-0.03", "pnl": "3", "markPx": "60000", "mgnRatio": "0.06", "state": "NORMAL",
        "cTime": "1764000000000", "uTime": "1764000000000", "mgn": "1202", "tpTrgPx": "", "slTrgPx": "",
    } | values  # fmt: skip


VENUE = Venue(
    exchange="poloniex",
    markets=[spot("BTC/USDT", "BTC_USDT"), swap("BTC/USDT:USDT", "BTC_USDT_PERP", size="0.001")],
    wrap=list,
    cases=(),
    balances=[
        AccountCase("spot and contracts", {
            SPOT: [{"accountId": "7", "accountType": "SPOT", "balances": [
                {"currencyId": "214", "currency": "USDT", "available": "2", "hold": "0.5"},
                {"currencyId": "28", "currency": "BTC", "available": "0", "hold": "0"},
            ]}],
            CONTRACTS: account(detail()),
        }, {
            "main/USDT": {"total": "2.5", "free": "2", "locked": "0.5"},
            "swap/USDT": {"total": "1000", "locked": "120", "includes_open_profit": False},
        }, equities=[("swap", "USDT", "960")]),
        AccountCase("with an isolated position", {
            SPOT: [], CONTRACTS: account(detail(isoEq="260", isoAvail="200", isoHold="50", isoUpl="10")),
        }, {"swap/USDT": {"total": "1250"}}, equities=[("swap", "USDT", "1220")]),
    ],
    positions=[AccountCase("hedged, isolated, and in one-way mode", {POSITIONS: {"code": "200", "msg": "", "data": [
        pos(), pos(posSide="SHORT", side="SELL", mgnMode="ISOLATED", qty="100"),
        pos(symbol="BTC_USDT_PERP", posSide="BOTH", side="SELL", qty="50", liqPx=""),
    ]}}, {
        "BTC_USDT_PERP/long": {
            "amount": "0.4", "contracts": "400", "entry_price": "60100", "mark_price": "60000", "unrealised_pnl": "-40",
            "realised_pnl": "3", "liquidation_price": "45000", "leverage": "20", "margin_mode": "cross",
        },
        "BTC_USDT_PERP/short/isolated": {"amount": "0.1"},
        "BTC_USDT_PERP/short": {"amount": "0.05", "liquidation_price": None},
    })],
)  # fmt: skip
