"""XT: spot, and the book, plan, profit and track orders of linear and inverse futures."""

from typing import Any

from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.venues._xt_account import BALANCES, POSITIONS

T = 1764000000000


def s(**values: Any) -> dict[str, Any]:
    """A row of /v4/open-order: buys 0.5 BTC at 60,000."""
    return {
        "symbol": "btc_usdt", "orderId": "207505997850909952", "clientOrderId": None, "baseCurrency": "btc",
        "quoteCurrency": "usdt", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": "60000.00",
        "origQty": "0.5", "executedQty": "0", "leavingQty": "0.5", "tradeBase": "0", "tradeQuote": "0",
        "avgPrice": None, "fee": None, "feeCurrency": None, "closed": False, "state": "NEW", "time": T,
        "updatedTime": T,
    } | values  # fmt: skip


def f(**values: Any) -> dict[str, Any]:
    """A row of /future/trade/v1/order/list: opens a long position of 20 contracts of 0.001 BTC at 60,000."""
    return {
        "orderId": "207519546930995456", "clientOrderId": None, "symbol": "btc_usdt", "orderType": "LIMIT",
        "orderSide": "BUY", "positionSide": "LONG", "timeInForce": "GTC", "closePosition": False, "price": "60000",
        "origQty": "20", "avgPrice": "0", "executedQty": "0", "marginFrozen": "4.12", "triggerProfitPrice": None,
        "triggerStopPrice": None, "sourceType": "DEFAULT", "forceClose": False, "state": "NEW", "createdTime": T,
        "updatedTime": T,
    } | values  # fmt: skip


def p(**values: Any) -> dict[str, Any]:
    """A row of /future/trade/v1/entrust/plan-list: sells the long position at 54,900 once the last price is 55,000."""
    return {
        "entrustId": "216300248132756992", "symbol": "btc_usdt", "entrustType": "STOP", "orderSide": "SELL",
        "positionSide": "LONG", "timeInForce": "GTC", "closePosition": None, "price": "54900", "origQty": "20",
        "stopPrice": "55000", "triggerPriceType": "LATEST_PRICE", "state": "NOT_TRIGGERED", "marketOrderLevel": None,
        "createdTime": T, "updatedTime": T, "ordinary": False,
    } | values  # fmt: skip


def tpsl(**values: Any) -> dict[str, Any]:
    """A row of /future/trade/v1/entrust/profit-list: a stop of a long position."""
    return {
        "profitId": "216306213226230400", "symbol": "btc_usdt", "positionSide": "LONG", "origQty": "20",
        "triggerPriceType": "MARK_PRICE", "triggerProfitPrice": None, "triggerStopPrice": "55000", "entryPrice": None,
        "positionSize": None, "isolatedMargin": None, "executedQty": None, "avgPrice": None, "positionType": "CROSSED",
        "state": "NOT_TRIGGERED", "createdTime": T,
    } | values  # fmt: skip


def t(**values: Any) -> dict[str, Any]:
    """A row of /future/trade/v1/entrust/track-list: a long position sold 2 % below its highest price."""
    return {
        "trackId": "216309999999999999", "symbol": "btc_usdt", "orderSide": "SELL", "positionSide": "LONG",
        "origQty": "20", "callback": "PROPORTION", "callbackVal": "0.02", "activationPrice": "66000", "stopPrice": "0",
        "triggerPriceType": "LATEST_PRICE", "state": "NOT_ACTIVATION", "createdTime": T, "updatedTime": T,
    } | values  # fmt: skip


