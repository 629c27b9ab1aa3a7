"""Binance: the spot book with its order lists, and the book and algo orders of USD-M and COIN-M futures."""

from typing import Any

from domain.positions import PositionSide
from tests.exchanges.harness import Case, EndedCase, Venue, only, spot, swap
from tests.exchanges.venues._binance_account import BALANCES, POSITIONS, TRANSFERS

T = 1764000000000


def s(**values: Any) -> dict[str, Any]:
    """A row of /api/v3/openOrders: buys 0.5 BTC at 60,000."""
    return {
        "symbol": "BTCUSDT", "orderId": 9001, "orderListId": -1, "clientOrderId": "mine-1", "price": "60000.00000000",
        "origQty": "0.50000000", "executedQty": "0.00000000", "cummulativeQuoteQty": "0.00000000", "status": "NEW",
        "timeInForce": "GTC", "type": "LIMIT", "side": "BUY", "stopPrice": "0.00000000", "icebergQty": "0.00000000",
        "time": T, "updateTime": T, "isWorking": True, "origQuoteOrderQty": "0.00000000",
    } | values  # fmt: skip


def f(**values: Any) -> dict[str, Any]:
    """A row of /fapi/v1/openOrders: buys 2 BTC at 60,000."""
    return {
        "avgPrice": "0.00000", "clientOrderId": "mine-2", "cumQuote": "0", "executedQty": "0", "orderId": 7001,
        "origQty": "2", "origType": "LIMIT", "price": "60000", "reduceOnly": False, "side": "BUY",
        "positionSide": "BOTH", "status": "NEW", "stopPrice": "0", "closePosition": False, "symbol": "BTCUSDT",
        "time": T, "timeInForce": "GTC", "type": "LIMIT", "updateTime": T, "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
    } | values  # fmt: skip


def a(**values: Any) -> dict[str, Any]:
    """A row of /fapi/v1/openAlgoOrders: sells 2 BTC at market when the last price falls to 55,000."""
    return {
        "algoId": 5001, "clientAlgoId": "algo-1", "algoType": "CONDITIONAL", "orderType": "STOP_MARKET",
        "symbol": "BTCUSDT", "side": "SELL", "positionSide": "BOTH", "timeInForce": "GTC", "quantity": "2",
        "algoStatus": "NEW", "actualOrderId": "", "actualPrice": "0", "triggerPrice": "55000", "price": "0",
        "icebergQuantity": None, "tpTriggerPrice": "0", "tpPrice": "0", "slTriggerPrice": "0", "slPrice": "0",
        "workingType": "CONTRACT_PRICE", "closePosition": False, "priceProtect": False, "reduceOnly": False,
        "createTime": T, "updateTime": T, "triggerTime": 0, "goodTillDate": 0,
    } | values  # fmt: skip


def _spot(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "orders:spot", "/api/v3/openOrders", rows, orders, **more)


def _usdm(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "orders:linear", "/fapi/v1/openOrders", rows, orders)


def _algo(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "triggers:linear", "/fapi/v1/openAlgoOrders", rows, orders)


def _coinm(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "orders:inverse", "/dapi/v1/openOrders", rows, orders)


def _coin_algo(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "triggers:inverse", "/dapi/v1/openAlgoOrders", rows, orders)


COIN = {"symbol": "BTCUSD_PERP", "pair": "BTCUSD"}

DONE = {"updateTime": T + 60_000}
SPOT_ALL, USDM_ALL, USDM_ALGO = "/api/v3/allOrders", "/fapi/v1/allOrders", "/fapi/v1/allAlgoOrders"
STOPPED = {"type": "STOP_LOSS_LIMIT", "side": "SELL", "price": "54900", "stopPrice": "55000"}


def _ended(name: str, of: str, path: str, *rows: Any, outcomes: Any, **more: Any) -> EndedCase:
    return EndedCase(name, of, path, rows, outcomes, **more)


