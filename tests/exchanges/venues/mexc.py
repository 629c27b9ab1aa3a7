"""MEXC: the spot book, and the book and plan orders of contracts."""

from typing import Any

from domain.positions import PositionSide
from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.venues._mexc_account import POSITIONS, TRANSFERS, T, data

SPOT = "/api/v3/openOrders"
BOOK, PLAN = "/api/v1/private/order/list/open_orders", "/api/v1/private/planorder/list/orders"
TPSL_ENDED = "/api/v1/private/stoporder/list/orders"
TPSL, TRAILING = "/api/v1/private/stoporder/open_orders", "/api/v1/private/trackorder/list/orders"


def s(**values: Any) -> dict[str, Any]:
    """An order of the spot book: buys 0.5 BTC at 60,000."""
    return {
        "symbol": "BTCUSDT", "orderId": "C02__8101", "orderListId": "-1", "clientOrderId": "mine-1", "price": "60000",
        "origQty": "0.5", "executedQty": "0", "cummulativeQuoteQty": "0", "status": "NEW", "timeInForce": None,
        "type": "LIMIT", "side": "BUY", "stopPrice": None, "icebergQty": None, "time": str(T), "updateTime": None,
        "isWorking": True, "origQuoteOrderQty": "30000",
    } | values  # fmt: skip


def f(**values: Any) -> dict[str, Any]:
    """An order of the book of contracts: opens a long position of 500 contracts of 0.0001 BTC at 60,000."""
    return {
        "orderId": "8201", "symbol": "BTC_USDT", "positionId": "0", "price": "60000", "vol": "500", "leverage": "5",
        "side": "1", "category": "1", "orderType": "1", "dealAvgPrice": "0", "dealVol": "0", "orderMargin": "60",
        "takerFee": "0", "makerFee": "0", "profit": "0", "feeCurrency": "USDT", "openType": "2", "state": "2",
        "externalOid": "mine-2", "errorCode": "0", "usedMargin": "0", "createTime": str(T), "updateTime": str(T),
        "positionMode": "1",
    } | values  # fmt: skip


def p(**values: Any) -> dict[str, Any]:
    """A plan order: closes a long position of 500 contracts at market once the fair price is 55,000 or less."""
    return {
        "id": "8301", "triggerType": "2", "triggerPrice": "55000", "executeCycle": "87600", "trend": "2",
        "symbol": "BTC_USDT", "leverage": "5", "side": "4", "vol": "500", "openType": "2", "state": "1",
        "orderType": "5", "errorCode": "0", "createTime": str(T), "updateTime": str(T),
    } | values  # fmt: skip


def t(**values: Any) -> dict[str, Any]:
    """A take profit and a stop of a long position of 500 contracts, at market, where one cancels the other."""
    return {
        "id": 357859177, "orderId": "720733527158642176", "symbol": "BTC_USDT", "positionId": "1394650", "lossTrend": 2,
        "profitTrend": 1, "stopLossPrice": 55000, "takeProfitPrice": 70000, "state": 1, "triggerSide": 0,
        "positionType": 1, "vol": 500, "realityVol": 0, "errorCode": 0, "version": 1, "isFinished": 0,
        "profitLossVolType": "SAME", "createTime": T, "updateTime": T, "volType": 1, "takeProfitReverse": 2,
        "stopLossReverse": 2, "takeProfitType": 0, "stopLossType": 0,
    } | values  # fmt: skip


def r(**values: Any) -> dict[str, Any]:
    """A trailing order: closes a long position of 500 contracts once the price is 2% below its highest since 65,000."""
    return {
        "id": 8401, "symbol": "BTC_USDT", "leverage": 5, "side": 4, "vol": 500, "openType": 2, "trend": 2,
        "activePrice": "65000", "markPrice": 0, "backType": 1, "backValue": "0.02", "triggerPrice": 0,
        "triggerType": 2, "orderId": 0, "errorCode": 0, "state": 0, "positionMode": 1, "reduceOnly": False,
        "createTime": T, "updateTime": T,
    } | values  # fmt: skip


def _spot(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "orders:spot", SPOT, rows, orders, wrap=list, wanted=frozenset({"BTC/USDT"}))


def _book(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "orders:swap", BOOK, rows, orders, **more)


def _plan(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "triggers:swap", PLAN, rows, orders)


def _tpsl(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "triggers:swap-tpsl", TPSL, rows, orders, **more)


def _trailing(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "triggers:swap-trailing", TRAILING, rows, orders)


