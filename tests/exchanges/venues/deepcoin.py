"""Deepcoin, by the generic rule: each market by its symbol, triggers in a list of their own."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap

API = "/deepcoin/trade"
OPEN, TRIGGERS = f"{API}/v2/orders-pending", f"{API}/trigger-orders-pending"
PAST, TRIGGERS_PAST = f"{API}/orders-history", f"{API}/trigger-orders-history"
T = 1764000000000
SPOT, SWAP = frozenset({"BTC/USDT"}), frozenset({"BTC/USDT:USDT"})


def wrap(rows: Sequence[Any]) -> Any:
    return {"code": "0", "msg": "", "data": list(rows)}


def o(**values: Any) -> dict[str, Any]:
    """A row of orders-pending: buys 0.5 BTC at 60,000."""
    return {
        "instType": "SPOT", "instId": "BTC-USDT", "tgtCcy": "", "ccy": "", "ordId": "1001", "clOrdId": "", "tag": "",
        "px": "60000", "sz": "0.5", "pnl": "0", "ordType": "limit", "side": "buy", "posSide": "", "tdMode": "cash",
        "accFillSz": "0", "fillPx": "", "tradeId": "", "fillSz": "0", "fillTime": str(T), "avgPx": "",
        "state": "live", "lever": "1", "tpTriggerPx": "", "slTriggerPx": "", "feeCcy": "USDT", "fee": "0",
        "uTime": str(T + 5), "cTime": str(T),
    } | values  # fmt: skip


def p(**values: Any) -> dict[str, Any]:
    """A row of trigger-orders-pending: sells 0.5 BTC at 54,900 at 55,000."""
    return {
        "instType": "SPOT", "instId": "BTC-USDT", "ordId": "2001", "triggerPx": "55000", "ordPx": "54900", "sz": "0.5",
        "ordType": "", "side": "sell", "posSide": "", "tdMode": "cash", "triggerOrderType": "Conditional",
        "triggerPxType": "last", "lever": "", "slPrice": "", "slTriggerPrice": "", "tpPrice": "", "tpTriggerPrice": "",
        "cTime": str(T), "uTime": str(T),
    } | values  # fmt: skip


PERPETUAL = {"instType": "SWAP", "instId": "BTC-USDT-SWAP", "sz": "20", "posSide": "long", "tdMode": "cross"}

WALLETS, POSITIONS = "/deepcoin/account/balances", "/deepcoin/account/positions"


def pos(**values: Any) -> dict[str, Any]:
    """A row of account/positions: long 400 contracts of 0.001 BTC."""
    return {
        "instType": "SWAP", "mgnMode": "cross", "instId": "BTC-USDT-SWAP", "posId": "1001", "posSide": "long",
        "pos": "400", "avgPx": "59800", "lever": "75", "liqPx": "45000", "useMargin": "319", "mrgPosition": "merge",
        "ccy": "USDT", "uTime": str(T), "cTime": str(T),
    } | values  # fmt: skip


VENUE = Venue(
    exchange="deepcoin",
    balances=[AccountCase("spot and contracts", {
        f"{WALLETS}?instType=SPOT": wrap([{"ccy": "BTC", "bal": "0.5", "frozenBal": "0.2", "availBal": "0.3"}]),
        f"{WALLETS}?instType=SWAP": wrap([{"ccy": "USDT", "bal": "1000", "frozenBal": "319", "availBal": "681"}]),
    }, {
        "main/BTC": {"total": "0.5", "free": "0.3", "locked": "0.2"},
        "swap/USDT": {"total": "1000", "free": "681", "locked": "319"},
    })],
    positions=[AccountCase("merged, and two split ones", {POSITIONS: wrap([
        pos(), pos(posId="1002", posSide="short", mrgPosition="split", pos="100"),
        pos(posId="1003", posSide="short", mrgPosition="split", pos="50", liqPx=""),
    ])}, {
        "BTC-USDT-SWAP/long": {
            "amount": "0.4", "contracts": "400", "entry_price": "59800", "leverage": "75", "unrealised_pnl": None,
            "liquidation_price": "45000", "margin_mode": "cross",
        },
        "BTC-USDT-SWAP/short/1002": {"amount": "0.1"},
        "BTC-USDT-SWAP/short/1003": {"amount": "0.05", "liquidation_price": None},
    })],
    markets=[spot("BTC/USDT", "BTC-USDT"), swap("BTC/USDT:USDT", "BTC-USDT-SWAP", size="0.001")],
    wrap=wrap,
    cases=[
        Case("limit", "orders:spot", OPEN, [o()], [{
            "key": "1001", "kind": "limit", "amount": "0.5", "filled": "0", "limit_price": "60000", "status": "open",
            "created_at": T,
        }], wanted=SPOT),
        Case("perpetual, in contracts", "orders:linear", OPEN, [o(**PERPETUAL, accFillSz="5", avgPx="59990")], [{
            "symbol": "BTC/USDT:USDT", "contracts": "20", "amount": "0.02", "filled": "0.005",
            "status": "partially_filled", "average_price": "59990",
        }], wanted=SWAP),
        Case("trigger with a limit", "triggers:spot", TRIGGERS, [p()], [{
            "key": "2001", "kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "side": "sell",
            "trigger_direction": None, "status": "pending",
        }], wanted=SPOT),
        Case("trigger of a perpetual", "triggers:linear", TRIGGERS, [p(**PERPETUAL, ordPx="0")], [{
            "key": "2001", "kind": "stop", "contracts": "20", "limit_price": None, "symbol": "BTC/USDT:USDT",
        }], wanted=SWAP),
    ],
    ended=[
        EndedCase("filled", "limit", PAST, [o(state="filled", accFillSz="0.5", avgPx="59900")],
                  {"1001": {"ending": "filled", "filled": "0.5", "average_price": "59900"}},
                  query={"instType": "SPOT"}),
        EndedCase("cancelled after a part", "perpetual, in contracts", PAST,
                  [o(**PERPETUAL, state="canceled", accFillSz="5", avgPx="59990")],
                  {"1001": {"ending": "cancelled", "filled": "0.005"}}, query={"instType": "SWAP"}),
        EndedCase("of a trigger the list says no state", "trigger with a limit", TRIGGERS_PAST,
                  [p(triggerTime=str(T), errorCode="0", errorMsg="")], {}, unreadable=1,
                  query={"instId": "BTC-USDT"}),
    ],
    fills=[
        Case("spot", "fills:BTC/USDT", f"{API}/fills",
             [{"instType": "SPOT", "instId": "BTC-USDT", "tradeId": "t-1", "ordId": "1001", "clOrdId": "",
               "billId": "b-1", "tag": "", "fillPx": "60000", "fillSz": "0.5", "side": "buy", "posSide": "",
               "execType": "T", "feeCcy": "BTC", "fee": "0.0005", "ts": str(T + 500)}],
             [{"key": "BTC-USDT/t-1", "order_id": "1001", "side": "buy", "amount": "0.5", "fee": "0.0005",
               "fee_currency": "BTC", "is_maker": False, "at": T + 500}]),
    ],
)  # fmt: skip