ENDED = [
    _ended("filled", "orders:spot limit", SPOT_ALL,
           s(status="FILLED", executedQty="0.5", cummulativeQuoteQty="29995", **DONE), s(orderId=9002, status="CANCELED"),
           outcomes={"BTCUSDT/9001": {"ending": "filled", "filled": "0.5", "average_price": "59990",
                              "ended_at": T + 60_000}}),
    _ended("cancelled after a part", "orders:spot limit", SPOT_ALL,
           s(status="CANCELED", executedQty="0.2", cummulativeQuoteQty="12000", **DONE),
           outcomes={"BTCUSDT/9001": {"ending": "cancelled", "filled": "0.2", "average_price": "60000"}}),
    _ended("expired", "orders:spot limit", SPOT_ALL, s(status="EXPIRED", **DONE),
           outcomes={"BTCUSDT/9001": {"ending": "expired", "filled": "0"}}),
    _ended("expired against another of the same account", "orders:spot limit", SPOT_ALL,
           s(status="EXPIRED_IN_MATCH"), outcomes={"BTCUSDT/9001": {"ending": "expired"}}),
    _ended("rejected", "orders:spot limit", SPOT_ALL, s(status="REJECTED"),
           outcomes={"BTCUSDT/9001": {"ending": "rejected"}}),
    _ended("still live", "orders:spot limit", SPOT_ALL, s(), outcomes={}),
    _ended("a status that nobody knows", "orders:spot limit", SPOT_ALL, s(status="PENDING_X"), outcomes={},
           unreadable=1),
    _ended("a stop keeps its id when it triggers", "stop limit", SPOT_ALL,
           s(status="FILLED", executedQty="0.5", cummulativeQuoteQty="27450", **STOPPED, **DONE),
           outcomes={"BTCUSDT/9001": {"ending": "filled", "filled": "0.5", "average_price": "54900", "book_order_id": None}}),
    _ended("on margin", "on cross margin, a stop with a limit", "/sapi/v1/margin/allOrders",
           s(orderId=9101, status="CANCELED", **STOPPED), outcomes={"BTCUSDT/9101": {"ending": "cancelled"}}),
    _ended("filled, of USD-M", "orders:linear limit", USDM_ALL,
           f(status="FILLED", executedQty="2", avgPrice="59999.5", **DONE),
           outcomes={"BTCUSDT/7001": {"ending": "filled", "filled": "2", "average_price": "59999.5"}}),
    _ended("triggered", "triggers:linear stop at market", USDM_ALGO,
           a(algoStatus="FINISHED", actualOrderId="7002", actualPrice="54990", **DONE),
           outcomes={"BTCUSDT/5001": {"ending": "triggered", "book_order_id": "7002", "filled": None}}),
    _ended("algo cancelled", "triggers:linear stop at market", USDM_ALGO, a(algoStatus="CANCELED", **DONE),
           query={"symbol": "BTCUSDT", "limit": "1000"},
           outcomes={"BTCUSDT/5001": {"ending": "cancelled", "book_order_id": None}}),
    _ended("algo expired", "triggers:linear stop at market", USDM_ALGO, a(algoStatus="EXPIRED"),
           outcomes={"BTCUSDT/5001": {"ending": "expired"}}),
    _ended("algo rejected by the book", "triggers:linear stop at market", USDM_ALGO, a(algoStatus="REJECTED"),
           outcomes={"BTCUSDT/5001": {"ending": "rejected"}}),
    _ended("of COIN-M", "limit of inverse contracts", "/dapi/v1/allOrders",
           f(**COIN, origQty="30", price="50000", executedQty="30", avgPrice="40000", status="FILLED"),
           outcomes={"BTCUSD_PERP/7001": {"ending": "filled", "filled": "0.075", "average_price": "40000"}}),
    _ended("COIN-M algo", "take profit with a limit", "/dapi/v1/allAlgoOrders",
           a(**COIN, orderType="TAKE_PROFIT", triggerPrice="50000", price="50000", algoStatus="TRIGGERED",
             actualOrderId="8001"),
           outcomes={"BTCUSD_PERP/5001": {"ending": "triggered", "book_order_id": "8001"}}),
    _ended("by itself", "orders:spot limit", "/api/v3/order", s(status="CANCELED", executedQty="0.2"), asks="detail",
           wrap=only, outcomes={"BTCUSDT/9001": {"ending": "cancelled", "filled": "0.2"}}),
    _ended("algo by itself", "triggers:linear stop at market", "/fapi/v1/algoOrder",
           a(algoStatus="TRIGGERED", actualOrderId="7002"), asks="detail", wrap=only,
           outcomes={"BTCUSDT/5001": {"ending": "triggered", "book_order_id": "7002"}}),
    _ended("on margin, by itself", "on cross margin, a stop with a limit", "/sapi/v1/margin/order",
           s(orderId=9101, status="CANCELED", **STOPPED), asks="detail", wrap=only,
           outcomes={"BTCUSDT/9101": {"ending": "cancelled"}}),
]  # fmt: skip