HISTORY = "/api/v1/private/order/list/history_orders"
OVER = {"updateTime": str(T + 60000)}
ENDED = [
    EndedCase("filled", "limit", "/api/v3/allOrders",
              [s(**OVER, status="FILLED", executedQty="0.5", cummulativeQuoteQty="29995")],
              {"C02__8101": {"ending": "filled", "filled": "0.5", "average_price": "59990", "ended_at": T + 60000}},
              wrap=list),
    EndedCase("cancelled after a part", "post only, partly filled", "/api/v3/order",
              [s(**OVER, status="PARTIALLY_CANCELED", executedQty="0.2", cummulativeQuoteQty="11998")],
              {"C02__8101": {"ending": "cancelled", "filled": "0.2"}}, asks="detail", wrap=lambda rows: rows[0]),
    EndedCase("filled, in contracts", "opens a long position", HISTORY,
              [f(**OVER, state="3", dealVol="500", dealAvgPrice="59990")],
              {"8201": {"ending": "filled", "filled": "0.05", "average_price": "59990", "ended_at": T + 60000}}),
    EndedCase("cancelled after a part, in contracts", "closes a short position, partly filled", HISTORY,
              [f(**OVER, state="4", side="2", dealVol="200", dealAvgPrice="59990")],
              {"8201": {"ending": "cancelled", "filled": "0.02"}}),
    EndedCase("was not valid", "opens a long position", "/api/v1/private/order/get/8201",
              [f(**OVER, state="5", errorCode="2011")],
              {"8201": {"ending": "cancelled", "filled": "0", "reason": "code 2011"}}, asks="detail",
              wrap=lambda rows: data(rows) | {"data": rows[0]}),
    EndedCase("triggered, with the id it got in the book", "stop at market", PLAN, [p(**OVER, state="3", orderId="8399")],
              {"8301": {"ending": "triggered", "book_order_id": "8399", "filled": None}}),
    EndedCase("a plan order that was cancelled", "stop at market", PLAN, [p(**OVER, state="2")],
              {"8301": {"ending": "cancelled", "ended_at": T + 60000}}),
    EndedCase("a plan order that could not be placed", "stop at market", PLAN, [p(**OVER, state="5", errorCode="2005")],
              {"8301": {"ending": "rejected", "reason": "code 2005"}}),
    EndedCase("the stop of a position triggered", "take profit and stop of a position", TPSL_ENDED,
              [t(**OVER, state=3, isFinished=1, triggerSide=2, placeOrderId="8398", realityVol=500)], {
                  "357859177/sl": {"ending": "triggered", "book_order_id": "8398", "ended_at": T + 60000},
                  "357859177/tp": {"ending": "cancelled", "filled": "0"},
              }, query={"is_finished": "1"}),
    EndedCase("what protected a position was cancelled", "a stop alone, of all of a short position", TPSL_ENDED,
              [t(**OVER, orderId="0", positionType=2, takeProfitPrice=0, stopLossPrice=65000, volType=2, state=2,
                 isFinished=1)],
              {"357859177": {"ending": "cancelled", "ended_at": T + 60000}}),
    EndedCase("a trailing order triggered", "waits for its price", TRAILING, [r(**OVER, state=2, orderId="8397")],
              {"8401": {"ending": "triggered", "book_order_id": "8397"}}, query={"states": "2,3,4"}),
    EndedCase("a trailing order was cancelled", "waits for its price", TRAILING, [r(**OVER, state=4)],
              {"8401": {"ending": "cancelled"}}),
    EndedCase("a state that nobody knows", "stop at market", PLAN, [p(state="9")], {}, unreadable=1),
]  # fmt: skip


WALLETS = {
    "/api/v3/account": {
        "makerCommission": None, "takerCommission": None, "canTrade": True, "accountType": "SPOT", "updateTime": None,
        "balances": [{"asset": "BTC", "free": "0.4", "locked": "0.1"}, {"asset": "MX", "free": "0", "locked": "0"}],
    },
    # Equity is cash and unrealised profit together, and cash holds the margin of positions.
    "/api/v1/private/account/assets": data([
        {"currency": "USDT", "positionMargin": 210, "availableBalance": 760, "cashBalance": 1000, "frozenBalance": 30,
         "equity": 970, "unrealized": -30, "bonus": 0},
        {"currency": "BTC", "positionMargin": 0, "availableBalance": "0.3", "cashBalance": "0.3", "frozenBalance": 0,
         "equity": "0.3", "unrealized": 0, "bonus": 0},
        {"currency": "ETH", "positionMargin": 0, "availableBalance": 0, "cashBalance": 0, "frozenBalance": 0,
         "equity": 0, "unrealized": 0, "bonus": 0},
    ]),
}  # fmt: skip


