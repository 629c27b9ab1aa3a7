"""KuCoin: the fast spot engine's book, spot stop orders, and the book and stop orders of futures."""

from typing import Any

from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.venues._kucoin_account import BALANCES, POSITIONS, TRANSFERS, listed, paged

T = 1764000000000
HF, STOPS = "/api/v1/hf/orders/active", "/api/v1/stop-order"
FUTURES, FUTURES_STOPS = "/api/v1/orders", "/api/v1/stopOrders"


def s(**values: Any) -> dict[str, Any]:
    """A row of the fast engine's book: buys 0.5 BTC at 60,000."""
    return {
        "id": "67a1", "symbol": "BTC-USDT", "opType": "DEAL", "type": "limit", "side": "buy", "price": "60000",
        "size": "0.5", "funds": "30000", "dealSize": "0", "dealFunds": "0", "fee": "0", "feeCurrency": "USDT",
        "stp": None, "timeInForce": "GTC", "postOnly": False, "hidden": False, "iceberg": False, "visibleSize": "0",
        "cancelAfter": 0, "channel": "API", "clientOid": "mine-1", "remark": None, "tags": "", "cancelExist": False,
        "createdAt": T, "lastUpdatedAt": T, "tradeType": "TRADE", "inOrderBook": True, "cancelledSize": "0",
        "cancelledFunds": "0", "remainSize": "0.5", "remainFunds": "30000", "active": True,
    } | values  # fmt: skip


def st(**values: Any) -> dict[str, Any]:
    """A spot stop order: sells 0.5 BTC at market once the price falls to 55,000."""
    return {
        "id": "vs8a1", "symbol": "BTC-USDT", "userId": "71", "status": "NEW", "type": "market", "side": "sell",
        "price": None, "size": "0.50000000000000000000", "funds": None, "stp": None, "timeInForce": "GTC",
        "cancelAfter": -1, "postOnly": False, "hidden": False, "iceberg": False, "visibleSize": None, "channel": "API",
        "clientOid": "stop-1", "remark": None, "tags": "", "relatedNo": None, "orderTime": T * 1000000,
        "domainId": "kucoin", "tradeSource": "USER", "tradeType": "TRADE", "feeCurrency": "USDT",
        "takerFeeRate": "0.001", "makerFeeRate": "0.001", "createdAt": T, "stop": "loss", "stopTriggerTime": None,
        "stopPrice": "55000.00000000000000000000",
    } | values  # fmt: skip


def f(**values: Any) -> dict[str, Any]:
    """A row of the futures book: buys 500 contracts of 0.001 BTC at 60,000."""
    return {
        "id": "67f1", "symbol": "XBTUSDTM", "type": "limit", "side": "buy", "price": "60000", "size": 500,
        "value": "30000", "dealValue": "0", "dealSize": 0, "stp": "", "stop": "", "stopPriceType": "",
        "stopTriggered": False, "stopPrice": None, "timeInForce": "GTC", "postOnly": False, "hidden": False,
        "iceberg": False, "leverage": "5", "forceHold": False, "closeOrder": False, "visibleSize": 0,
        "clientOid": "mine-2", "remark": None, "tags": "", "isActive": True, "cancelExist": False, "createdAt": T,
        "updatedAt": T, "endAt": None, "orderTime": T * 1000000, "settleCurrency": "USDT", "marginMode": "CROSS",
        "positionSide": "BOTH", "status": "open", "filledSize": 0, "filledValue": "0", "reduceOnly": False,
    } | values  # fmt: skip


def fs(**values: Any) -> dict[str, Any]:
    """A futures stop order: sells 500 contracts at market once the mark price falls to 55,000."""
    return f(id="67f9", type="market", side="sell", price=None, stop="down", stopPriceType="MP", stopPrice="55000",
             status="open") | values  # fmt: skip


def _spot(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "orders:spot", HF, rows, orders, wrap=listed, **more)


def _stop(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "triggers:spot", STOPS, rows, orders)


def _swap(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "orders:swap", FUTURES, rows, orders)


def _swap_stop(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "triggers:swap", FUTURES_STOPS, rows, orders, **more)


OCO, OCO_ORDERS = "/api/v3/oco/orders", "/api/v3/oco/order/details/"


def pair(**values: Any) -> dict[str, Any]:
    """A pair of orders where one cancels the other."""
    return {
        "orderId": "674c1", "symbol": "BTC-USDT", "clientOid": "pair-1", "orderTime": T, "status": "NEW",
    } | values  # fmt: skip


