"""WhiteBIT: everything asked by POST, three balances, conditional orders in a list of their own, ended orders that ccxt
calls closed whatever their own word."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.transfer_cases import TIME, transfer, transfer_case

OPEN, PAST = "/api/v4/orders", "/api/v4/trade-account/order/history"
CONDITIONAL = "/api/v4/conditional-orders"
T = 1764000000000


def by_market(rows: Sequence[Any]) -> Any:
    return {"BTC_USDT": list(rows)}


def o(**values: Any) -> dict[str, Any]:
    """A row of orders: buys 0.5 BTC at 60,000."""
    return {
        "orderId": 3686033640, "clientOrderId": "mine-1", "market": "BTC_USDT", "side": "buy", "type": "limit",
        "timestamp": T / 1000, "dealMoney": "0", "dealStock": "0", "amount": "0.5", "takerFee": "0.001",
        "makerFee": "0.001", "left": "0.5", "dealFee": "0", "price": "60000", "postOnly": False, "ioc": False,
    } | values  # fmt: skip


def past(**values: Any) -> dict[str, Any]:
    """A row of trade-account/order/history."""
    return {
        "id": 3686033640, "clientOrderId": "mine-1", "ctime": T / 1000, "ftime": T / 1000 + 60, "side": "buy",
        "amount": "0.5", "price": "60000", "type": "limit", "takerFee": "0.001", "makerFee": "0.001", "dealFee": "30",
        "dealStock": "0.5", "dealMoney": "29950",
    } | values  # fmt: skip


def _case(name: str, source: str, *rows: Any, orders: Any) -> Case:
    return Case(name, source, OPEN, rows, orders, method="POST")


def records(rows: Sequence[Any]) -> Any:
    return {"limit": 100, "offset": 0, "total": len(rows), "records": list(rows)}


def _conditional(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "triggers:conditional", CONDITIONAL, rows, orders, method="POST", wrap=records)


def leg(**values: Any) -> dict[str, Any]:
    """A leg of an OCO on futures: sells 0.2 BTC of a long position."""
    return {
        "orderId": 7001, "clientOrderId": "", "market": "BTC_PERP", "side": "sell", "type": "margin limit",
        "timestamp": T / 1000, "dealMoney": "0", "dealStock": "0", "amount": "0.2", "left": "0.2", "dealFee": "0",
        "postOnly": False, "status": "OPEN", "stp": "no", "positionSide": "LONG", "reduceOnly": True, "price": "72000",
    } | values  # fmt: skip


STOP_LEG = leg(orderId=7002, type="margin stop limit", price="53800", activationPrice="54000", activationCondition="lte",
               activated=0)  # fmt: skip


def pos(**values: Any) -> dict[str, Any]:
    """A row of positions/open: long 0.3 BTC of futures, partly closed at a loss of 12."""
    return {
        "positionId": 900, "market": "BTC_PERP", "openDate": T / 1000, "modifyDate": T / 1000, "amount": "0.3",
        "basePrice": "58000", "liquidationPrice": "41000", "liquidationState": None, "pnl": "-12",
        "unrealizedPnl": "600", "pnlPercent": "3.45", "margin": "1740", "freeMargin": "9000", "funding": "0",
        "unrealizedFunding": "0", "tpsl": None, "positionSide": "BOTH",
    } | values  # fmt: skip


TRADE, MAIN = "/api/v4/trade-account/balance", "/api/v4/main-account/balance"
COLLATERAL, POSITIONS = "/api/v4/collateral-account/balance-summary", "/api/v4/collateral-account/positions/open"
FIXED, FLEXIBLE = "/api/v4/main-account/smart/investments", "/api/v4/main-account/smart-flex/investments"


def fixed(own: str, amount: str, status: int = 1) -> dict[str, Any]:
    plan = {"id": "p-1", "ticker": "USDT", "status": 1, "percent": "10", "duration": 14400, "interestTicker": "USDT"}
    return {"id": own, "plan": plan, "status": status, "amount": amount, "interestPaid": "0"}


WALLETS = {
    TRADE: {"BTC": {"available": "0.4", "freeze": "0.1"}, "ETH": {"available": "0", "freeze": "0"}},
    MAIN: {"BTC": {"main_balance": "0.25"}, "XLM": {"main_balance": "36.5"}},
    COLLATERAL: [
        {"asset": "USDT", "balance": "1500", "borrow": "0", "availableWithoutBorrow": "900",
         "availableWithBorrow": "5000"},
        {"asset": "ETH", "balance": "-0.5", "borrow": "0.5", "availableWithoutBorrow": "0", "availableWithBorrow": "2"},
    ],
    FIXED: {"offset": 0, "limit": 100, "records": [fixed("i-1", "100"), fixed("i-2", "100"), fixed("i-3", "70", status=2)]},
    FLEXIBLE: {"offset": 0, "limit": 100, "data": [
        {"id": "f-1", "planId": "p-2", "currency": "USDT", "invested": "1500.75", "status": 1},
    ]},
}  # fmt: skip
HELD: dict[str, dict[str, Any]] = {
    "trade/BTC": {"total": "0.5", "free": "0.4", "locked": "0.1"},
    "main/BTC": {"total": "0.25"},
    "main/XLM": {"total": "36.5"},
    "collateral/USDT": {"total": "1500", "free": "900", "debt": None, "includes_open_profit": False},
    "collateral/ETH": {"total": "-0.5", "debt": "0.5"},
    "earn-fixed/USDT": {"total": "200"},
    "earn-flexible/USDT": {"total": "1500.75"},
}


def _ended(name: str, row: Any, outcome: Any) -> EndedCase:
    outcomes = {} if outcome is None else {"3686033640": outcome}
    return EndedCase(name, "limit", PAST, [row], outcomes, method="POST", wrap=by_market)


PART = {"dealStock": "0.2", "dealMoney": "12000", "dealFee": "12"}


def _whitebit(method: int, n: int, status: int) -> dict[str, Any]:
    return {"address": "a", "uniqueId": None, "createdAt": TIME // 1000, "currency": "Bitcoin", "ticker": "BTC",
            "method": method, "amount": "0.25", "description": "", "memo": "", "fee": "0.0001", "status": status,
            "network": None, "transactionHash": f"0x{n}", "transactionId": f"w-{n}", "details": {},
            "confirmations": {}}  # fmt: skip


def _records(rows: Sequence[Any]) -> Any:
    return {"limit": 100, "offset": 0, "records": list(rows), "total": len(rows)}


TRANSFERS = (
    transfer_case("deposits", "deposits", "/api/v4/main-account/history", [_whitebit(1, 1, 3), _whitebit(1, 2, 15)],
          [transfer("deposit", "BTC", "0.25"), transfer("deposit", "BTC", "0.25", "pending")], _records, "POST"),
    transfer_case("withdrawals", "withdrawals", "/api/v4/main-account/history", [_whitebit(2, 3, 7), _whitebit(2, 4, 4)],
          [transfer("withdrawal", "BTC", "-0.25", fee="0.0001"), transfer("withdrawal", "BTC", "-0.25", "failed")], _records,
          "POST"),
)  # fmt: skip


VENUE = Venue(
    exchange="whitebit",
    transfers=TRANSFERS,
    markets=[spot("BTC/USDT", "BTC_USDT"), swap("BTC/USDT:USDT", "BTC_PERP")],
    wrap=list,
    balances=[
        AccountCase("three balances and two kinds of earn", WALLETS, HELD),
        AccountCase("odd assets beside two good ones", WALLETS | {
            TRADE: {"BTC": {"available": "0.4", "freeze": "0.1"}, "ETH": {"available": "1"}, "SOL": "0.3"},
            MAIN: {"BTC": {"main_balance": "0.25"}, "XLM": {"main_balance": "36.5"}, "DOT": {}},
        }, HELD, unreadable=3),
        AccountCase("a debt beside a balance", {TRADE: {}, COLLATERAL: [
            {"asset": "ETH", "balance": "2", "borrow": "0.5", "availableWithoutBorrow": "1.5", "availableWithBorrow": "3"},
        ]}, {"collateral/ETH": {"total": "1.5", "debt": "0.5"}}),
    ],
    positions=[
        AccountCase("long, short, hedged, not opened yet", {POSITIONS: [
            pos(), pos(positionId=901, market="BTC_USDT", amount="-0.2", unrealizedPnl="-50", liquidationPrice=None),
            pos(positionId=902, positionSide="SHORT", amount="0.1"),
            pos(positionId=903, amount=None, basePrice=None, pnl=None, unrealizedPnl=None),
        ]}, {
            "BTC_PERP/long": {
                "amount": "0.3", "contracts": None, "entry_price": "58000", "unrealised_pnl": "600",
                "realised_pnl": "-12", "liquidation_price": "41000",
            },
            "BTC_USDT/short": {"amount": "0.2", "unrealised_pnl": "-50", "liquidation_price": None},
            "BTC_PERP/short": {"amount": "0.1"},
        }),
        AccountCase("one row without an amount, one as the older documentation has it", {POSITIONS: [
            {"positionId": 1, "market": "BTC_PERP"},
            {name: value for name, value in pos().items() if name != "unrealizedPnl"},
        ]}, {"BTC_PERP/long": {"unrealised_pnl": "-12", "realised_pnl": None}}, unreadable=1),
    ],
    cases=[
        _case("limit", "orders:spot", o(), orders=[{
            "key": "3686033640", "client_order_id": "mine-1", "kind": "limit", "amount": "0.5", "remaining": "0.5",
            "limit_price": "60000", "status": "open", "symbol": "BTC/USDT", "created_at": T,
        }]),
        _case("stop limit", "orders:spot",
              o(type="stop limit", activation_price="55000", price="54900", side="sell"),
              orders=[{"trigger_price": "55000", "limit_price": "54900", "side": "sell", "kind": "stop_limit",
                       "trigger_direction": "falls", "filled": "0", "remaining": "0.5", "status": "pending"}]),
        _case("stop limit that was activated: a limit in the book", "orders:spot",
              o(type="stop limit", activation_price="55000", price="54900", side="sell", activated=1),
              orders=[{"kind": "limit", "limit_price": "54900", "trigger_price": None, "status": "open"}]),
        _case("buys for money at market once the price rises", "orders:spot",
              o(type="stop market", activation_price="65000", amount="3000", left="3000", price="0"),
              orders=[{"kind": "stop", "trigger_price": "65000", "trigger_direction": "rises", "amount": None,
                       "remaining": None, "limit_price": None}]),
        _case("buys at market", "orders:spot", o(type="market", amount="3000", price="0"),
              orders=[{"kind": "market", "amount": None}]),
        _case("stop at market of a short position, in the base asset", "orders:linear",
              o(market="BTC_PERP", type="stop market", activation_price="65000", price="0", reduceOnly=True,
                positionSide="SHORT", activated=0, activationCondition="gte"),
              orders=[{"kind": "stop", "amount": "0.5", "remaining": "0.5", "reduce_only": True,
                       "position_side": "short", "trigger_direction": "rises"}]),
        _case("with attached take profit and stop", "orders:linear",
              o(market="BTC_PERP", oto={"otoId": 29457221, "takeProfit": "70000", "stopLoss": "55000"}),
              orders=[
                  {"key": "3686033640", "kind": "limit", "role": "entry", "contingency": "attached"},
                  {"key": "3686033640/tp", "kind": "take_profit", "role": "take_profit", "side": "sell",
                   "trigger_price": "70000", "amount": "0.5"},
                  {"key": "3686033640/sl", "kind": "stop", "role": "stop_loss", "trigger_price": "55000"},
              ]),
        _conditional("a pair, and an order on which a stop hangs",
                     {"id": 8801, "type": "oco", "stopLoss": STOP_LEG, "takeProfit": leg()},
                     {"id": 8802, "type": "oto", "stopLossPrice": "55000",
                      "conditionalOrder": o(market="BTC_PERP", positionSide="LONG")},
                     orders=[
                         {"key": "7002", "kind": "stop_limit", "group_id": "8801", "contingency": "OCO",
                          "trigger_price": "54000", "trigger_direction": "falls", "limit_price": "53800",
                          "reduce_only": True, "position_side": "long", "amount": "0.2", "remaining": "0.2"},
                         {"key": "7001", "kind": "limit", "group_id": "8801", "contingency": "OCO",
                          "limit_price": "72000", "trigger_price": None},
                         {"key": "3686033640", "kind": "limit", "role": "entry", "position_side": "long"},
                         {"key": "3686033640/sl", "kind": "stop", "side": "sell", "trigger_price": "55000"},
                     ]),
        _case("perpetual, partly filled", "orders:linear",
              o(market="BTC_PERP", left="0.3", dealStock="0.2", dealMoney="11990"),
              orders=[{"symbol": "BTC/USDT:USDT", "filled": "0.2", "remaining": "0.3", "status": "partially_filled",
                       "average_price": "59950"}]),
        _case("a list that tells of all markets", "orders:spot", o(), o(orderId=5, market="BTC_PERP"),
              orders=[{"key": "3686033640", "symbol": "BTC/USDT"}]),
        _case("and again", "orders:linear", o(), o(orderId=5, market="BTC_PERP"),
              orders=[{"key": "5", "symbol": "BTC/USDT:USDT"}]),
    ],
    ended=[
        _ended("filled", past(), {"ending": "filled", "filled": "0.5", "average_price": "59900",
                                  "ended_at": T + 60000}),
        _ended("cancelled after a part, in its own word", past(status="CANCELED", **PART),
               {"ending": "cancelled", "filled": "0.2", "average_price": "60000"}),
        _ended("filled in part, and nobody says that it was cancelled", past(**PART), None),
        _ended("not filled at all", past(dealStock="0", dealMoney="0", dealFee="0"), None),
    ],
    fills=[
        Case("spot", "fills:all", "/api/v4/trade-account/executed-history",
             [{"id": 1343815269, "clientOrderId": "", "time": T / 1000 + 0.5, "side": "sell", "role": 2,
               "amount": "0.1", "price": "61000", "deal": "6100", "fee": "6.1", "orderId": 3686033640,
               "feeAsset": "USDT"}],
             [{"key": "BTC_USDT/1343815269", "order_id": "3686033640", "side": "sell", "amount": "0.1", "fee": "6.1",
               "fee_currency": "USDT", "is_maker": False}], method="POST", wrap=by_market),
    ],
)  # fmt: skip
