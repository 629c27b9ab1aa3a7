"""BingX: spot, linear and inverse books, which hold trigger orders too, and TWAP orders."""

import json
from collections.abc import Sequence
from typing import Any

from domain.positions import PositionSide
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.venues._bingx_account import BALANCES, POSITIONS, T

SPOT = "/openApi/spot/v1/trade/openOrders"
LINEAR, INVERSE = "/openApi/swap/v2/trade/openOrders", "/openApi/cswap/v1/trade/openOrders"


def s(**values: Any) -> dict[str, Any]:
    """An order of the spot book: buys 0.5 BTC at 60,000."""
    return {
        "symbol": "BTC-USDT", "orderId": 1900000000000009101, "price": "60000", "StopPrice": "0", "origQty": "0.5",
        "executedQty": "0", "cummulativeQuoteQty": "0", "status": "PENDING", "type": "LIMIT", "side": "BUY", "time": T,
        "updateTime": T, "origQuoteOrderQty": "0", "fee": "0", "clientOrderID": "mine-1",
    } | values  # fmt: skip


def f(**values: Any) -> dict[str, Any]:
    """An order of the linear book: buys 2 BTC at 60,000."""
    return {
        "symbol": "BTC-USDT", "orderId": 1900000000000009201, "side": "BUY", "positionSide": "LONG", "type": "LIMIT",
        "origQty": "2.0000", "price": "60000.0", "executedQty": "0.0000", "avgPrice": "0.0", "cumQuote": "",
        "stopPrice": "", "profit": "", "commission": "", "status": "NEW", "time": T, "updateTime": T,
        "clientOrderId": "mine-2", "leverage": "", "takeProfit": "", "stopLoss": "", "advanceAttr": 0, "positionID": 0,
        "takeProfitEntrustPrice": 0, "stopLossEntrustPrice": 0, "orderType": "", "workingType": "MARK_PRICE",
        "onlyOnePosition": False, "reduceOnly": False, "postOnly": False, "trailingStopRate": 0,
        "trailingStopDistance": 0,
    } | values  # fmt: skip


def c(**values: Any) -> dict[str, Any]:
    """An order of the inverse book: buys 12 contracts of 100 USD at 60,000."""
    none = {"type": "", "quantity": 0, "stopPrice": 0, "price": 0, "workingType": "", "stopGuaranteed": ""}
    return {
        "symbol": "BTC-USD", "orderId": "1900000000000009301", "side": "BUY", "positionSide": "Long", "type": "LIMIT",
        "quantity": 12, "origQty": "", "price": "60000", "executedQty": "0", "avgPrice": "0.000", "cumQuote": "",
        "stopPrice": "", "profit": "0.0000", "commission": "0.0000", "status": "Pending", "time": T, "updateTime": T,
        "clientOrderId": "", "leverage": "", "takeProfit": none, "stopLoss": none, "advanceAttr": 0, "positionID": 0,
        "takeProfitEntrustPrice": 0, "stopLossEntrustPrice": 0, "orderType": "", "workingType": "MARK_PRICE",
    } | values  # fmt: skip


def o(**values: Any) -> dict[str, Any]:
    """The order of an OCO that waits: buys 0.5 BTC at 65,000 or less once the price is 64,000."""
    return {
        "transactionTime": T, "orderId": "1826458150027395073", "clientOrderId": "", "symbol": "BTC-USDT",
        "orderType": "ocoTps", "side": "BUY", "triggerPrice": 64000, "price": 65000, "quantity": 0.5,
        "orderListId": "1826458148019142656", "status": "NEW",
    } | values  # fmt: skip


RESTS = {"orderId": "1826458150027395072", "orderType": "ocoLimit", "triggerPrice": 0, "price": 48000}
OCO, OCO_ENDED = "/openApi/spot/v1/oco/openOrderList", "/openApi/spot/v1/oco/historyOrderList"


def pairs(rows: Sequence[Any]) -> Any:
    return {"code": 0, "msg": "", "debugMsg": "", "data": list(rows)}