def of_pair(side: str, *prices: tuple[str | None, str]) -> Any:
    """Its two orders, by stop price and limit."""
    rows = [
        {"id": f"67c{n}", "symbol": "BTC-USDT", "side": side, "price": limit, "stopPrice": stop, "size": "0.5",
         "status": "NEW"}
        for n, (stop, limit) in enumerate(prices, 1)
    ]  # fmt: skip
    return {"code": "200000", "data": pair() | {"orders": rows}}


# The markets on which orders are open.
OPEN_SYMBOLS = {
    "/api/v1/hf/orders/active/symbols": {"code": "200000", "data": {"symbols": ["BTC-USDT"]}},
    "/api/v3/hf/margin/order/active/symbols": {"code": "200000", "data": {"symbolSize": 1, "symbols": ["BTC-USDT"]}},
}
PAIRS = {
    "/api/v3/hf/margin/oco-order/detail/orderId": of_pair("sell", ("70000", "70000"), ("55000", "54900")),
    f"{OCO_ORDERS}674c1": of_pair("sell", ("70000", "70000"), ("55000", "54900")),
    f"{OCO_ORDERS}674c2": of_pair("buy", ("65000", "65000"), (None, "48000")),
    f"{OCO_ORDERS}674c3": of_pair("sell", ("55000", "54900")),
}
MARKETS = [
    swap("BTC/USDT:USDT", "XBTUSDTM", size="0.001"),
    swap("BTC/USD:BTC", "XBTUSDM", size="1"),
]
MODE = {"/api/ua/v1/account/mode": {"code": "200000", "data": {"selfAccountMode": "CLASSIC"}}}
CONTRACTS = [
    _swap("limit of contracts", f(), orders=[{
        "key": "67f1", "symbol": "BTC/USDT:USDT", "kind": "limit", "contracts": "500", "amount": "0.5",
        "remaining": "0.5", "limit_price": "60000", "client_order_id": "mine-2", "position_side": None,
        "reduce_only": False, "created_at": T,
    }]),
    _swap("partly filled", f(filledSize=200, filledValue="11998", dealSize=200), orders=[{
        "filled": "0.2", "remaining": "0.3", "status": "partially_filled", "average_price": "59990",
    }]),
    _swap("reduces in hedge mode", f(side="sell", reduceOnly=True, positionSide="LONG", postOnly=True), orders=[{
        "reduce_only": True, "position_side": "long", "side": "sell", "post_only": True,
    }]),
    _swap("of inverse contracts", f(symbol="XBTUSDM", size=1200, settleCurrency="XBT"), orders=[{
        "symbol": "BTC/USD:BTC", "contracts": "1200", "amount": "0.02",
    }]),
    _swap_stop("stop at market", fs(), orders=[{
        "key": "67f9", "kind": "stop", "trigger_price": "55000", "trigger_kind": "mark", "trigger_direction": "falls",
        "limit_price": None, "amount": "0.5", "status": "pending", "role": "unknown",
    }]),
    _swap_stop("stop with a limit, by the last price", fs(type="limit", price="54900", stopPriceType="TP"), orders=[{
        "kind": "stop_limit", "limit_price": "54900", "trigger_kind": "last",
    }]),
    _swap_stop("take profit by the index", fs(stop="up", stopPrice="70000", stopPriceType="IP", reduceOnly=True), orders=[{
        "kind": "take_profit", "trigger_direction": "rises", "trigger_kind": "index", "reduce_only": True,
    }]),
    _swap_stop("take profit with a limit", fs(stop="up", stopPrice="70000", type="limit", price="69900"), orders=[{
        "kind": "take_profit_limit", "trigger_direction": "rises", "trigger_price": "70000", "limit_price": "69900",
        "side": "sell", "amount": "0.5",
    }]),
    _swap_stop("closes the position", fs(closeOrder=True, size=None), orders=[{
        "kind": "stop", "close_position": True, "amount": None, "reduce_only": True,
    }]),
    _swap_stop("a row without an id", fs(id="", clientOid=""), fs(id="2"), orders=[{"key": "2"}], unreadable=1),
]  # fmt: skip
FUTURES_ROW = {
    "symbol": "XBTUSDTM", "tradeId": "57f1", "orderId": "67f1", "side": "buy", "liquidity": "taker",
    "forceTaker": False, "price": "60000", "size": 500, "value": "30000", "openFeePay": "18", "closeFeePay": "0",
    "stop": "", "feeRate": "0.0006", "fixFee": "0", "feeCurrency": "USDT", "tradeTime": T * 1000000, "subTradeType": None,
    "marginMode": "CROSS", "displayType": "limit", "fee": "18", "settleCurrency": "USDT", "orderType": "limit",
    "tradeType": "trade", "createdAt": T,
}  # fmt: skip
FUTURES_FILL = {
    "key": "XBTUSDTM/57f1", "order_id": "67f1", "contracts": "500", "amount": "0.5", "fee": "18",
    "fee_currency": "USDT", "is_maker": False,
}  # fmt: skip

