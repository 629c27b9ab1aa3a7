"""WhiteBIT: everything asked by POST, every ended order called closed by the library, whatever its own word."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap

OPEN, PAST = "/api/v4/orders", "/api/v4/trade-account/order/history"
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


def _ended(name: str, row: Any, outcome: Any) -> EndedCase:
    outcomes = {} if outcome is None else {"3686033640": outcome}
    return EndedCase(name, "limit", PAST, [row], outcomes, method="POST", wrap=by_market)


PART = {"dealStock": "0.2", "dealMoney": "12000", "dealFee": "12"}

VENUE = Venue(
    exchange="whitebit",
    markets=[spot("BTC/USDT", "BTC_USDT"), swap("BTC/USDT:USDT", "BTC_PERP")],
    wrap=list,
    cases=[
        _case("limit", "orders:spot", o(), orders=[{
            "key": "3686033640", "client_order_id": "mine-1", "kind": "limit", "amount": "0.5", "remaining": "0.5",
            "limit_price": "60000", "status": "open", "symbol": "BTC/USDT", "created_at": T,
        }]),
        _case("stop limit", "orders:spot",
              o(type="stop limit", activation_price="55000", price="54900", side="sell"),
              orders=[{"trigger_price": "55000", "limit_price": "54900", "side": "sell", "kind": "stop_limit"}]),
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
        Case("spot", "fills:spot", "/api/v4/trade-account/executed-history",
             [{"id": 1343815269, "clientOrderId": "", "time": T / 1000 + 0.5, "side": "sell", "role": 2,
               "amount": "0.1", "price": "61000", "deal": "6100", "fee": "6.1", "orderId": 3686033640,
               "feeAsset": "USDT"}],
             [{"key": "BTC_USDT/1343815269", "order_id": "3686033640", "side": "sell", "amount": "0.1", "fee": "6.1",
               "fee_currency": "USDT", "is_maker": False}], method="POST", wrap=by_market),
    ],
)  # fmt: skip
