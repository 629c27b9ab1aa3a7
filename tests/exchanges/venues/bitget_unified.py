"""Bitget's unified accounts, which are asked elsewhere: unfilled and strategy orders by category."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.venues._bitget_account import UNIFIED_BALANCES, UNIFIED_POSITIONS
from tests.exchanges.venues.bitget import plain

T = "1764000000000"
BOOK, STRATEGY = "/api/v3/trade/unfilled-orders", "/api/v3/trade/unfilled-strategy-orders"


def u(**values: Any) -> dict[str, Any]:
    """An unfilled order: opens a long position of 2 BTC at 60,000."""
    return {
        "orderId": "950001", "clientOid": "mine-5", "category": "USDT-FUTURES", "symbol": "BTCUSDT",
        "orderType": "limit", "side": "buy", "price": "60000", "qty": "2", "amount": "0", "cumExecQty": "0",
        "cumExecValue": "0", "avgPrice": "0", "timeInForce": "gtc", "orderStatus": "live", "posSide": "long",
        "holdMode": "hedge_mode", "reduceOnly": "NO", "feeDetail": [{"feeCoin": "", "fee": ""}], "createdTime": T,
        "updatedTime": T, "stpMode": "none", "tpTriggerBy": None, "slTriggerBy": None, "takeProfit": None,
        "stopLoss": None, "tpOrderType": None, "slOrderType": None, "tpLimitPrice": None, "slLimitPrice": None,
    } | values  # fmt: skip


def st(**values: Any) -> dict[str, Any]:
    """A strategy order: a stop at 55,000 with a limit of 54,900 for 2 BTC of a long position."""
    return {
        "orderId": "960001", "clientOid": "960001", "symbol": "BTCUSDT", "category": "USDT-FUTURES", "qty": "2",
        "posSide": "long", "tpTriggerBy": "market", "slTriggerBy": "mark", "takeProfit": "", "stopLoss": "55000",
        "tpOrderType": "market", "slOrderType": "limit", "tpLimitPrice": "", "slLimitPrice": "54900", "createdTime": T,
        "updatedTime": T,
    } | values  # fmt: skip


def strategy(type_: str, category: str, **values: Any) -> dict[str, Any]:
    """A strategy order that sells 2 BTC for USDT, and is no take profit or stop of a position."""
    return {
        "orderId": "960001", "clientOid": "960001", "category": category, "symbol": "BTCUSDT", "qty": "2",
        "side": "sell", "posSide": None, "status": "pending", "type": type_, "takeProfit": "", "stopLoss": "",
        "createdTime": T, "updatedTime": T,
    } | values  # fmt: skip


def listed(rows: Sequence[Any]) -> Any:
    return plain([]) | {"data": {"list": list(rows), "cursor": "1"}}


def _book(name: str, *rows: Any, orders: Any, source: str = "orders:usdt") -> Case:
    return Case(name, source, BOOK, rows, orders, wrap=listed)


def _strategy(name: str, *rows: Any, orders: Any, source: str = "triggers:usdt", **more: Any) -> Case:
    return Case(name, source, STRATEGY, rows, orders, **more)


CONTRACTS = (
    ("usdc", "USDC-FUTURES", "BTCPERP", "BTC/USDC:USDC"),
    ("coin", "COIN-FUTURES", "BTCUSD", "BTC/USD:BTC"),
)
SPOT = {"category": "SPOT", "posSide": None}

PAST, STRATEGY_PAST = "/api/v3/trade/history-orders", "/api/v3/trade/history-strategy-orders"
BOTH = {"posSide": "short", "takeProfit": "50000", "stopLoss": "65000", "slLimitPrice": ""}


def _ended(name: str, of: str, path: str, *rows: Any, outcomes: Any, **more: Any) -> EndedCase:
    return EndedCase(name, of, path, rows, outcomes, wrap=more.pop("wrap", listed), **more)


ENDED = [
    _ended("filled", "limit", PAST, u(orderStatus="filled", cumExecQty="2", avgPrice="59990"),
           query={"category": "USDT-FUTURES"},
           outcomes={"950001": {"ending": "filled", "filled": "2", "average_price": "59990"}}),
    _ended("cancelled after a part", "limit", PAST, u(orderStatus="cancelled", cumExecQty="0.5", avgPrice="60000"),
           outcomes={"950001": {"ending": "cancelled", "filled": "0.5"}}),
    _ended("of spot", "of spot", PAST, u(orderStatus="cancelled", **SPOT), query={"category": "SPOT"},
           outcomes={"950001": {"ending": "cancelled", "filled": "0"}}),
    _ended("of spot on margin", "of spot, on margin", PAST, u(orderStatus="cancelled", category="MARGIN", posSide=None),
           query={"category": "MARGIN"}, outcomes={"950001": {"ending": "cancelled"}}),
    _ended("strategy executed", "stop of a position with a limit", STRATEGY_PAST, st(status="triggered"),
           query={"category": "USDT-FUTURES"}, outcomes={"960001": {"ending": "triggered", "filled": None}}),
    _ended("strategy cancelled", "stop of a position with a limit", STRATEGY_PAST, st(status="cancelled"),
           outcomes={"960001": {"ending": "cancelled"}}),
    _ended("strategy that failed", "stop of a position with a limit", STRATEGY_PAST, st(status="fail_execute"),
           outcomes={"960001": {"ending": "rejected"}}),
    _ended("which of both triggered is not said", "take profit and stop of a short position", STRATEGY_PAST,
           st(status="triggered", **BOTH), outcomes={}),
    _ended("both cancelled", "take profit and stop of a short position", STRATEGY_PAST, st(status="cancelled", **BOTH),
           outcomes={"960001/tp": {"ending": "cancelled"}, "960001/sl": {"ending": "cancelled"}}),
    _ended("by itself", "limit", "/api/v3/trade/order-info", u(orderStatus="cancelled"), asks="detail",
           wrap=lambda rows: plain([]) | {"data": rows[0]}, outcomes={"950001": {"ending": "cancelled"}}),
]  # fmt: skip

VENUE = Venue(
    exchange="bitget",
    balances=UNIFIED_BALANCES,
    positions=UNIFIED_POSITIONS,
    markets=[
        spot("BTC/USDT", "BTCUSDT"),
        swap("BTC/USDT:USDT", "BTCUSDT"),
        swap("BTC/USDC:USDC", "BTCPERP"),
        swap("BTC/USD:BTC", "BTCUSD"),
    ],
    wrap=plain,
    options={"uta": True},
    ended=ENDED,
    cases=[
        _book("limit", u(), orders=[{
            "key": "950001", "symbol": "BTC/USDT:USDT", "kind": "limit", "side": "buy", "amount": "2",
            "limit_price": "60000", "position_side": "long", "reduce_only": False, "created_at": 1764000000000,
        }]),
        _book("partly filled, post only", u(cumExecQty="0.5", avgPrice="59990", orderStatus="partially_filled",
                                            timeInForce="post_only"),
              orders=[{"filled": "0.5", "remaining": "1.5", "status": "partially_filled", "post_only": True}]),
        _book("with attached take profit and stop", u(takeProfit="70000", tpTriggerBy="mark", stopLoss="55000",
                                                      slTriggerBy="market", slLimitPrice="54900"),
              orders=[{"key": "950001", "kind": "limit", "limit_price": "60000"},
                      {"key": "950001/tp", "kind": "take_profit", "trigger_kind": "mark", "trigger_price": "70000"},
                      {"key": "950001/sl", "kind": "stop_limit", "trigger_kind": "last", "limit_price": "54900"}]),
        _book("of spot", u(**SPOT), source="orders:spot", orders=[{"symbol": "BTC/USDT", "position_side": None}]),
        _book("of spot, on margin", u(category="MARGIN", posSide=None), source="orders:margin", orders=[{"kind": "limit"}]),
        _strategy("stop of a position with a limit", st(), orders=[{
            "key": "960001", "kind": "stop_limit", "role": "stop_loss", "side": "sell", "trigger_price": "55000",
            "limit_price": "54900", "trigger_kind": "mark", "amount": "2", "reduce_only": True, "status": "pending",
        }]),
        _strategy("take profit and stop of a short position", st(posSide="short", takeProfit="50000", stopLoss="65000",
                                                                slLimitPrice=""),
                  orders=[{"key": "960001/tp", "kind": "take_profit", "side": "buy", "contingency": "OCO"},
                          {"key": "960001/sl", "kind": "stop", "side": "buy", "group_id": "960001"}]),
        _strategy("a position that is neither long nor short", st(posSide="net"), st(orderId="2"), orders=[{"key": "2"}],
                  unreadable=1),
        _strategy("a trigger order", st(triggerPrice="65000", triggerBy="mark", orderType="limit", price="65100",
                                        side="buy", stopLoss="", slLimitPrice=""),
                  orders=[{"kind": "stop_limit", "trigger_price": "65000", "trigger_kind": "mark", "limit_price": "65100",
                           "side": "buy", "status": "pending"}]),
        _strategy("a trigger order that executes at market, in one-way mode",
                  st(type="trigger", posSide="", holdMode="one_way_mode", side="sell", triggerPrice="55000",
                     triggerBy="market", triggerOrderType="market", triggerOrderPrice="", stopLoss="", slLimitPrice=""),
                  orders=[{"symbol": "BTC/USDT:USDT", "kind": "stop", "trigger_price": "55000", "limit_price": None,
                           "position_side": None, "trigger_direction": None, "remaining": "2"}]),
        _strategy("a trigger order with a limit, in one-way mode",
                  st(type="trigger", posSide="", side="sell", triggerPrice="55000", triggerBy="market",
                     triggerOrderType="limit", triggerOrderPrice="54800", stopLoss="", slLimitPrice=""),
                  orders=[{"symbol": "BTC/USDT:USDT", "kind": "stop_limit", "limit_price": "54800"}]),
        _book("one-way mode names no position", u(posSide="", holdMode="one_way_mode"),
              orders=[{"symbol": "BTC/USDT:USDT", "position_side": None, "amount": "2"}]),
        _strategy("an OCO of spot", strategy("oco", "SPOT", ocoParams={
            "ocoLimitPrice": "70000", "ocoTriggerPrice": "55000", "ocoOrderType": "limit", "ocoOrderPrice": "54900",
        }), source="triggers:spot", orders=[
            {"key": "960001/tp", "symbol": "BTC/USDT", "kind": "limit", "side": "sell", "limit_price": "70000",
             "trigger_price": None, "role": "take_profit", "contingency": "OCO", "group_id": "960001"},
            {"key": "960001/sl", "kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900",
             "role": "stop_loss", "status": "pending", "remaining": "2", "trigger_direction": "falls"},
        ]),
        _strategy("an OCO of spot that stops at market, one without a trigger", strategy("oco", "SPOT", ocoParams={
            "ocoLimitPrice": "70000", "ocoTriggerPrice": "55000", "ocoOrderType": "market", "ocoOrderPrice": "54900",
        }), strategy("oco", "SPOT", ocoParams={"ocoLimitPrice": "70000"}), source="triggers:spot", orders=[
            {"kind": "limit"}, {"kind": "stop", "limit_price": None},
        ], unreadable=1),
        _strategy("trailing", strategy("trailing_stop", "MARGIN", trailingStopParams={
            "activationPrice": "66000", "activationType": "market", "trailType": "rate", "trailVariance": "2",
            "preOrderType": "market", "preOrderPrice": "",
        }), source="triggers:margin", orders=[
            {"kind": "trailing_stop", "side": "sell", "activation_price": "66000", "trigger_price": None,
             "limit_price": None, "trailing_distance": None, "trailing_unit": None, "status": "pending"},
        ]),
        _strategy("placed piece by piece, a type that nobody knows", strategy("twap", "SPOT", twapParams={}),
                  strategy("grid", "SPOT", orderId="2"), source="triggers:spot",
                  orders=[{"kind": "unknown", "role": "unknown", "trigger_price": None}], unreadable=1),
        *(_book(f"{part} is a call of its own", u(category=category, symbol=own), source=f"orders:{part}",
                orders=[{"symbol": symbol}])
          for part, category, own, symbol in CONTRACTS),
        *(_strategy(f"{part} is a call of its own", st(category=category, symbol=own), source=f"triggers:{part}",
                    orders=[{"symbol": symbol, "kind": "stop_limit"}])
          for part, category, own, symbol in CONTRACTS),
        *(_strategy(f"{part} is a call of its own", st(category=category, posSide=None, side="sell", orderType="market",
                                                       triggerPrice="55000", stopLoss="", slLimitPrice=""),
                    source=f"triggers:{part}", orders=[{"symbol": "BTC/USDT", "kind": "stop", "limit_price": None}])
          for part, category in (("spot", "SPOT"), ("margin", "MARGIN"))),
    ],
    fills=[
        Case("its fee is positive where it was paid", "fills:all", "/api/v3/trade/fills",
             [{"execId": "970001", "orderId": "950001", "category": "USDT-FUTURES", "symbol": "BTCUSDT",
               "orderType": "market", "side": "sell", "execPrice": "61000", "execQty": "2", "execValue": "122000",
               "tradeScope": "taker", "feeDetail": [{"feeCoin": "USDT", "fee": "73.2"}], "createdTime": T,
               "updatedTime": T, "execPnl": "150.5"}],
             [{"key": "BTCUSDT/970001", "symbol": "BTC/USDT:USDT", "fee": "73.2", "fee_currency": "USDT",
               "is_maker": False, "realised_pnl": "150.5"}], wrap=listed),
        # Get Fill History: its parameters are category, order, range, limit and cursor.
        Case("spot, in the same list", "fills:all", "/api/v3/trade/fills",
             [{"execId": "970002", "orderId": "950002", "category": "SPOT", "symbol": "BTCUSDT", "orderType": "limit",
               "side": "buy", "execPrice": "60000", "execQty": "0.5", "execValue": "30000", "tradeScope": "maker",
               "feeDetail": [{"feeCoin": "BTC", "fee": "0.0005"}], "createdTime": T, "updatedTime": T}],
             [{"key": "BTCUSDT/970002", "symbol": "BTC/USDT", "amount": "0.5", "fee": "0.0005", "fee_currency": "BTC",
               "is_maker": True}], wrap=listed),
    ],
)  # fmt: skip