VENUE = Venue(
    exchange="binance",
    balances=BALANCES,
    positions=POSITIONS,
    transfers=TRANSFERS,
    markets=[
        spot("BTC/USDT", "BTCUSDT"),
        swap("BTC/USDT:USDT", "BTCUSDT"),
        swap("BTC/USD:BTC", "BTCUSD_PERP", size="100"),
    ],
    wrap=list,
    ended=ENDED,
    cases=[
        Case("on cross margin, a stop with a limit", "orders:margin", "/sapi/v1/margin/openOrders",
             [s(orderId=9101, type="STOP_LOSS_LIMIT", side="SELL", stopPrice="55000", price="54900", isWorking=False,
                isIsolated=False)],
             [{"key": "BTCUSDT/9101", "symbol": "BTC/USDT", "kind": "stop_limit", "role": "stop_loss", "side": "sell",
               "trigger_price": "55000", "limit_price": "54900", "status": "pending"}]),
        Case("on cross margin, the legs of an OCO", "orders:margin", "/sapi/v1/margin/openOrders",
             [s(orderId=9102, orderListId=77, type="LIMIT_MAKER", side="SELL", price="70000"),
              s(orderId=9103, orderListId=77, type="STOP_LOSS", side="SELL", price="0",
                stopPrice="55000")],
             [{"key": "BTCUSDT/9102", "kind": "limit", "group_id": "77", "contingency": "unknown", "post_only": True},
              {"key": "BTCUSDT/9103", "kind": "stop", "group_id": "77", "limit_price": None}]),
        _spot("limit", s(), orders=[{
            "key": "BTCUSDT/9001", "symbol": "BTC/USDT", "market_type": "spot", "kind": "limit", "side": "buy", "amount": "0.5",
            "remaining": "0.5", "limit_price": "60000", "trigger_price": None, "status": "open", "group_id": None,
            "client_order_id": "mine-1", "created_at": T, "contracts": None,
        }]),
        _spot("partly filled", s(executedQty="0.2", status="PARTIALLY_FILLED", cummulativeQuoteQty="12000"), orders=[{
            "filled": "0.2", "remaining": "0.3", "status": "partially_filled", "average_price": "60000",
        }]),
        # Pegged orders FAQ: `peggedPrice` is the selected price, `price` zero if not set.
        _spot("pegged to the best price", s(price="0.00000000", pegPriceType="PRIMARY_PEG", peggedPrice="59990"),
              orders=[{"kind": "limit", "limit_price": "59990"}]),
        _spot("post only", s(type="LIMIT_MAKER"), orders=[{"kind": "limit", "post_only": True}]),
        _spot("stop at market", s(type="STOP_LOSS", side="SELL", price="0", stopPrice="55000"), orders=[{
            "kind": "stop", "role": "stop_loss", "role_origin": "stated", "trigger_price": "55000", "limit_price": None,
            "trigger_kind": "last", "trigger_direction": "falls", "status": "pending",
        }]),
        _spot("stop limit", s(type="STOP_LOSS_LIMIT", side="SELL", price="54900", stopPrice="55000"), orders=[{
            "kind": "stop_limit", "role": "stop_loss", "trigger_price": "55000", "limit_price": "54900",
        }]),
        _spot("take profit limit", s(type="TAKE_PROFIT_LIMIT", side="SELL", price="70100", stopPrice="70000"), orders=[{
            "kind": "take_profit_limit", "role": "take_profit", "trigger_price": "70000", "limit_price": "70100",
            "trigger_direction": "rises",
        }]),
        _spot("trailing stop", s(type="STOP_LOSS_LIMIT", side="SELL", price="50000", stopPrice="0", trailingDelta=150),
              orders=[{
                  "kind": "trailing_stop", "trailing_distance": "1.5", "trailing_unit": "percent",
                  "limit_price": "50000", "trigger_price": None,
              }]),
        # Trailing stop FAQ: TAKE_PROFIT sells begin to trail at a price above the market, STOP_LOSS sells at one below it,
        # and both sell on a fall from the peak.
        _spot("trailing stop that waits for a rise, one that follows it, and one that follows a fall",
              s(type="TAKE_PROFIT", side="SELL", price="0", stopPrice="66000", trailingDelta=200),
              s(orderId=2, type="TAKE_PROFIT", side="SELL", price="0", stopPrice="66000", trailingDelta=200, trailingTime=T),
              s(orderId=3, type="STOP_LOSS", side="SELL", price="0", stopPrice="58000", trailingDelta=200),
              orders=[
                  {"kind": "trailing_stop", "role": "stop_loss", "activation_price": "66000", "trigger_price": None,
                   "is_active": None, "trigger_direction": "falls"},
                  {"role": "stop_loss", "activation_price": "66000", "is_active": True},
                  {"role": "stop_loss", "activation_price": "58000", "is_active": True},
              ]),
        _spot("stop that buys", s(type="STOP_LOSS", price="0", stopPrice="65000"), orders=[{
            "kind": "stop", "role": "unknown", "trigger_direction": "rises", "remaining": "0.5",
        }]),
        _spot("orders of one list", s(orderId=1, orderListId=77, type="LIMIT_MAKER", side="SELL", price="70000"),
              s(orderId=2, orderListId=77, type="STOP_LOSS_LIMIT", side="SELL", price="54900",
                stopPrice="55000"),
              orders=[
                  {"key": "BTCUSDT/1", "group_id": "77", "contingency": "unknown", "kind": "limit"},
                  {"key": "BTCUSDT/2", "group_id": "77", "contingency": "unknown", "kind": "stop_limit"},
              ]),
        _spot("an entry with two orders that wait for it",
              s(orderId=1, orderListId=78), s(orderId=2, orderListId=78, side="SELL", type="LIMIT_MAKER", price="70000",
                                              status="PENDING_NEW"),
              s(orderId=3, orderListId=78, side="SELL", type="STOP_LOSS", price="0", stopPrice="55000",
                status="PENDING_NEW"),
              orders=[
                  {"role": "entry", "contingency": "OTOCO", "status": "open"},
                  {"role": "take_profit", "contingency": "OTOCO", "status": "pending"},
                  {"role": "stop_loss", "contingency": "OTOCO", "status": "pending"},
              ]),
        _spot("one row of nonsense", s(side="HOLD"), s(orderId=2), orders=[{"key": "BTCUSDT/2"}], unreadable=1),
        _usdm("limit", f(), orders=[{
            "key": "BTCUSDT/7001", "symbol": "BTC/USDT:USDT", "market_type": "perpetual", "kind": "limit", "amount": "2",
            "reduce_only": False, "close_position": False, "position_side": None, "contracts": None,
        }]),
        _usdm("reduce only in hedge mode, partly filled",
              f(side="SELL", reduceOnly=True, positionSide="LONG", executedQty="0.5", status="PARTIALLY_FILLED",
                avgPrice="61000"),
              orders=[{
                  "reduce_only": True, "position_side": "long", "filled": "0.5", "remaining": "1.5",
                  "average_price": "61000", "status": "partially_filled",
              }]),
        _usdm("a stop that became a limit order", f(origType="STOP", stopPrice="61000", timeInForce="GTX"), orders=[{
            "kind": "stop_limit", "trigger_price": "61000", "limit_price": "60000", "post_only": True,
        }]),
        _algo("stop at market", a(), orders=[{
            "key": "BTCUSDT/5001", "symbol": "BTC/USDT:USDT", "kind": "stop", "trigger_price": "55000", "limit_price": None,
            "trigger_kind": "last", "trigger_direction": "falls", "amount": "2", "remaining": "2", "status": "pending",
            "client_order_id": "algo-1", "role": "unknown", "created_at": T,
        }]),
        _algo("stop limit by mark", a(orderType="STOP", price="54900", workingType="MARK_PRICE"), orders=[{
            "kind": "stop_limit", "trigger_kind": "mark", "limit_price": "54900",
        }]),
        _algo("take profit that closes a position",
              a(orderType="TAKE_PROFIT_MARKET", triggerPrice="70000", closePosition=True, quantity="0",
                positionSide="LONG"),
              orders=[{
                  "kind": "take_profit", "role": "take_profit", "trigger_direction": "rises", "close_position": True,
                  "amount": None, "remaining": None, "position_side": "long",
              }]),
        _algo("trailing stop",
              a(orderType="TRAILING_STOP_MARKET", triggerPrice="0", callbackRate="0.8", activatePrice="66000",
                reduceOnly=True),
              orders=[{
                  "kind": "trailing_stop", "trailing_distance": "0.8", "trailing_unit": "percent",
                  "activation_price": "66000", "reduce_only": True, "limit_price": None, "trigger_price": None,
              }]),
        _algo("triggered, with the id it got in the book", a(actualOrderId="7001", algoStatus="NEW"), orders=[{
            "key": "BTCUSDT/5001", "book_order_id": "7001",
        }]),
        _coinm("limit of inverse contracts", f(**COIN, origQty="30", price="50000"), orders=[{
            "symbol": "BTC/USD:BTC", "contracts": "30", "amount": "0.06", "remaining": "0.06", "limit_price": "50000",
        }]),
        _coinm("partly filled", f(**COIN, origQty="30", price="50000", executedQty="10", avgPrice="40000"), orders=[{
            "contracts": "30", "filled": "0.025", "remaining": "0.04", "status": "partially_filled",
        }]),
        _coin_algo("stop that closes a position", a(**COIN, closePosition=True, quantity="0"), orders=[{
            "kind": "stop", "close_position": True, "amount": None, "trigger_price": "55000",
        }]),
        _coin_algo("take profit with a limit", a(**COIN, orderType="TAKE_PROFIT", triggerPrice="50000", price="50000"),
                   orders=[{"kind": "take_profit_limit", "contracts": "2", "amount": "0.004"}]),
    ],
    fills=[
        Case("spot, its fee paid in BNB", "fills:BTC/USDT", "/api/v3/myTrades",
             [{"symbol": "BTCUSDT", "id": 91, "orderId": 9001, "orderListId": -1, "price": "60000", "qty": "0.5",
               "quoteQty": "30000", "commission": "0.03", "commissionAsset": "BNB", "time": T, "isBuyer": True,
               "isMaker": True, "isBestMatch": True}],
             [{"key": "BTCUSDT/91", "order_id": "9001", "side": "buy", "amount": "0.5", "fee": "0.03",
               "fee_currency": "BNB", "is_maker": True}]),
        Case("of USD-M, with what it realised", "fills:BTC/USDT:USDT", "/fapi/v1/userTrades",
             [{"buyer": False, "commission": "-0.6", "commissionAsset": "USDT", "id": 71, "maker": True,
               "orderId": 7001, "price": "61000", "qty": "2", "quoteQty": "122000", "realizedPnl": "150.5",
               "side": "SELL", "positionSide": "BOTH", "symbol": "BTCUSDT", "time": T}],
             [{"key": "BTCUSDT/71", "side": "sell", "fee": "-0.6", "fee_currency": "USDT", "is_maker": True,
               "realised_pnl": "150.5", "position_side": None}]),
        Case("of USD-M, two positions: closes the long one", "fills:BTC/USDT:USDT", "/fapi/v1/userTrades",
             [{"buyer": False, "commission": "0.6", "commissionAsset": "USDT", "id": 72, "maker": False,
               "orderId": 7002, "price": "61000", "qty": "2", "quoteQty": "122000", "realizedPnl": "150.5",
               "side": "SELL", "positionSide": "LONG", "symbol": "BTCUSDT", "time": T}],
             [{"key": "BTCUSDT/72", "side": "sell", "position_side": PositionSide.LONG}]),
        Case("of COIN-M, two positions: opens a short one, in contracts", "fills:BTC/USD:BTC", "/dapi/v1/userTrades",
             [{"symbol": "BTCUSD_PERP", "id": 73, "orderId": 7003, "pair": "BTCUSD", "side": "SELL", "price": "50000",
               "qty": "30", "realizedPnl": "0", "marginAsset": "BTC", "baseQty": "0.06", "commission": "0.00003",
               "commissionAsset": "BTC", "time": T, "positionSide": "SHORT", "buyer": False, "maker": False}],
             [{"key": "BTCUSD_PERP/73", "side": "sell", "position_side": PositionSide.SHORT, "contracts": "30",
               "contract_size": "100", "amount": "0.06", "fee": "0.00003", "fee_currency": "BTC"}]),
        Case("of COIN-M, counted in contracts of 100 dollars", "fills:BTC/USD:BTC", "/dapi/v1/userTrades",
             [{"symbol": "BTCUSD_PERP", "id": 81, "orderId": 8001, "pair": "BTCUSD", "side": "BUY", "price": "60000",
               "qty": "12", "realizedPnl": "0", "marginAsset": "BTC", "baseQty": "0.02", "commission": "0.00001",
               "commissionAsset": "BTC", "time": T, "positionSide": "BOTH", "buyer": True, "maker": False}],
             [{"key": "BTCUSD_PERP/81", "symbol": "BTC/USD:BTC", "side": "buy", "contracts": "12", "amount": "0.02",
               "fee": "0.00001", "fee_currency": "BTC", "is_maker": False}]),
    ],
)  # fmt: skip