def _case(source: str, path: str, name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    host = "/dapi" if "inverse" in source else "/fapi"
    return Case(name, source, f"{host}/future/trade/v1/{path}", rows, orders, **{"wrap": _page, **more})


def _spot(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "orders:spot", "/v4/open-order", rows, orders, **more)


def x(**values: Any) -> dict[str, Any]:
    """A row of the executions of futures: 500 contracts of 0.001 BTC at 60,000."""
    return {
        "orderId": "207260566170987200", "execId": "207260566790603265", "symbol": "btc_usdt", "quantity": "500",
        "price": "60000", "fee": "18", "feeCoin": "usdt", "timestamp": T, "takerMaker": "MAKER",
    } | values  # fmt: skip


def _items(rows: Any) -> dict[str, Any]:
    return {"rc": 0, "mc": "SUCCESS", "returnCode": 0, "result": {"items": list(rows), "hasNext": False}}


def _page(rows: Any) -> dict[str, Any]:
    listed = list(rows)
    return {"returnCode": 0, "msgInfo": "success", "error": None,
            "result": {"page": 1, "ps": 100, "total": len(listed), "items": listed}}  # fmt: skip


def _wrap(rows: Any) -> dict[str, Any]:
    """Spot lists rows as they are, futures in pages."""
    listed = list(rows)
    is_spot = all("positionSide" not in row for row in listed)
    return _page(rows) | {"rc": 0, "mc": "SUCCESS"} | ({"result": listed} if is_spot else {})


OWN, PLAN, TPSL = "207519546930995456", "216300248132756992", "216306213226230400"
F, D, OVER = "/fapi/future/trade/v1/", "/dapi/future/trade/v1/", {"updatedTime": T + 60000}


def _one(rows: Any) -> dict[str, Any]:
    return _wrap(rows) | {"result": rows[0]}


ENDED = [
    EndedCase("filled", "limit", "/v4/history-order",
              [s(**OVER, state="FILLED", executedQty="0.5", leavingQty="0", avgPrice="59990")],
              {"207505997850909952": {"ending": "filled", "filled": "0.5", "average_price": "59990",
                                      "ended_at": T + 60000}},
              wrap=lambda rows: _wrap(rows) | {"result": {"hasPrev": False, "items": list(rows)}}),
    EndedCase("expired, by itself", "partly filled", "/v4/order/207505997850909952",
              [s(**OVER, state="EXPIRED", executedQty="0.2")],
              {"207505997850909952": {"ending": "expired", "filled": "0.2"}}, asks="detail", wrap=_one),
    EndedCase("filled, in contracts", "contracts are kept beside base units", F + "order/list-history",
              [f(**OVER, state="FILLED", executedQty="20", avgPrice="59990")],
              {OWN: {"ending": "filled", "filled": "0.02", "average_price": "59990"}}),
    EndedCase("cancelled after a part", "contracts are kept beside base units", F + "order/list-history",
              [f(**OVER, state="PARTIALLY_CANCELED", executedQty="5", avgPrice="60000")],
              {OWN: {"ending": "cancelled", "filled": "0.005"}}),
    EndedCase("inverse contracts", "inverse contracts", D + "order/list-history",
              [f(**OVER, symbol="btc_usd", price="50000", origQty="30", state="FILLED", executedQty="30",
                 avgPrice="50000")],
              {OWN: {"ending": "filled", "filled": "0.006"}}),
    EndedCase("triggered", "stop with a limit", F + "entrust/plan-list-history", [p(**OVER, state="TRIGGERED")],
              {PLAN: {"ending": "triggered", "filled": None, "ended_at": T + 60000}}),
    EndedCase("could not be placed", "stop with a limit", F + "entrust/plan-detail", [p(**OVER, state="DELEGATION_FAILED")],
              {PLAN: {"ending": "rejected", "reason": "could not be placed"}}, asks="detail", wrap=_one),
    EndedCase("revoked by the exchange", "stop with a limit", F + "entrust/plan-list-history",
              [p(**OVER, state="PLATFORM_REVOCATION")],
              {PLAN: {"ending": "cancelled", "reason": "revoked by the exchange"}}),
    EndedCase("a stop of a position that triggered", "stop of a position", F + "entrust/profit-detail",
              [tpsl(state="TRIGGERED")], {TPSL: {"ending": "triggered"}}, asks="detail", wrap=_one),
    EndedCase("which of both triggered is not said", "take profit and stop in one row", F + "entrust/profit-detail",
              [tpsl(state="TRIGGERED", triggerProfitPrice="70000")], {}, asks="detail", wrap=_one),
    EndedCase("both cancelled", "take profit and stop in one row", F + "entrust/profit-detail",
              [tpsl(state="USER_REVOCATION", triggerProfitPrice="70000")],
              {f"{TPSL}/tp": {"ending": "cancelled"}, f"{TPSL}/sl": {"ending": "cancelled"}}, asks="detail", wrap=_one),
    EndedCase("trailed, then cancelled", "by a share", F + "entrust/track-list-history", [t(**OVER, state="USER_REVOCATION")],
              {"216309999999999999": {"ending": "cancelled", "ended_at": T + 60000}}),
    EndedCase("a state that nobody knows", "stop with a limit", F + "entrust/plan-list-history", [p(state="LEVITATING")],
              {}, unreadable=1),
]  # fmt: skip


VENUE = Venue(
    exchange="xt",
    markets=[
        spot("BTC/USDT", "btc_usdt"),
        swap("BTC/USDT:USDT", "btc_usdt", size="0.001"),
        swap("BTC/USD:BTC", "btc_usd", size="10"),
    ],
    wrap=_wrap,
    hosts={"linear": "/fapi", "inverse": "/dapi"},
    ended=ENDED,
    balances=BALANCES,
    positions=POSITIONS,
    cases=[
        _spot("limit", s(), orders=[{
            "key": "207505997850909952", "symbol": "BTC/USDT", "kind": "limit", "amount": "0.5", "limit_price": "60000",
            "status": "open", "created_at": T, "reduce_only": None, "contracts": None,
        }]),
        _spot("partly filled", s(state="PARTIALLY_FILLED", executedQty="0.2", leavingQty="0.3", timeInForce="GTX"),
              orders=[{"filled": "0.2", "remaining": "0.3", "status": "partially_filled", "post_only": True}]),
        _spot("one row of nonsense", s(side="HOLD"), s(orderId="2"), orders=[{"key": "2"}], unreadable=1),
        _case("orders:linear", "order/list", "contracts are kept beside base units", f(executedQty="5"), orders=[{
            "symbol": "BTC/USDT:USDT", "contracts": "20", "amount": "0.02", "filled": "0.005", "remaining": "0.015",
            "position_side": "long", "reduce_only": False, "status": "partially_filled",
        }]),
        _case("orders:linear", "order/list", "closes a short position",
              f(orderSide="BUY", positionSide="SHORT"), orders=[{"position_side": "short", "reduce_only": True}]),
        _case("orders:linear", "order/list", "attached take profit and stop",
              f(triggerProfitPrice="70000", triggerStopPrice="55000"),
              orders=[
                  {"key": "207519546930995456", "kind": "limit", "role": "entry", "contingency": "attached"},
                  {"kind": "take_profit", "side": "sell", "trigger_price": "70000", "amount": "0.02"},
                  {"kind": "stop", "role": "stop_loss", "trigger_price": "55000", "limit_price": None},
              ]),
        _case("orders:linear", "order/list", "attached take profit and stop with limits",
              f(triggerProfitPrice="70000", profitDelegateOrderType="LIMIT", profitDelegatePrice="69900",
                triggerStopPrice="55000", stopDelegateOrderType="LIMIT", stopDelegatePrice="54900"),
              orders=[
                  {"kind": "limit", "limit_price": "60000"},
                  {"kind": "take_profit_limit", "trigger_price": "70000", "limit_price": "69900"},
                  {"kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900"},
              ]),
        _case("orders:inverse", "order/list", "inverse contracts",
              f(symbol="btc_usd", price="50000", origQty="30"),
              orders=[{"symbol": "BTC/USD:BTC", "contracts": "30", "amount": "0.006"}]),
        _case("triggers:linear", "entrust/plan-list", "stop with a limit", p(), orders=[{
            "key": "216300248132756992", "kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900",
            "trigger_kind": "last", "trigger_direction": None, "amount": "0.02", "reduce_only": True,
            "status": "pending",
        }]),
        _case("triggers:linear", "entrust/plan-list", "stop at market by the index",
              p(entrustType="STOP_MARKET", price=None, triggerPriceType="INDEX_PRICE"),
              orders=[{"kind": "stop", "limit_price": None, "trigger_kind": "index"}]),
        _case("triggers:linear", "entrust/plan-list", "take profit at market, closes the position",
              p(entrustType="TAKE_PROFIT_MARKET", price=None, stopPrice="70000", closePosition=True),
              orders=[{"kind": "take_profit", "trigger_price": "70000", "close_position": True, "amount": None}]),
        _case("triggers:linear-tpsl", "entrust/profit-list", "stop of a position", tpsl(), orders=[{
            "key": "216306213226230400", "kind": "stop", "role": "stop_loss", "side": "sell", "trigger_price": "55000",
            "trigger_kind": "mark", "amount": "0.02", "contracts": "20", "reduce_only": True, "group_id": None,
        }]),
        _case("triggers:linear-tpsl", "entrust/profit-list", "take profit and stop in one row",
              tpsl(triggerProfitPrice="70000"),
              orders=[
                  {"key": "216306213226230400/tp", "kind": "take_profit", "contingency": "OCO",
                   "group_id": "216306213226230400", "trigger_direction": "rises"},
                  {"key": "216306213226230400/sl", "kind": "stop", "contingency": "OCO", "leg_id": "sl"},
              ]),
        _case("triggers:linear-trailing", "entrust/track-list", "by a share", t(), orders=[{
            "key": "216309999999999999", "kind": "trailing_stop", "trailing_distance": "2", "trailing_unit": "percent",
            "activation_price": "66000", "trigger_price": None, "reduce_only": True,
        }]),
        _case("triggers:linear-trailing", "entrust/track-list", "by a distance",
              t(callback="FIXED", callbackVal="500"), orders=[{"trailing_distance": "500", "trailing_unit": "price"}]),
        _case("triggers:linear-trailing", "entrust/track-list", "a row that cannot be parsed hides no other",
              t(origQty="many", trackId="1"), t(), orders=[{"key": "216309999999999999"}], unreadable=1),
        _case("triggers:linear-trailing", "entrust/track-list", "one in a state of which nothing is known stays",
              t(state="LEVITATING", trackId="2"), t(state="USER_REVOCATION"), orders=[{"key": "2", "status": "unknown"}]),
    ],
    fills=[
        Case("spot, its fee in the coin that was sold for", "fills:spot", "/v4/trade",
             [{"symbol": "btc_usdt", "tradeId": "206906233569974658", "orderId": "206906233178463488",
               "orderSide": "SELL", "orderType": "MARKET", "bizType": "SPOT", "time": T, "price": "60000",
               "quantity": "0.5", "quoteQty": "30000", "baseCurrency": "btc", "quoteCurrency": "usdt", "fee": "60",
               "feeCurrency": "usdt", "takerMaker": "TAKER"}],
             [{"key": "btc_usdt/206906233569974658", "order_id": "206906233178463488", "symbol": "BTC/USDT",
               "side": "sell", "amount": "0.5", "price": "60000", "fee": "60", "fee_currency": "USDT",
               "is_maker": False, "at": T}], wrap=_items),
        Case("linear, one of which no side is told", "fills:linear", "/fapi/future/trade/v1/order/trade-list",
             [x(orderSide="BUY"), x(execId="207260566790603266")],
             [{"key": "btc_usdt/207260566790603265", "symbol": "BTC/USDT:USDT", "side": "buy", "contracts": "500",
               "amount": "0.5", "price": "60000", "fee": "18", "fee_currency": "USDT", "is_maker": True}],
             unreadable=1, wrap=_items),
        Case("inverse", "fills:inverse", "/dapi/future/trade/v1/order/trade-list",
             [x(symbol="btc_usd", quantity="60", orderSide="SELL", fee="0.00001", feeCoin="btc")],
             [{"symbol": "BTC/USD:BTC", "side": "sell", "contracts": "60", "amount": "0.01", "fee": "0.00001",
               "fee_currency": "BTC"}], wrap=_items),
    ],
)  # fmt: skip
