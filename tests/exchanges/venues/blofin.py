"""BloFin: pending orders of perpetuals, trigger orders, and take profits and stops of positions."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, swap

T = 1764000000000


def o(**values: Any) -> dict[str, Any]:
    """A row of orders-pending: buys 500 contracts of 0.001 BTC at 60,000."""
    return {
        "orderId": "2075628533", "clientOrderId": "", "instId": "BTC-USDT", "marginMode": "cross",
        "positionSide": "net", "side": "buy", "orderType": "limit", "price": "60000.000000000000000000",
        "size": "500.000000000000000000", "reduceOnly": "false", "leverage": "3", "state": "live",
        "filledSize": "0.000000000000000000", "pnl": "0", "averagePrice": "0", "fee": "0", "createTime": str(T),
        "updateTime": str(T), "orderCategory": "normal", "tpTriggerPrice": None, "tpOrderPrice": None,
        "slTriggerPrice": None, "slOrderPrice": None, "brokerId": "",
    } | values  # fmt: skip


def a(**values: Any) -> dict[str, Any]:
    """A row of orders-algo-pending: buys 500 contracts at market once the last price is 65,000."""
    return {
        "algoId": "11021", "clientOrderId": "", "instId": "BTC-USDT", "marginMode": "cross", "positionSide": "net",
        "side": "buy", "orderType": "trigger", "size": "500", "leverage": "3", "state": "live",
        "triggerPrice": "65000", "triggerPriceType": "last", "orderPrice": "-1", "reduceOnly": "false", "brokerId": "",
        "createTime": str(T), "attachAlgoOrders": [],
    } | values  # fmt: skip


def p(**values: Any) -> dict[str, Any]:
    """A row of orders-tpsl-pending: a stop at market for 500 contracts."""
    return {
        "tpslId": "1012", "instId": "BTC-USDT", "marginMode": "cross", "positionSide": "long", "side": "sell",
        "tpTriggerPrice": None, "tpOrderPrice": None, "slTriggerPrice": "55000", "slOrderPrice": "-1", "size": "500",
        "state": "live", "leverage": "3", "reduceOnly": "true", "actualSize": None, "clientOrderId": "",
        "createTime": str(T), "brokerId": "",
    } | values  # fmt: skip


def _book(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "orders", "/api/v1/trade/orders-pending", rows, orders, **more)


def _algo(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "triggers:algo", "/api/v1/trade/orders-algo-pending", rows, orders)


def _tpsl(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "triggers:tpsl", "/api/v1/trade/orders-tpsl-pending", rows, orders)


HISTORY, TPSL_HISTORY = "/api/v1/trade/orders-history", "/api/v1/trade/orders-tpsl-history"
OVER = {"updateTime": str(T + 60000)}
BOTH = {"tpTriggerPrice": "70000", "tpOrderPrice": "70100"}
ENDED = [
    EndedCase("filled", "limit, in contracts", HISTORY, [o(**OVER, state="filled", filledSize="500", averagePrice="59990")],
              {"2075628533": {"ending": "filled", "filled": "0.5", "average_price": "59990", "ended_at": T + 60000}}),
    EndedCase("cancelled after a part, and why", "partly filled", HISTORY,
              [o(**OVER, state="partially_canceled", filledSize="200", averagePrice="60000",
                 cancelSource="user_canceled", cancelSourceReason="Order canceled by user")],
              {"2075628533": {"ending": "cancelled", "filled": "0.2", "reason": "Order canceled by user"}}),
    EndedCase("could not be placed", "stop of a position", TPSL_HISTORY, [p(**OVER, state="order_failed")],
              {"1012": {"ending": "rejected"}}),
    EndedCase("triggered", "stop of a position", TPSL_HISTORY, [p(**OVER, state="effective")],
              {"1012": {"ending": "triggered", "filled": None, "ended_at": T + 60000}}),
    EndedCase("triggered, with the id it got in the book", "stop of a position", TPSL_HISTORY,
              [p(**OVER, state="effective", orderId="2075628599")],
              {"1012": {"ending": "triggered", "book_order_id": "2075628599"}}),
    EndedCase("both cancelled", "take profit and stop in one row", TPSL_HISTORY, [p(**OVER, **BOTH, state="canceled")],
              {"1012/tp": {"ending": "cancelled"}, "1012/sl": {"ending": "cancelled"}}),
    EndedCase("which of both triggered is not said", "take profit and stop in one row", TPSL_HISTORY,
              [p(**OVER, **BOTH, state="effective")], {}),
    EndedCase("a state that nobody knows", "limit, in contracts", HISTORY, [o(state="paused")], {}, unreadable=1),
]  # fmt: skip


FUTURES, ACCOUNTS, POSITION_LIST = "/api/v1/account/balance", "/api/v1/asset/balances", "/api/v1/account/positions"


def _details(*rows: Any) -> dict[str, Any]:
    return {"code": "0", "msg": "success", "data": {"ts": str(T), "totalEquity": "0", "isolatedEquity": "0",
                                                    "details": list(rows)}}  # fmt: skip


def bal(currency: str, balance: str, equity: str, **values: str) -> dict[str, Any]:
    """A currency of a futures account: equity is cash and open profit together."""
    return {
        "currency": currency, "equity": equity, "balance": balance, "ts": str(T), "isolatedEquity": "0",
        "available": "0", "availableEquity": "0", "frozen": "0", "orderFrozen": "0", "equityUsd": equity,
        "isolatedUnrealizedPnl": "0", "bonus": "0",
    } | values  # fmt: skip


def pos(**values: Any) -> dict[str, Any]:
    """A position of 60 contracts of 0.001 BTC, bought at 59,000, at a mark of 60,000."""
    return {
        "positionId": "7982", "instId": "BTC-USDT", "instType": "SWAP", "marginMode": "cross", "positionSide": "net",
        "adl": "5", "positions": "60", "availablePositions": "60", "averagePrice": "59000", "markPrice": "60000",
        "marginRatio": "72", "liquidationPrice": "41000", "unrealizedPnl": "60", "unrealizedPnlRatio": "0.1",
        "initialMargin": "720", "maintenanceMargin": "18", "createTime": str(T), "updateTime": str(T), "leverage": "5",
    } | values  # fmt: skip


def _list(*rows: Any) -> dict[str, Any]:
    return {"code": "0", "msg": "success", "data": list(rows)}


def _account(currency: str, balance: str, frozen: str = "0") -> dict[str, Any]:
    free = str(int(balance) - int(frozen))
    return _list({"currency": currency, "balance": balance, "available": free, "frozen": frozen, "bonus": "0"})


BALANCES = [AccountCase("every account, open profit once", {
    FUTURES: _details(bal("USDT", "1000", "1060", available="320", frozen="740", orderFrozen="20")),
    f"{FUTURES}?productType=COIN-FUTURES": _details(bal("BTC", "0.3", "0.29", available="0.2", frozen="0.1")),
    f"{ACCOUNTS}?accountType=funding": _account("USDT", "70", "5"), f"{ACCOUNTS}?accountType=spot": _account("ETH", "3"),
    f"{ACCOUNTS}?accountType=copy_trading": _account("USDT", "90"), f"{ACCOUNTS}?accountType=earn": _account("ETH", "2"),
}, {
    "main/USDT": {"total": "1000", "free": "320", "locked": "740", "includes_open_profit": False},
    "inverse/BTC": {"total": "0.3", "locked": "0.1"}, "funding/USDT": {"total": "70", "free": "65", "locked": "5"},
    "spot/ETH": {"total": "3"}, "copy_trading/USDT": {"total": "90"}, "earn/ETH": {"total": "2"},
}, equities=[("main", "USDT", "1060"), ("inverse", "BTC", "0.29")])]  # fmt: skip
POSITIONS = [
    AccountCase("short in one-way mode", {POSITION_LIST: _list(pos(positions="-60", unrealizedPnl="-60"))}, {
        "BTC-USDT/short": {
            "amount": "0.06", "contracts": "60", "entry_price": "59000", "mark_price": "60000", "unrealised_pnl": "-60",
            "liquidation_price": "41000", "leverage": "5", "margin_mode": "cross",
        },
    }),
    AccountCase("both sides in hedge mode", {POSITION_LIST: _list(
        pos(positionSide="long"), pos(positionSide="short", positions="20", marginMode="isolated", liquidationPrice=""),
        pos(instId="ETH-USDT", positions="0"),
    )}, {
        "BTC-USDT/long": {"unrealised_pnl": "60"},
        "BTC-USDT/short/isolated": {"amount": "0.02", "liquidation_price": None},
    }),
]  # fmt: skip


VENUE = Venue(
    exchange="blofin",
    markets=[swap("BTC/USDT:USDT", "BTC-USDT", size="0.001")],
    wrap=lambda rows: {"code": "0", "msg": "success", "data": list(rows)},
    ended=ENDED,
    balances=BALANCES,
    positions=POSITIONS,
    cases=[
        _book("a limit that an algo order placed", o(algoId="4410", side="sell", price="71500", reduceOnly="true"), orders=[{
            "key": "2075628533", "kind": "limit", "limit_price": "71500", "trigger_price": None, "book_order_id": None,
            "amount": "0.5", "remaining": "0.5", "reduce_only": True,
        }]),
        _book("limit, in contracts", o(), orders=[{
            "key": "2075628533", "symbol": "BTC/USDT:USDT", "kind": "limit", "side": "buy", "amount": "0.5",
            "contracts": "500", "limit_price": "60000", "status": "open", "client_order_id": None, "created_at": T,
            "position_side": None,
        }]),
        _book("partly filled", o(state="partially_filled", filledSize="200", averagePrice="60000"), orders=[{
            "filled": "0.2", "remaining": "0.3", "status": "partially_filled", "average_price": "60000",
        }]),
        _book("post only, reduces a short position", o(orderType="post_only", reduceOnly="true", positionSide="short"),
              orders=[{"kind": "limit", "post_only": True, "reduce_only": True, "position_side": "short"}]),
        _book("attached take profit and stop",
              o(tpTriggerPrice="70000", tpOrderPrice="-1", slTriggerPrice="55000", slOrderPrice="54900"),
              orders=[
                  {"key": "2075628533", "kind": "limit", "role": "entry", "contingency": "attached"},
                  {"kind": "take_profit", "side": "sell", "trigger_price": "70000", "limit_price": None,
                   "amount": "0.5"},
                  {"kind": "stop_limit", "role": "stop_loss", "trigger_price": "55000", "limit_price": "54900"},
              ]),
        _book("one row of nonsense", o(side="hold"), o(orderId="2"), orders=[{"key": "2"}], unreadable=1),
        _algo("trigger at market", a(), orders=[{
            "key": "11021", "kind": "stop", "trigger_price": "65000", "trigger_kind": "last", "limit_price": None,
            "trigger_direction": None, "role": "unknown", "amount": "0.5", "status": "pending",
        }]),
        _algo("trigger with a limit by the mark price", a(orderPrice="65100", triggerPriceType="mark"), orders=[{
            "kind": "stop_limit", "limit_price": "65100", "trigger_kind": "mark",
        }]),
        _algo("trigger with a stop attached",
              a(attachAlgoOrders=[{"tpTriggerPrice": None, "slTriggerPrice": "62000", "slOrderPrice": "-1",
                                   "slTriggerPriceType": "index"}]),
              orders=[{"key": "11021", "contingency": "attached"},
                      {"kind": "stop", "side": "sell", "trigger_price": "62000", "trigger_kind": "index"}]),
        _tpsl("stop of a position", p(), orders=[{
            "key": "1012", "kind": "stop", "role": "stop_loss", "trigger_price": "55000", "limit_price": None,
            "amount": "0.5", "reduce_only": True, "position_side": "long", "trigger_direction": "falls",
        }]),
        _tpsl("take profit and stop in one row", p(tpTriggerPrice="70000", tpOrderPrice="70100"), orders=[
            {"key": "1012/tp", "order_id": "1012", "kind": "take_profit_limit", "limit_price": "70100",
             "contingency": "OCO", "group_id": "1012"},
            {"key": "1012/sl", "kind": "stop", "leg_id": "sl"},
        ]),
        _tpsl("for the whole position", p(size="-1"), orders=[{"close_position": True, "amount": None, "kind": "stop"}]),
    ],
    fills=[
        Case("of contracts, with what it realised", "fills:all", "/api/v1/trade/fills-history",
             [{"instId": "BTC-USDT", "tradeId": "1440847", "orderId": "2075705202", "fillPrice": "60000.0",
               "fillSize": "500.0", "fillPnl": "12.5", "side": "sell", "positionSide": "net", "fee": "18.0",
               "ts": str(T), "brokerId": ""}],
             [{"key": "BTC-USDT/1440847", "order_id": "2075705202", "symbol": "BTC/USDT:USDT", "side": "sell",
               "contracts": "500", "amount": "0.5", "price": "60000", "fee": "18", "fee_currency": "USDT",
               "realised_pnl": "12.5", "is_maker": None, "at": T}]),
        Case("a rebate", "fills:all", "/api/v1/trade/fills-history",
             [{"instId": "BTC-USDT", "tradeId": "1440848", "orderId": "2075705203", "fillPrice": "60000",
               "fillSize": "1", "fillPnl": "0", "side": "buy", "positionSide": "long", "fee": "-0.012", "ts": str(T),
               "brokerId": ""}],
             [{"amount": "0.001", "fee": "-0.012", "realised_pnl": "0"}]),
    ],
)  # fmt: skip