VENUE = Venue(
    exchange="mexc",
    transfers=TRANSFERS,
    markets=[
        spot("BTC/USDT", "BTCUSDT"),
        swap("BTC/USDT:USDT", "BTC_USDT", size="0.0001"),
        swap("BTC/USD:BTC", "BTC_USD", size="100"),
    ],
    wrap=data,
    ended=ENDED,
    positions=POSITIONS,
    balances=[AccountCase("spot, and contracts with a position", WALLETS, {
        "spot/BTC": {"total": "0.5", "free": "0.4", "locked": "0.1"},
        "swap/USDT": {"total": "1000", "free": "760", "locked": "240", "includes_open_profit": False},
        "swap/BTC": {"total": "0.3", "locked": "0"},
    }, equities=[("swap", "USDT", "970"), ("swap", "BTC", "0.3")])],
    cases=[
        _spot("limit", s(), orders=[{
            "key": "C02__8101", "symbol": "BTC/USDT", "kind": "limit", "side": "buy", "amount": "0.5",
            "limit_price": "60000", "client_order_id": "mine-1", "status": "open", "created_at": T,
        }]),
        _spot("post only, partly filled",
              s(type="LIMIT_MAKER", status="PARTIALLY_FILLED", executedQty="0.2", cummulativeQuoteQty="11998"),
              orders=[{"post_only": True, "filled": "0.2", "remaining": "0.3", "status": "partially_filled"}]),
        _book("opens a long position", f(), orders=[{
            "key": "8201", "symbol": "BTC/USDT:USDT", "kind": "limit", "side": "buy", "position_side": "long",
            "contracts": "500", "amount": "0.05", "limit_price": "60000", "client_order_id": "mine-2",
        }]),
        _book("closes a short position, partly filled", f(side="2", dealVol="200", dealAvgPrice="59990", orderType="2"),
              orders=[{"side": "buy", "position_side": "short", "reduce_only": True, "post_only": True,
                       "filled": "0.02", "remaining": "0.03", "status": "partially_filled"}]),
        _book("opens a short position", f(side="3"), orders=[
            {"side": "sell", "position_side": "short", "role": "entry"},
        ]),
        _book("closes a long position", f(side="4"), orders=[{"side": "sell", "position_side": "long", "reduce_only": True}]),
        _book("in one-way mode", f(side="3", positionMode="2"), orders=[
            {"side": "sell", "position_side": None, "role": "unknown"},
        ]),
        _book("with attached take profit and stop", f(takeProfitPrice="70000", stopLossPrice="55000", lossTrend="2"),
              orders=[
                  {"key": "8201", "kind": "limit", "role": "entry"},
                  {"key": "8201/tp", "kind": "take_profit", "trigger_price": "70000", "side": "sell", "amount": "0.05",
                   "contingency": "attached"},
                  {"key": "8201/sl", "kind": "stop", "trigger_price": "55000", "trigger_kind": "mark"},
              ]),
        _book("of inverse contracts", f(symbol="BTC_USD", vol="12"), orders=[{
            "symbol": "BTC/USD:BTC", "contracts": "12", "amount": "0.02",
        }]),
        _book("a side that is none", f(side="9"), f(orderId="2"), orders=[{"key": "2"}], unreadable=1),
        _plan("take profit with a limit", p(triggerType="1", triggerPrice="70000", orderType="1", price="69900"), orders=[{
            "kind": "take_profit_limit", "side": "sell", "trigger_price": "70000", "limit_price": "69900",
            "trigger_direction": "rises", "reduce_only": True, "position_side": "long", "amount": "0.05",
        }]),
        _plan("stop at market", p(), orders=[{
            "key": "8301", "kind": "stop", "side": "sell", "position_side": "long", "reduce_only": True,
            "trigger_price": "55000", "trigger_kind": "mark", "trigger_direction": "falls", "limit_price": None,
            "amount": "0.05", "status": "pending",
        }]),
        _plan("entry with a limit", p(side="1", triggerType="1", triggerPrice="65000", price="65100", orderType="1", trend="1"),
              orders=[{"kind": "stop_limit", "side": "buy", "limit_price": "65100", "trigger_direction": "rises",
                       "trigger_kind": "last", "reduce_only": None}]),
        _plan("opens a short position as the price falls", p(side="3"), orders=[
            {"side": "sell", "position_side": "short", "role": "entry", "trigger_direction": "falls"},
        ]),
        _plan("which way is not stated", p(triggerType=None), orders=[{"trigger_direction": None, "reduce_only": True}]),
        _plan("take profit by the index", p(triggerType="1", triggerPrice="70000", trend="3"), orders=[{
            "kind": "take_profit", "trigger_kind": "index", "trigger_direction": "rises",
        }]),
        _tpsl("take profit and stop of a position", t(), orders=[
            {"key": "357859177/tp", "symbol": "BTC/USDT:USDT", "kind": "take_profit", "side": "sell", "amount": "0.05",
             "trigger_price": "70000", "trigger_kind": "last", "trigger_direction": "rises", "contingency": "OCO",
             "position_side": "long", "reduce_only": True, "status": "pending", "created_at": T},
            {"key": "357859177/sl", "kind": "stop", "trigger_price": "55000", "trigger_kind": "mark", "amount": "0.05"},
        ]),
        _tpsl("a stop alone, of all of a short position", t(orderId="0", positionType=2, takeProfitPrice=0,
                                                            stopLossPrice=65000, volType=2), orders=[
            {"key": "357859177", "kind": "stop", "side": "buy", "position_side": "short", "close_position": True,
             "amount": None, "contingency": None, "trigger_direction": "rises"},
        ]),
        _tpsl("amounts of their own, the profit with a limit",
              t(profitLossVolType="SEPARATE", takeProfitVol=200, stopLossVol=300, takeProfitType=1,
                takeProfitOrderPrice=69900), orders=[
            {"kind": "take_profit_limit", "amount": "0.02", "limit_price": "69900"},
            {"kind": "stop", "amount": "0.03", "limit_price": None},
        ]),
        _tpsl("over, and stated by the order that it hangs on", t(isFinished=1, state=3), t(id=2, positionId="0"),
              t(id=3, takeProfitPrice=None), orders=[{"key": "3"}]),
        _tpsl("a position that is none", t(positionType=9), t(id=3, takeProfitPrice=None), orders=[{"key": "3"}],
              unreadable=1),
        _trailing("waits for its price", r(), orders=[{
            "key": "8401", "symbol": "BTC/USDT:USDT", "kind": "trailing_stop", "side": "sell", "amount": "0.05",
            "trailing_distance": "2", "trailing_unit": "percent", "activation_price": "65000", "is_active": False,
            "trigger_price": None, "trigger_kind": "mark", "reduce_only": True, "position_side": "long",
            "created_at": T, "status": "pending",
        }]),
        _trailing("follows the price, in one-way mode",
                  r(state=1, backType=2, backValue=900, triggerPrice="64100", side=3, positionMode=2, reduceOnly=True),
                  orders=[{
                      "trailing_distance": "900", "trailing_unit": "price", "trigger_price": "64100", "is_active": True,
                      "side": "sell", "position_side": None, "reduce_only": True,
                  }]),
    ],
    fills=[
        Case("of contracts that close a short position", "fills:BTC/USDT:USDT", "/api/v1/private/order/list/order_deals",
             [{"id": "832", "symbol": "BTC_USDT", "side": 2, "vol": 500, "price": "60000", "fee": "1.2",
               "feeCurrency": "USDT", "profit": "15", "isTaker": False, "category": 1, "orderId": "8201",
               "positionMode": 1, "timestamp": T}],
             [{"side": "buy", "is_maker": True, "realised_pnl": "15", "position_side": PositionSide.SHORT}]),
        Case("of contracts, one position", "fills:BTC/USDT:USDT", "/api/v1/private/order/list/order_deals",
             [{"id": "833", "symbol": "BTC_USDT", "side": 3, "vol": 500, "price": "60000", "fee": "1.2",
               "feeCurrency": "USDT", "profit": "15", "isTaker": False, "category": 1, "orderId": "8203",
               "positionMode": 2, "timestamp": T}],
             [{"side": "sell", "position_side": None}]),
        Case("spot", "fills:BTC/USDT", "/api/v3/myTrades",
             [{"symbol": "BTCUSDT", "id": "811X", "orderId": "C02__8101", "orderListId": -1, "price": "60000",
               "qty": "0.5", "quoteQty": "30000", "commission": "15", "commissionAsset": "USDT", "time": T,
               "isBuyer": True, "isMaker": False, "isBestMatch": True}],
             [{"key": "BTCUSDT/811X", "side": "buy", "fee": "15", "fee_currency": "USDT", "is_maker": False}],
             wrap=list),
        Case("of contracts", "fills:BTC/USDT:USDT", "/api/v1/private/order/list/order_deals",
             [{"id": "831", "symbol": "BTC_USDT", "side": "4", "vol": "500", "price": "60000", "fee": "1.2",
               "feeCurrency": "USDT", "profit": "15", "taker": True, "category": "1", "orderId": "8201",
               "positionMode": 1, "timestamp": T}],
             [{"key": "BTC_USDT/831", "side": "sell", "contracts": "500", "amount": "0.05", "fee": "1.2", "is_maker": False}]),
    ],
)  # fmt: skip
