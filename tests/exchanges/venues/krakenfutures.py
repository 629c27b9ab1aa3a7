"""Kraken Futures: one list of resting and waiting orders, of linear contracts and of inverse ones."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, swap
from tests.exchanges.transfer_cases import ISO_TIME, transfer, transfer_case

PATH = "/derivatives/api/v3/openorders"
WHEN = "2025-11-24T16:00:00.000Z"
T = 1764000000000


def o(**values: Any) -> dict[str, Any]:
    """A row of openorders: buys 2 BTC at 60,000."""
    return {
        "order_id": "59302619-0001", "symbol": "PF_XBTUSD", "side": "buy", "orderType": "lmt", "limitPrice": 60000,
        "unfilledSize": 2, "receivedTime": WHEN, "status": "untouched", "filledSize": 0, "reduceOnly": False,
        "lastUpdateTime": WHEN,
    } | values  # fmt: skip


def stop(**values: Any) -> dict[str, Any]:
    """Sells 2 BTC at market when the mark price falls to 55,000."""
    row = o(side="sell", orderType="stp", stopPrice=55000, triggerSignal="mark", reduceOnly=True) | values
    return {name: value for name, value in row.items() if name != "limitPrice" or "limitPrice" in values}


def _case(name: str, *rows: Any, orders: Any, unreadable: int = 0) -> Case:
    return Case(name, "orders", PATH, rows, orders, unreadable=unreadable)


def fill(**values: Any) -> dict[str, Any]:
    return {
        "fill_id": "98d3", "symbol": "PF_XBTUSD", "side": "buy", "order_id": "59302619-0001", "size": 2,
        "price": 60000.5, "fillTime": WHEN, "fillType": "maker",
    } | values  # fmt: skip


OWN = "59302619-0001"


def past(**values: Any) -> dict[str, Any]:
    """An order as the history of events tells it."""
    return {
        "uid": OWN, "accountUid": "a", "tradeable": "PF_XBTUSD", "direction": "Buy", "quantity": "2", "filled": "2",
        "timestamp": T, "limitPrice": "60000", "orderType": "Limit", "clientId": "", "reduceOnly": False,
        "lastUpdateTimestamp": T + 60000,
    } | values  # fmt: skip


def _ended(name: str, of: str, event: Any, outcomes: Any, path: str = "orders") -> EndedCase:
    said = {"uid": "e", "timestamp": T + 60000, "event": event}
    return EndedCase(name, of, f"/api/history/v2/{path}", [said], outcomes, wrap=lambda rows: {"elements": list(rows)})


ENDED = [
    _ended("filled", "limit", {"OrderUpdated": {"reason": "full_fill", "newOrder": past(), "oldOrder": past(filled="0")}},
           {OWN: {"ending": "filled", "filled": "2", "ended_at": T + 60000}}),
    _ended("filled in part when it was placed is no end", "limit", {"OrderPlaced": {"order": past(filled="0.5")}}, {}),
    _ended("placed is no end", "limit", {"OrderPlaced": {"order": past(filled="0")}}, {}),
    _ended("triggered", "stop at market", {"OrderTriggerActivated": {"order": past(direction="Sell", filled=None)}},
           {OWN: {"ending": "triggered", "filled": None}}, path="triggers"),
    _ended("a trigger order that was cancelled", "stop at market",
           {"OrderTriggerCancelled": {"order": past(direction="Sell", filled=None)}}, {OWN: {"ending": "cancelled"}},
           path="triggers"),
    EndedCase("cancelled after a part, by itself", "limit", "/derivatives/api/v3/orders/status",
              [{"order": {"orderId": OWN, "symbol": "PF_XBTUSD", "side": "buy", "quantity": 2, "filled": "0.5",
                          "timestamp": WHEN, "lastUpdateTimestamp": "2025-11-24T16:01:00.000Z", "reduceOnly": False},
                "status": "CANCELLED"}],
              {OWN: {"ending": "cancelled", "filled": "0.5", "ended_at": T + 60000}}, asks="detail",
              wrap=lambda rows: {"result": "success", "orders": list(rows)}),
]  # fmt: skip


def _answer(**values: Any) -> dict[str, Any]:
    return {"result": "success", "serverTime": WHEN, **values}


def _collateral(quantity: float, value: float, available: float) -> dict[str, float]:
    return {"quantity": quantity, "value": value, "collateral": value, "available": available}


BALANCES = [
    AccountCase(
        "cash, one wallet for several contracts and one of a contract",
        {
            "/derivatives/api/v3/accounts": _answer(
                accounts={
                    "cash": {"type": "cashAccount", "balances": {"xbt": "0.8", "xrp": "0"}},
                    "fi_xbtusd": {
                        "type": "marginAccount",
                        "currency": "xbt",
                        "balances": {"xbt": "0.35", "pi_xbtusd": "500"},
                        "auxiliary": {"af": 0.3, "pnl": 0.01, "pv": 0.36, "funding": 0, "usd": 0},
                        "marginRequirements": {"im": 0.05, "mm": 0.03, "lt": 0.02, "tt": 0.01},
                    },
                    "flex": {
                        "type": "multiCollateralMarginAccount",
                        "currencies": {"USD": _collateral(700, 700, 650), "XBT": _collateral(0.1, 6000, 0.09)},
                        "balanceValue": 6700,
                        "portfolioValue": 6725.5,
                        "pnl": 25.5,
                        "initialMargin": 80,
                    },
                }
            ),
        },
        {
            "main/USD": {"total": "700", "free": "650"},
            "main/BTC": {"total": "0.1", "free": "0.09"},
            "cash/BTC": {"total": "0.8"},
            "fi_xbtusd/BTC": {"total": "0.35"},
        },
        equities=[("main", "USD", "6725.5"), ("fi_xbtusd", "BTC", "0.36")],
    ),
    AccountCase("nothing", {"/derivatives/api/v3/accounts": _answer(accounts={})}, {}),
]


def _position(**values: Any) -> dict[str, Any]:
    return {
        "side": "long", "symbol": "PF_XBTUSD", "price": 60000, "fillTime": WHEN, "size": 2, "unrealizedFunding": 0.5,
        "pnlCurrency": "USD", "maxFixedLeverage": 5.0,
    } | values  # fmt: skip


POSITIONS = [
    AccountCase(
        "isolated and cross, of linear and inverse contracts",
        {
            "/derivatives/api/v3/openpositions": _answer(
                openPositions=[
                    _position(),
                    _position(symbol="PI_XBTUSD", side="short", size=30000, price=50000, maxFixedLeverage=None),
                ]
            ),
        },
        {
            "PF_XBTUSD/long/isolated": {
                "amount": "2",
                "entry_price": "60000",
                "leverage": "5",
                "margin_mode": "isolated",
            },
            "PI_XBTUSD/short": {
                "contracts": "30000",
                "amount": "0.6",
                "entry_price": "50000",
                "margin_mode": "cross",
                "leverage": None,
            },
        },
    ),
    AccountCase("nothing", {"/derivatives/api/v3/openpositions": _answer(openPositions=[])}, {}),
]


def _log(word: str, before: str, after: str, n: int, **more: Any) -> dict[str, Any]:
    return {"id": n, "date": ISO_TIME, "asset": "usd", "contract": "pf_xbtusd", "info": word, "booking_uid": f"u{n}",
            "margin_account": "flex", "old_balance": before, "new_balance": after, "old_average_entry_price": 0,
            "new_average_entry_price": 0, "trade_price": None, "mark_price": None, "realized_pnl": None, "fee": None,
            "execution": "", "collateral": "USD", "funding_rate": None, "realized_funding": None} | more  # fmt: skip


TRANSFERS = (
    transfer_case("its log", "ledger", "/api/history/v3/account-log", [
        _log("funding rate change", "100", "99.25", 1, realized_funding="-0.75"),
        _log("interest payment", "99.25", "99.20", 2),
        _log("futures trade", "99.20", "98", 3, fee="1.2"),
        _log("cross-exchange transfer", "98", "198", 4),
        _log("futures trade", "1", "2", 5, asset="pf_xbtusd"), _log("conversion", "198", "190", 6),
    ], [transfer("deposit", "USD", "100"), transfer("funding", "USD", "-0.75"), transfer("interest", "USD", "-0.05"),
        transfer("other", "USD", "-8")],
        lambda rows: {"accountUid": "u", "logs": list(rows)}),
)  # fmt: skip


VENUE = Venue(
    exchange="krakenfutures",
    transfers=TRANSFERS,
    markets=[swap("BTC/USD:USD", "PF_XBTUSD"), swap("BTC/USD:BTC", "PI_XBTUSD")],
    wrap=lambda rows: {"result": "success", "openOrders": list(rows), "serverTime": WHEN},
    ended=ENDED,
    balances=BALANCES,
    positions=POSITIONS,
    others={f"/api/history/v2/{path}": {"elements": []} for path in ("orders", "triggers")},
    cases=[
        _case("limit", o(cliOrdId="mine-1"), orders=[{
            "key": "59302619-0001", "symbol": "BTC/USD:USD", "market_type": "perpetual", "kind": "limit", "amount": "2",
            "filled": "0", "remaining": "2", "limit_price": "60000", "trigger_price": None, "status": "open",
            "reduce_only": False, "client_order_id": "mine-1", "contracts": None, "created_at": T,
        }]),
        _case("partly filled, reduce only, post only",
              o(orderType="post", side="sell", unfilledSize=1.5, filledSize=0.5, status="partiallyFilled",
                reduceOnly=True),
              orders=[{"kind": "limit", "filled": "0.5", "remaining": "1.5", "amount": "2",
                       "status": "partially_filled", "reduce_only": True, "post_only": True}]),
        _case("inverse contracts", o(symbol="PI_XBTUSD", unfilledSize=30000, limitPrice=50000), orders=[{
            "symbol": "BTC/USD:BTC", "contracts": "30000", "amount": "0.6", "remaining": "0.6", "limit_price": "50000",
        }]),
        _case("stop at market", stop(), orders=[{
            "kind": "stop", "trigger_price": "55000", "limit_price": None, "trigger_kind": "mark",
            "trigger_direction": "falls", "status": "pending", "reduce_only": True, "role": "unknown",
        }]),
        _case("stop limit", stop(limitPrice=54900.5, triggerSignal="last"), orders=[{
            "kind": "stop_limit", "limit_price": "54900.5", "trigger_kind": "last",
        }]),
        _case("take profit at market", stop(orderType="take_profit", stopPrice=70000, triggerSignal="spot"), orders=[{
            "kind": "take_profit", "role": "take_profit", "trigger_price": "70000", "trigger_kind": "index",
            "trigger_direction": "rises", "limit_price": None,
        }]),
        _case("take profit limit", stop(orderType="take_profit", stopPrice=70000, limitPrice=70100), orders=[{
            "kind": "take_profit_limit", "trigger_price": "70000", "limit_price": "70100",
        }]),
        _case("trailing stop, whose distance is not told", stop(orderType="trailing_stop", stopPrice=59000), orders=[{
            "kind": "trailing_stop", "trigger_price": "59000", "trailing_distance": None, "limit_price": None,
        }]),
        _case("two of inverse contracts", stop(symbol="PI_XBTUSD", unfilledSize=11000),
              o(order_id="2", symbol="PI_XBTUSD", filledSize=10000, unfilledSize=20000, limitPrice=50000),
              orders=[{"kind": "stop", "contracts": "11000", "amount": "0.2"},
                      {"key": "2", "contracts": "30000", "remaining": "0.4"}]),
        _case("no side", o(side=None), o(order_id="ok"), orders=[{"key": "ok"}], unreadable=1),
    ],
    fills=[
        Case("maker and taker, whose fee is not told", "fills:all", "/derivatives/api/v3/fills",
             [fill(), fill(fill_id="2", symbol="PI_XBTUSD", side="sell", size=30000, price=50000, fillType="taker",
                           fillTime="2025-11-24T16:00:01.000Z")],
             [{"key": "PF_XBTUSD/98d3", "side": "buy", "price": "60000.5", "amount": "2", "fee": None,
               "fee_currency": None, "is_maker": True, "order_id": "59302619-0001", "at": T},
              {"symbol": "BTC/USD:BTC", "contracts": "30000", "amount": "0.6", "is_maker": False, "fee": None}],
             wrap=lambda rows: {"result": "success", "fills": list(rows), "serverTime": WHEN}),
    ],
)  # fmt: skip
