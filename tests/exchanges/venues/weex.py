"""WEEX: contracts that count in the base asset, and conditional orders whose type tells no direction."""

from typing import Any

from domain.positions import PositionSide
from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, Venue, spot, swap

T = 1764000000000
SPOT, BOOK, ALGO = "/api/v3/openOrders", "/capi/v3/openOrders", "/capi/v3/openAlgoOrders"
SPOT_WALLET, WALLET, POSITIONS = (
    "/api/v3/account/",
    "/capi/v3/account/balance",
    "/capi/v3/account/position/allPosition",
)


def s(**values: Any) -> dict[str, Any]:
    """A row of the spot list: buys 0.5 BTC at 60,000."""
    return {
        "symbol": "BTCUSDT", "orderId": 736807745679786974, "clientOrderId": "mine-1", "price": "60000",
        "origQty": "0.5", "executedQty": "0", "cummulativeQuoteQty": "0", "status": "NEW", "timeInForce": "GTC",
        "type": "LIMIT", "side": "BUY", "time": T, "updateTime": T + 5, "isWorking": True,
    } | values  # fmt: skip


def b(**values: Any) -> dict[str, Any]:
    """A row of openOrders of contracts: opens a long position of 0.4 BTC at 59,000."""
    return {
        "avgPrice": "0", "clientOrderId": "mine-2", "cumQuote": "0", "executedQty": "0", "orderId": 7371, "origQty": "0.4",
        "price": "59000", "reduceOnly": False, "side": "BUY", "positionSide": "LONG", "status": "NEW", "stopPrice": "0",
        "symbol": "BTCUSDT", "time": T, "timeInForce": "GTC", "type": "LIMIT", "updateTime": T,
        "workingType": "UNKNOWN_PRICE_TYPE",
    } | values  # fmt: skip


def c(**values: Any) -> dict[str, Any]:
    """A row of openAlgoOrders: sells 0.4 BTC of a long position at market once 55,000 is reached."""
    return {
        "algoId": 8001, "clientAlgoId": "mine-3", "algoType": "CONDITIONAL", "orderType": "STOP_MARKET",
        "symbol": "BTCUSDT", "side": "SELL", "positionSide": "LONG", "timeInForce": "IOC", "quantity": "0.4",
        "algoStatus": "UNTRIGGERED", "actualOrderId": 7999, "actualPrice": "0", "triggerPrice": "55000", "price": "0",
        "tpTriggerPrice": None, "tpPrice": None, "slTriggerPrice": None, "slPrice": None, "tpOrderType": None,
        "workingType": "MARK_PRICE", "closePosition": False, "reduceOnly": True, "createTime": T, "updateTime": T,
        "triggerTime": 0,
    } | values  # fmt: skip


def pos(**values: Any) -> dict[str, Any]:
    """A row of allPosition: long 0.4 BTC, bought for 23,200."""
    return {
        "id": 9001, "asset": "USDT", "symbol": "BTCUSDT", "side": "LONG", "marginType": "CROSSED",
        "separatedMode": "COMBINED", "separatedOpenOrderId": 0, "leverage": "20.00", "size": "0.4",
        "openValue": "23200", "openFee": "18.56", "fundingFee": "0", "marginSize": "1160", "isolatedMargin": "0",
        "createdTime": T, "updatedTime": T, "unrealizePnl": "800", "liquidatePrice": "0",
    } | values  # fmt: skip


def _algo(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "triggers:linear", ALGO, rows, orders)