def orders(rows: Sequence[Any]) -> Any:
    return {"code": 0, "msg": "", "data": {"orders": list(rows)}}


def sliced(rows: Sequence[Any]) -> Any:
    return {"code": 0, "msg": "", "timestamp": T, "data": {"list": list(rows), "total": 1}}


def _spot(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "orders:spot", SPOT, rows, orders)


def _swap(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "orders:linear", LINEAR, rows, orders, **more)


def _coin(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "orders:inverse", INVERSE, rows, orders)


OVER = {"updateTime": T + 60000}
OWN, STOPPED = "1900000000000009201", {"type": "STOP_MARKET", "side": "SELL", "price": "0", "stopPrice": "55000"}
ENDED = [
    EndedCase("filled", "orders:spot limit", "/openApi/spot/v1/trade/historyOrders",
              [s(**OVER, status="FILLED", executedQty="0.5", cummulativeQuoteQty="29995")],
              {"1900000000000009101": {"ending": "filled", "filled": "0.5", "average_price": "59990",
                                       "ended_at": T + 60000}}),
    EndedCase("cancelled after a part", "partly filled, post only, reduces", "/openApi/swap/v2/trade/allOrders",
              [f(**OVER, side="SELL", status="CANCELLED", executedQty="0.5", avgPrice="60010")],
              {OWN: {"ending": "cancelled", "filled": "0.5", "average_price": "60010"}}),
    EndedCase("failed, expired", "orders:linear limit", "/openApi/swap/v2/trade/allOrders",
              [f(**OVER, status="FAILED"), f(**OVER, orderId=2, status="EXPIRED")],
              {OWN: {"ending": "rejected", "filled": "0"}}),
    EndedCase("expired", "orders:linear limit", "/openApi/swap/v2/trade/allOrders", [f(**OVER, status="EXPIRED")],
              {OWN: {"ending": "expired"}}),
    EndedCase("a stop that triggered and filled", "stop at market that closes the position",
              "/openApi/swap/v2/trade/allOrders", [f(**OVER, **STOPPED, status="FILLED", executedQty="2", avgPrice="54980")],
              {OWN: {"ending": "filled", "filled": "2", "average_price": "54980", "book_order_id": None}}),
    EndedCase("a stop that triggered, of which no execution is told", "stop at market that closes the position",
              "/openApi/swap/v2/trade/allOrders", [f(**OVER, **STOPPED, status="FILLED", executedQty="0")],
              {OWN: {"ending": "triggered", "filled": None}}),
    EndedCase("inverse, by itself", "limit of contracts", "/openApi/cswap/v1/trade/orderDetail",
              [c(**OVER, status="Filled", executedQty="12", avgPrice="60000")],
              {"1900000000000009301": {"ending": "filled", "filled": "0.02", "average_price": "60000"}},
              asks="detail", wrap=lambda rows: {"code": 0, "msg": "", "data": {"order": rows[0]}}),
    EndedCase("an OCO of which one filled", "an OCO", OCO_ENDED,
              [o(status="CANCELED"), o(**RESTS, status="FILLED")], {
                  "1826458150027395073": {"ending": "cancelled"},
                  "1826458150027395072": {"ending": "filled", "filled": "0.5"},
              }, wrap=pairs, query={"pageIndex": "1"}),
    EndedCase("an OCO that was cancelled", "an OCO", OCO_ENDED,
              [o(status="FAILED"), o(**RESTS, status="CANCELED")],
              {"1826458150027395073": {"ending": "cancelled"}, "1826458150027395072": {"ending": "cancelled"}},
              wrap=pairs),
    EndedCase("pieces bought, then cancelled", "bought piece by piece", "/openApi/swap/v1/twap/historyOrders",
              [{"symbol": "BTC-USDT", "mainOrderId": "9401", "side": "BUY", "positionSide": "LONG",
                "triggerPrice": "68000", "amountPerOrder": "0.1", "totalAmount": "0.5", "orderStatus": "Cancelled",
                "executedQty": "0.2", "createdTime": T, "updateTime": T + 60000}],
              {"9401": {"ending": "cancelled", "filled": "0.2", "ended_at": T + 60000}}, wrap=sliced),
]  # fmt: skip