DONE = {"isActive": False, "updatedAt": T + 60000, "endAt": T + 60000, "status": "done"}
OVER = {"active": False, "inOrderBook": False, "lastUpdatedAt": T + 60000}
HF_DONE, HF_ONE, STOP_ONE = "/api/v1/hf/orders/done", "/api/v1/hf/orders/67a1", "/api/v1/stop-order/vs8a1"
CONTRACTS_ENDED = [
    EndedCase("filled", "limit of contracts", FUTURES,
              [f(**DONE, filledSize=500, dealSize=500, filledValue="29995", dealValue="29995")],
              {"67f1": {"ending": "filled", "filled": "0.5", "average_price": "59990", "ended_at": T + 60000}}),
    EndedCase("cancelled after a part", "partly filled", FUTURES,
              [f(**DONE, cancelExist=True, filledSize=200, filledValue="11998")],
              {"67f1": {"ending": "cancelled", "filled": "0.2", "average_price": "59990"}}),
    EndedCase("a stop keeps its id when it triggers", "stop at market", FUTURES,
              [fs(**DONE, stopTriggered=True, filledSize=500, filledValue="27490")],
              {"67f9": {"ending": "filled", "filled": "0.5", "average_price": "54980", "book_order_id": None}}),
    EndedCase("by itself", "stop at market", "/api/v1/orders/67f9", [fs(**DONE, cancelExist=True)],
              {"67f9": {"ending": "cancelled", "filled": "0"}}, asks="detail",
              wrap=lambda rows: {"code": "200000", "data": rows[0]}),
]  # fmt: skip
ENDED = [
    *CONTRACTS_ENDED,
    EndedCase("filled", "limit", HF_DONE, [s(**OVER, dealSize="0.5", dealFunds="29995")],
              {"67a1": {"ending": "filled", "filled": "0.5", "average_price": "59990", "ended_at": T + 60000}},
              wrap=lambda rows: {"code": "200000", "data": {"lastId": 1, "items": list(rows)}}),
    EndedCase("cancelled after a part", "post only, partly filled", HF_ONE,
              [s(**OVER, cancelExist=True, dealSize="0.2", dealFunds="11998", cancelledSize="0.3")],
              {"67a1": {"ending": "cancelled", "filled": "0.2", "ended_at": T + 60000}}, asks="detail",
              wrap=lambda rows: {"code": "200000", "data": rows[0]}),
    EndedCase("a stop of spot that triggered is not cancelled", "at market", STOP_ONE, [st(status="TRIGGERED")],
              {"vs8a1": {"ending": "triggered", "filled": None}}, asks="detail",
              wrap=lambda rows: {"code": "200000", "data": rows[0]}),
    EndedCase("a stop of spot still waits", "at market", STOP_ONE, [st()], {}, asks="detail",
              wrap=lambda rows: {"code": "200000", "data": rows[0]}),
]  # fmt: skip