VENUE = Venue(
    exchange="weex",
    markets=[spot("BTC/USDT", "BTCUSDT"), swap("BTC/USDT:USDT", "BTCUSDT", size="0.001")],
    wrap=list,
    balances=[AccountCase("spot, and contracts with an open position", {
        SPOT_WALLET: {"accountType": "SPOT", "balances": [{"asset": "BTC", "free": "0.3", "locked": "0.2"}]},
        WALLET: [{"asset": "USDT", "balance": "5000", "availableBalance": "3760", "frozen": "80",
                  "unrealizePnl": "800"}],
    }, {
        "main/BTC": {"total": "0.5", "free": "0.3", "locked": "0.2"},
        "swap/USDT": {"total": "5000", "free": "3760", "locked": "80", "includes_open_profit": False},
    })],
    positions=[AccountCase("combined, and two separate ones on isolated margin", {POSITIONS: [
        pos(),
        pos(id=9002, side="SHORT", marginType="ISOLATED", separatedMode="SEPARATED", size="0.1", openValue="6100",
            liquidatePrice="70000"),
        pos(id=9003, side="SHORT", marginType="ISOLATED", separatedMode="SEPARATED", size="0.2"),
    ]}, {
        "BTCUSDT/long": {
            "amount": "0.4", "contracts": None, "entry_price": "58000", "unrealised_pnl": "800", "leverage": "20",
            "liquidation_price": None, "margin_mode": "cross", "mark_price": None,
        },
        "BTCUSDT/short/isolated/9002": {"amount": "0.1", "entry_price": "61000", "liquidation_price": "70000"},
        "BTCUSDT/short/isolated/9003": {"amount": "0.2"},
    })],
    cases=[
        Case("limit", "orders:spot", SPOT, [s()], [{
            "key": "736807745679786974", "symbol": "BTC/USDT", "kind": "limit", "amount": "0.5", "limit_price": "60000",
            "status": "open", "client_order_id": "mine-1", "created_at": T,
        }]),
        Case("opens a long position, partly filled, in the base asset", "orders:linear", BOOK,
             [b(executedQty="0.1", avgPrice="58990", cumQuote="5899")],
             [{"key": "7371", "symbol": "BTC/USDT:USDT", "amount": "0.4", "filled": "0.1", "remaining": "0.3",
               "contracts": None, "position_side": "long", "status": "partially_filled", "average_price": "58990"}]),
        Case("market", "orders:linear", BOOK, [b(type="MARKET", price="0")], [{"kind": "market", "limit_price": None}]),
        _algo("stop of a long position, which no field calls one that waits for a fall", c(), orders=[{
            "key": "8001", "kind": "stop", "trigger_price": "55000", "trigger_kind": "mark", "limit_price": None,
            "trigger_direction": None, "role": "unknown", "position_side": "long", "reduce_only": True,
            "amount": "0.4", "filled": "0", "remaining": "0.4", "status": "pending", "book_order_id": None,
            "client_order_id": "mine-3",
        }]),
        _algo("take profit with a limit", c(orderType="TAKE_PROFIT", triggerPrice="70000", price="69900"), orders=[{
            "kind": "take_profit_limit", "trigger_price": "70000", "limit_price": "69900",
        }]),
        _algo("of the whole position", c(quantity="0", closePosition=True), orders=[
            {"close_position": True, "amount": None, "remaining": None},
        ]),
        _algo("of the whole position, by its quantity alone", c(quantity="0"), orders=[{"close_position": True}]),
        _algo("that has triggered", c(triggerTime=T + 60000), orders=[{"book_order_id": "7999"}]),
        _algo("conditional entry with take profit and stop",
              c(algoId=8100, orderType="STOP", side="BUY", reduceOnly=False, triggerPrice="61000", price="61050",
                quantity="0.2", tpTriggerPrice="66000", tpPrice="65900", slTriggerPrice="58500", slPrice="0"),
              orders=[
                  {"key": "8100", "kind": "stop_limit", "role": "entry", "side": "buy", "limit_price": "61050",
                   "amount": "0.2", "contingency": "attached"},
                  {"key": "8100/tp", "kind": "take_profit_limit", "role": "take_profit", "side": "sell",
                   "trigger_price": "66000", "limit_price": "65900", "amount": "0.2", "position_side": "long"},
                  {"key": "8100/sl", "kind": "stop", "role": "stop_loss", "trigger_price": "58500", "remaining": "0.2"},
              ]),
        _algo("opens a short position", c(side="SELL", positionSide="SHORT", reduceOnly=False), orders=[
            {"side": "sell", "position_side": PositionSide.SHORT, "reduce_only": False},
        ]),
    ],
)  # fmt: skip