VENUE = Venue(
    exchange="bingx",
    markets=[
        spot("BTC/USDT", "BTC-USDT"),
        swap("BTC/USDT:USDT", "BTC-USDT"),
        swap("BTC/USD:BTC", "BTC-USD", size="100"),
    ],
    wrap=orders,
    ended=ENDED,
    balances=BALANCES,
    positions=POSITIONS,
    cases=[
        _spot("limit", s(), orders=[{
            "key": "1900000000000009101", "symbol": "BTC/USDT", "market_type": "spot", "kind": "limit", "side": "buy",
            "amount": "0.5", "limit_price": "60000", "client_order_id": "mine-1", "status": "open", "created_at": T,
        }]),
        _spot("partly filled", s(status="PARTIALLY_FILLED", executedQty="0.2", cummulativeQuoteQty="11998"), orders=[{
            "filled": "0.2", "remaining": "0.3", "status": "partially_filled",
        }]),
        _spot("conditional with a limit", s(type="TAKE_STOP_LIMIT", side="SELL", StopPrice="55000", price="54900", status="NEW"),
              orders=[{"kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "status": "pending",
                       "trigger_direction": None, "role": "unknown", "trigger_kind": "last"}]),
        _spot("conditional at market", s(type="TAKE_STOP_MARKET", side="SELL", StopPrice="55000", price="0"), orders=[{
            "kind": "stop", "limit_price": None, "trigger_price": "55000",
        }]),
        _swap("limit", f(), orders=[{
            "key": "1900000000000009201", "symbol": "BTC/USDT:USDT", "kind": "limit", "position_side": "long",
            "amount": "2", "contracts": None, "limit_price": "60000", "reduce_only": False, "trigger_kind": None,
        }]),
        _swap("partly filled, post only, reduces",
              f(side="SELL", executedQty="0.5", avgPrice="60010", status="PARTIALLY_FILLED", reduceOnly=True, postOnly=True),
              orders=[{"filled": "0.5", "remaining": "1.5", "status": "partially_filled", "reduce_only": True,
                       "post_only": True, "average_price": "60010"}]),
        _swap("stop at market that closes the position",
              f(type="STOP_MARKET", side="SELL", price="0", stopPrice="55000", closePosition="true", origQty="0"),
              orders=[{"kind": "stop", "role": "stop_loss", "trigger_price": "55000", "trigger_kind": "mark",
                       "close_position": True, "amount": None, "limit_price": None, "trigger_direction": "falls"}]),
        _swap("stop with a limit", f(type="STOP", side="SELL", price="54900", stopPrice="55000", workingType="CONTRACT_PRICE"),
              orders=[{"kind": "stop_limit", "limit_price": "54900", "trigger_kind": "last", "status": "pending"}]),
        _swap("take profit at market", f(type="TAKE_PROFIT_MARKET", side="SELL", price="0", stopPrice="70000"), orders=[{
            "kind": "take_profit", "role": "take_profit", "trigger_direction": "rises", "limit_price": None,
        }]),
        _swap("take profit with a limit, by the index",
              f(type="TAKE_PROFIT", side="SELL", price="69900", stopPrice="70000", workingType="INDEX_PRICE"),
              orders=[{"kind": "take_profit_limit", "limit_price": "69900", "trigger_kind": "index"}]),
        _swap("trigger with a limit", f(type="TRIGGER_LIMIT", price="65100", stopPrice="65000"), orders=[{
            "kind": "stop_limit", "trigger_price": "65000", "trigger_direction": None, "role": "unknown",
        }]),
        _swap("trigger that sells above the market: its type is no stop",
              f(type="TRIGGER_MARKET", side="SELL", price="0", stopPrice="70000", reduceOnly=True), orders=[{
                  "trigger_price": "70000", "trigger_direction": None, "role": "unknown", "reduce_only": True,
              }]),
        _swap("trailing by a rate", f(type="TRAILING_STOP_MARKET", side="SELL", trailingStopRate="0.02", stopPrice="66000"),
              orders=[{"kind": "trailing_stop", "trailing_distance": "2", "trailing_unit": "percent",
                       "activation_price": "66000", "trigger_price": None, "limit_price": None}]),
        _swap("trailing by a distance", f(type="TRAILING_STOP_MARKET", side="SELL", trailingStopDistance="500"), orders=[{
            "trailing_distance": "500", "trailing_unit": "price", "activation_price": None,
        }]),
        _swap("trailing that wakes at a price",
              f(type="TRAILING_STOP_MARKET", side="SELL", priceRate="0.01", actPrice="66000", price="0"), orders=[{
                  "trailing_distance": "1", "activation_price": "66000", "trigger_price": None,
              }]),
        _swap("a stop price that opens a short position",
              f(type="STOP_MARKET", side="SELL", positionSide="SHORT", price="0", stopPrice="55000"), orders=[{
                  "kind": "stop", "role": "unknown", "position_side": "short",
              }]),
        _swap("with attached take profit and stop, as text",
              f(takeProfit=json.dumps({"stopPrice": 70000.5, "workingType": "MARK_PRICE", "type": "TAKE_PROFIT_MARKET",
                                       "quantity": 2}),
                stopLoss=json.dumps({"stopPrice": 55000, "workingType": "CONTRACT_PRICE", "type": "STOP", "price": 54900,
                                     "quantity": 1})),
              orders=[
                  {"key": "1900000000000009201", "kind": "limit", "role": "entry"},
                  {"key": "1900000000000009201/tp", "kind": "take_profit", "trigger_price": "70000.5",
                   "trigger_kind": "mark", "side": "sell", "limit_price": None, "contingency": "attached"},
                  {"key": "1900000000000009201/sl", "kind": "stop_limit", "trigger_price": "55000",
                   "limit_price": "54900", "amount": "1", "trigger_kind": "last"},
              ]),
        _swap("a row without a side", f(side=""), f(orderId=2), orders=[{"key": "2"}], unreadable=1),
        Case("an OCO", "triggers:spot-oco", OCO, [o(), o(**RESTS, status="PENDING")], [
            {"key": "1826458150027395073", "symbol": "BTC/USDT", "kind": "stop_limit", "side": "buy", "amount": "0.5",
             "trigger_price": "64000", "trigger_direction": "rises", "limit_price": "65000", "status": "pending",
             "group_id": "1826458148019142656", "contingency": "OCO", "created_at": T},
            {"key": "1826458150027395072", "kind": "limit", "limit_price": "48000", "trigger_price": None,
             "group_id": "1826458148019142656", "status": "open", "filled": "0", "remaining": "0.5"},
        ], wrap=pairs),
        Case("a kind of order in an OCO that nobody knows", "triggers:spot-oco", OCO,
             [o(orderType="ocoNew"), o(side="HOLD", orderId="2")],
             [{"kind": "unknown", "group_id": "1826458148019142656"}], wrap=pairs, unreadable=1),
        Case("bought piece by piece", "orders:linear-twap", "/openApi/swap/v1/twap/openOrders",
             [{"symbol": "BTC-USDT", "mainOrderId": "9401", "side": "BUY", "positionSide": "LONG", "priceType": "constant",
               "priceVariance": "200", "triggerPrice": "68000", "interval": 8, "amountPerOrder": "0.1",
               "totalAmount": "0.5", "orderStatus": "Running", "executedQty": "0.1", "duration": 800,
               "maxDuration": 9000, "createdTime": T, "updateTime": T}],
             [{"key": "9401", "kind": "limit", "limit_price": "68000", "trigger_price": None, "amount": "0.5",
               "remaining": "0.4", "status": "partially_filled"}], wrap=sliced),
        _coin("limit of contracts", c(), orders=[{
            "symbol": "BTC/USD:BTC", "kind": "limit", "contracts": "12", "amount": "0.02", "position_side": "long",
        }]),
        _coin("stop at market", c(type="STOP_MARKET", side="SELL", price="0", stopPrice="60000"), orders=[{
            "kind": "stop", "trigger_price": "60000", "trigger_kind": "mark", "contracts": "12", "amount": "0.02",
        }]),
    ],
    fills=[
        Case("spot, its fee paid in the base asset", "fills:BTC/USDT", "/openApi/spot/v1/trade/myTrades",
             [{"symbol": "BTC-USDT", "id": 911, "orderId": 1900000000000009101, "price": "60000", "qty": "0.5",
               "quoteQty": "30000", "commission": -0.0005, "commissionAsset": "BTC", "time": T, "isBuyer": True,
               "isMaker": False}],
             [{"key": "BTC-USDT/911", "side": "buy", "fee": "0.0005", "fee_currency": "BTC", "is_maker": False}],
             wrap=lambda rows: {"code": 0, "msg": "", "data": {"fills": list(rows)}}),
        Case("spot, a rebate", "fills:BTC/USDT", "/openApi/spot/v1/trade/myTrades",
             [{"symbol": "BTC-USDT", "id": 912, "orderId": 1900000000000009102, "price": "60000", "qty": "0.5",
               "quoteQty": "30000", "commission": 1.5, "commissionAsset": "USDT", "time": T, "isBuyer": False,
               "isMaker": True}],
             [{"side": "sell", "fee": "-1.5", "fee_currency": "USDT", "is_maker": True}],
             wrap=lambda rows: {"code": 0, "msg": "", "data": {"fills": list(rows)}}),
        Case("of linear contracts, one of which neither side nor id is told", "fills:BTC/USDT:USDT",
             "/openApi/swap/v2/trade/allFillOrders",
             [{"volume": "0.5", "price": "60000", "amount": "30000", "commission": "-15", "currency": "USDT",
               "orderId": "1900000000000009201", "filledTm": "2025-11-24T16:00:00Z", "symbol": "BTC-USDT",
               "side": "SELL", "tradeId": "97244554", "realizedPnl": "25.5"},
              {"volume": "0.1", "price": "60000", "amount": "6000", "commission": "-3", "currency": "USDT",
               "orderId": "1900000000000009202", "filledTime": "2025-11-25T00:00:00.000+0800"}],
             [{"key": "BTC-USDT/97244554", "symbol": "BTC/USDT:USDT", "side": "sell", "amount": "0.5", "price": "60000",
               "fee": "15", "fee_currency": "USDT", "realised_pnl": "25.5", "at": T,
               "order_id": "1900000000000009201"}], unreadable=2,  # once for each of the two days that are asked for
             wrap=lambda rows: {"code": 0, "msg": "", "data": {"fill_orders": list(rows)}}),
        Case("of linear contracts, two positions: closes the short one", "fills:BTC/USDT:USDT",
             "/openApi/swap/v2/trade/allFillOrders",
             [{"volume": "0.5", "price": "60000", "amount": "30000", "commission": "-15", "currency": "USDT",
               "orderId": "1900000000000009201", "liquidatedPrice": "0", "liquidatedMarginRatio": "0",
               "filledTime": "2025-11-24T16:00:00Z", "filledTm": "2025-11-24T16:00:00Z", "clientOrderID": "",
               "symbol": "BTC-USDT", "side": "BUY", "positionSide": "SHORT", "tradeId": "921", "role": "taker",
               "realisedPNL": "10"}],
             [{"key": "BTC-USDT/921", "side": "buy", "position_side": PositionSide.SHORT, "amount": "0.5"}],
             wrap=lambda rows: {"code": 0, "msg": "", "data": {"fill_orders": list(rows)}}),
    ],
)  # fmt: skip