VENUE = Venue(
    exchange="kucoin",
    transfers=TRANSFERS,
    markets=[spot("BTC/USDT", "BTC-USDT"), *MARKETS],
    wrap=paged,
    others={**MODE, **PAIRS, **OPEN_SYMBOLS},
    ended=ENDED,
    positions=POSITIONS,
    balances=BALANCES,
    cases=[
        _spot("limit", s(), orders=[{
            "key": "67a1", "symbol": "BTC/USDT", "kind": "limit", "side": "buy", "amount": "0.5", "remaining": "0.5",
            "limit_price": "60000", "client_order_id": "mine-1", "status": "open", "created_at": T,
        }]),
        _spot("post only, partly filled", s(postOnly=True, dealSize="0.2", dealFunds="11998"), orders=[{
            "post_only": True, "filled": "0.2", "remaining": "0.3", "status": "partially_filled",
            "average_price": "59990",
        }]),
        _stop("at market", st(), orders=[{
            "key": "vs8a1", "kind": "stop", "side": "sell", "trigger_price": "55000", "trigger_direction": "falls",
            "trigger_kind": "last", "limit_price": None, "amount": "0.5", "status": "pending",
        }]),
        _stop("entry with a limit", st(type="limit", side="buy", price="65100", stop="entry", stopPrice="65000"), orders=[{
            "kind": "stop_limit", "trigger_direction": "rises", "limit_price": "65100", "trigger_price": "65000",
        }]),
        _stop("sells when it rises", st(type="limit", price="69900", stop="entry", stopPrice="70000"), orders=[{
            "kind": "take_profit_limit", "trigger_direction": "rises", "limit_price": "69900",
        }]),
        _stop("for so much money", st(side="buy", size=None, funds="1000", stop="entry", stopPrice="65000"), orders=[{
            "kind": "stop", "amount": None, "remaining": None,
        }]),
        Case("on isolated margin", "orders:isolated", "/api/v3/hf/margin/orders/active",
             [s(tradeType="MARGIN_ISOLATED_TRADE")], [{"key": "67a1", "symbol": "BTC/USDT", "market_type": "spot"}],
             wrap=listed),
        Case("on cross margin", "triggers:cross", "/api/v3/hf/margin/stop-orders", [st(tradeType="MARGIN_TRADE")], [
            {"key": "vs8a1", "kind": "stop", "market_type": "spot", "trigger_price": "55000"},
        ]),
        Case("on cross margin, placed the older way", "triggers:cross-older", STOPS, [st(tradeType="MARGIN_TRADE")], [
            {"key": "vs8a1", "market_type": "spot"},
        ]),
        _stop("the stop of a pair, which the list of pairs states too", st(stop="oco"), orders=[{
            "key": "vs8a1", "kind": "stop", "trigger_price": "55000", "trigger_direction": None, "role": "unknown",
        }]),
        Case("a pair on isolated margin", "triggers:isolated-oco", "/api/v3/hf/margin/oco-orders", [pair()], [
            {"key": "67c1", "kind": "limit", "market_type": "spot", "group_id": "674c1"},
            {"key": "67c2", "kind": "stop_limit", "market_type": "spot"},
        ]),
        Case("a pair that sells, and ones that are over", "triggers:spot-oco", OCO,
             [pair(), pair(orderId="674c8", status="DONE"), pair(orderId="674c9", status="CANCELLED")], [
                 {"key": "67c1", "symbol": "BTC/USDT", "kind": "limit", "side": "sell", "amount": "0.5",
                  "limit_price": "70000", "trigger_price": None, "group_id": "674c1", "contingency": "OCO",
                  "filled": "0", "remaining": "0.5", "status": "open", "created_at": T},
                 {"key": "67c2", "kind": "stop_limit", "limit_price": "54900", "trigger_price": "55000",
                  "trigger_direction": "falls", "group_id": "674c1", "status": "pending"},
             ]),
        Case("a pair that buys", "triggers:spot-oco", OCO, [pair(orderId="674c2")], [
            {"key": "67c1", "kind": "stop_limit", "side": "buy", "trigger_price": "65000", "trigger_direction": "rises"},
            {"key": "67c2", "kind": "limit", "limit_price": "48000", "trigger_price": None},
        ]),
        Case("a pair of one", "triggers:spot-oco", OCO, [pair(orderId="674c3")], [
            {"key": "67c1", "kind": "unknown", "limit_price": "54900"},
        ]),
        *CONTRACTS,
    ],
    fills=[
        Case("spot", "fills:BTC/USDT", "/api/v1/hf/fills",
             [{"id": 5101, "symbol": "BTC-USDT", "tradeId": 5102, "orderId": "67a1", "counterOrderId": "67a0",
               "side": "buy", "liquidity": "maker", "forceTaker": False, "price": "60000", "size": "0.5",
               "funds": "30000", "fee": "30", "feeRate": "0.001", "feeCurrency": "USDT", "stop": "",
               "tradeType": "TRADE", "type": "limit", "createdAt": T}],
             [{"order_id": "67a1", "side": "buy", "fee": "30", "fee_currency": "USDT", "is_maker": True}],
             wrap=lambda rows: {"code": "200000", "data": {"items": list(rows), "lastId": 5101}}),
        Case("of contracts", "fills:BTC/USDT:USDT", "/api/v1/fills", [FUTURES_ROW], [FUTURES_FILL]),
    ],
)  # fmt: skip
