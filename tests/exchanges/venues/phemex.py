"""Phemex: spot and inverse contracts with scaled prices, and contracts that settle in dollars."""

from typing import Any

from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.venues._phemex_account import BALANCES, NS, POSITIONS, T, _data

WANTED = frozenset({"BTC/USDT", "BTC/USDT:USDT", "BTC/USD:BTC"})


def s(**values: Any) -> dict[str, Any]:
    """A row of /spot/orders: buys 0.5 BTC at 60,000, both counted in hundred millionths."""
    return {
        "orderID": "d1d09454-cabc-4a23-89a7-59d43363f16d", "clOrdID": "mine-1", "priceEp": 6_000_000_000_000,
        "action": "New", "trigger": "UNSPECIFIED", "pegPriceType": "UNSPECIFIED", "stopDirection": "UNSPECIFIED",
        "bizError": 0, "symbol": "sBTCUSDT", "side": "Buy", "baseQtyEv": 50_000_000, "ordType": "Limit",
        "timeInForce": "GoodTillCancel", "ordStatus": "New", "cumFeeEv": 0, "cumBaseQtyEv": 0, "cumQuoteQtyEv": 0,
        "leavesBaseQtyEv": 50_000_000, "leavesQuoteQtyEv": 0, "avgPriceEp": 0, "quoteQtyEv": 0, "qtyType": "ByBase",
        "stopPxEp": 0, "pegOffsetValueEp": 0, "createTimeNs": NS,
    } | values  # fmt: skip


def f(**values: Any) -> dict[str, Any]:
    """A row of /g-orders/activeList: buys 2 BTC at 60,000."""
    return {
        "bizError": 0, "orderID": "bd720dff-5647-4596-aa4e-656bac87aaad", "clOrdID": "", "symbol": "BTCUSDT",
        "side": "Buy", "posSide": "Merged", "actionTimeNs": NS, "transactTimeNs": NS, "orderType": "Limit",
        "priceRp": "60000", "orderQtyRq": "2", "displayQtyRq": "2", "timeInForce": "GoodTillCancel",
        "reduceOnly": False, "closedPnlRv": "0", "closedSizeRq": "0", "cumQtyRq": "0", "cumValueRv": "0",
        "leavesQtyRq": "2", "leavesValueRv": "120000", "stopDirection": "UNSPECIFIED", "stopPxRp": "0",
        "trigger": "UNSPECIFIED", "pegOffsetValueRp": "0", "pegOffsetProportionRr": "0", "execStatus": "New",
        "pegPriceType": "UNSPECIFIED", "ordStatus": "New", "execInst": "None", "takeProfitRp": "0", "stopLossRp": "0",
    } | values  # fmt: skip


def waits(**values: Any) -> dict[str, Any]:
    """A stop of the same list: sells 2 BTC at market when the mark price falls to 55,000."""
    return f(**{"side": "Sell", "orderType": "Stop", "priceRp": "0", "stopPxRp": "55000", "trigger": "ByMarkPrice",
                "stopDirection": "Falling", "ordStatus": "Untriggered", "leavesQtyRq": "0", "reduceOnly": True}
             | values)  # fmt: skip


def i(**values: Any) -> dict[str, Any]:
    """A row of /orders/activeList: buys 300 contracts of 1 USD at 60,000."""
    return {
        "bizError": 0, "orderID": "7a1ad384-44a3-4e54-a102-de4195a29e32", "clOrdID": "", "symbol": "BTCUSD",
        "side": "Buy", "actionTimeNs": NS, "transactTimeNs": 0, "orderType": "Limit", "priceEp": 600_000_000,
        "price": 60000.0, "orderQty": 300, "displayQty": 300, "timeInForce": "PostOnly", "reduceOnly": False,
        "closedPnlEv": 0, "closedPnl": 0, "closedSize": 0, "cumQty": 0, "cumValueEv": 0, "cumValue": 0,
        "leavesQty": 300, "leavesValueEv": 0, "leavesValue": 0, "stopDirection": "UNSPECIFIED", "stopPxEp": 0,
        "stopPx": 0, "trigger": "UNSPECIFIED", "pegOffsetValueEp": 0, "execStatus": "New",
        "pegPriceType": "UNSPECIFIED", "ordStatus": "New", "execInst": "None",
    } | values  # fmt: skip


def x(**values: Any) -> dict[str, Any]:
    """A row of /exchange/order/v2/tradingList: bought 0.5 BTC at 60,000 as a maker."""
    return {
        "createdAt": T, "symbol": "BTCUSDT", "currency": "USDT", "action": 1, "tradeType": 1, "execQtyRq": "0.5",
        "execPriceRp": "60000", "side": 1, "orderQtyRq": "0.5", "priceRp": "60000", "execValueRv": "30000",
        "feeRateRr": "0.0001", "execFeeRv": "3", "ordType": 2, "execId": "8718cae", "execStatus": 6, "posSide": 1,
    } | values  # fmt: skip


def _spot(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "orders:spot", "/spot/orders", rows, orders, wanted=WANTED, wrap=_data)


def _linear(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "orders:linear", "/g-orders/activeList", rows, orders, wanted=WANTED, **more)


def _inverse(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "orders:inverse", "/orders/activeList", rows, orders, wanted=WANTED)


SPOT_ONE, SWAPS = "/api-data/spots/orders", "/exchange/order/v2/orderList"
OWN = "bd720dff-5647-4596-aa4e-656bac87aaad"


def past(**values: Any) -> dict[str, Any]:
    """A row of the list of orders of contracts in dollars, which says most words as numbers."""
    return {
        "createdAt": T, "symbol": "BTCUSDT", "orderQtyRq": "2", "side": "1", "posSide": "3", "priceRp": "60000",
        "execQtyRq": "0", "leavesQtyRq": "0", "execPriceRp": "0", "orderValueRv": "120000", "leavesValueRv": "0",
        "cumValueRv": "0", "stopDirection": "0", "stopPxRp": "0", "trigger": "0", "actionBy": "1", "execFeeRv": "0",
        "ordType": "2", "ordStatus": "7", "clOrdId": "", "orderId": OWN, "execStatus": "7", "bizError": "0",
        "totalPnlRv": None, "avgTransactPriceRp": None, "orderDetailsVos": None, "tradeType": "1",
    } | values  # fmt: skip


ENDED = [
    EndedCase("filled, scales undone", "limit, scales undone", SPOT_ONE,
              [s(ordStatus="Filled", cumBaseQtyEv=50_000_000, cumQuoteValueEv=2_999_500_000_000, leavesBaseQtyEv=0,
                 avgPriceEp=5_999_000_000_000)],
              {"d1d09454-cabc-4a23-89a7-59d43363f16d": {"ending": "filled", "filled": "0.5", "average_price": "59990"}}),
    EndedCase("filled", "orders:linear limit", SWAPS, [past(execQtyRq="2", execPriceRp="59990", cumValueRv="119980")],
              {OWN: {"ending": "filled", "filled": "2", "average_price": "59990"}}),
    EndedCase("cancelled after a part", "orders:linear limit", SWAPS,
              [past(ordStatus="8", execQtyRq="0.5", execPriceRp="60000", cumValueRv="30000")],
              {OWN: {"ending": "cancelled", "filled": "0.5"}}),
    EndedCase("rejected", "orders:linear limit", SWAPS, [past(ordStatus="4")], {OWN: {"ending": "rejected", "filled": "0"}}),
    EndedCase("taken back before it triggered", "closes the position", SWAPS, [past(ordStatus="2", stopPxRp="55000")],
              {OWN: {"ending": "cancelled", "filled": "0"}}),
    EndedCase("a stop keeps its id when it triggers", "closes the position", SWAPS,
              [past(ordStatus="7", stopPxRp="55000", side="2", execQtyRq="2", execPriceRp="54980", cumValueRv="109960")],
              {OWN: {"ending": "filled", "filled": "2", "average_price": "54980", "book_order_id": None}}),
    EndedCase("triggered and not over", "closes the position", SWAPS, [past(ordStatus="3", stopPxRp="55000")], {}),
    EndedCase("inverse contracts", "contracts of one dollar", "/exchange/order/list",
              [i(ordStatus="Canceled", cumQty=100, cumValueEv=166_666, cumValue="0.00166666", leavesQty=0,
                 transactTimeNs=NS)],
              {"7a1ad384-44a3-4e54-a102-de4195a29e32": {"ending": "cancelled", "average_price": None, "ended_at": T}}),
    EndedCase("taken back, by itself", "closes the position", "/api-data/g-futures/orders/by-order-id",
              [waits(ordStatus="Deactivated", execInst="CloseOnTrigger", orderQtyRq="0")],
              {OWN: {"ending": "cancelled"}}, asks="detail", wrap=lambda rows: {"code": 0, "data": list(rows)}),
    EndedCase("a state that nobody knows", "orders:linear limit", SWAPS, [past(ordStatus="99")], {}, unreadable=1),
]  # fmt: skip


VENUE = Venue(
    exchange="phemex",
    markets=[
        spot("BTC/USDT", "sBTCUSDT", priceScale=8, valueScale=8, ratioScale=8),
        swap("BTC/USDT:USDT", "BTCUSDT", priceScale=8, valueScale=8, ratioScale=8),
        swap("BTC/USD:BTC", "BTCUSD", size="1", priceScale=4, valueScale=8, ratioScale=8),
    ],
    wrap=lambda rows: {"code": 0, "msg": "", "data": {"rows": list(rows)}},
    ended=ENDED,
    balances=BALANCES,
    positions=POSITIONS,
    cases=[
        _spot("limit, scales undone", s(), orders=[{
            "key": "d1d09454-cabc-4a23-89a7-59d43363f16d", "symbol": "BTC/USDT", "kind": "limit", "amount": "0.5",
            "limit_price": "60000", "status": "open", "client_order_id": "mine-1", "created_at": T,
            "trigger_price": None,
        }]),
        _spot("stop with a limit",
              s(side="Sell", ordType="StopLimit", stopPxEp=5_500_000_000_000, priceEp=5_490_000_000_000,
                trigger="ByLastPrice", ordStatus="Untriggered"),
              orders=[{"kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "trigger_kind": "last",
                       "trigger_direction": "falls", "status": "pending"}]),
        _spot("take profit with a limit",
              s(side="Sell", ordType="LimitIfTouched", stopPxEp=7_000_000_000_000, priceEp=6_990_000_000_000,
                trigger="ByLastPrice", ordStatus="Untriggered", leavesBaseQtyEv=0),
              orders=[{"kind": "take_profit_limit", "trigger_price": "70000", "limit_price": "69900",
                       "trigger_direction": "rises", "status": "pending", "amount": "0.5", "remaining": "0.5"}]),
        _inverse("stop that was not triggered yet: nothing of it is left in the book",
                 i(side="Sell", orderType="Stop", priceEp=0, price=0, stopPxEp=550_000_000, stopPx=55000.0,
                   trigger="ByMarkPrice", stopDirection="Falling", ordStatus="Untriggered", leavesQty=0,
                   timeInForce="ImmediateOrCancel", execInst="CloseOnTrigger"),
                 orders=[{"kind": "stop", "trigger_price": "55000", "trigger_kind": "mark", "status": "pending",
                          "trigger_direction": "falls", "contracts": "300", "limit_price": None,
                          "reduce_only": True}]),
        _linear("limit", f(), orders=[{
            "key": "bd720dff-5647-4596-aa4e-656bac87aaad", "symbol": "BTC/USDT:USDT", "amount": "2",
            "limit_price": "60000", "reduce_only": False, "position_side": None, "client_order_id": None,
        }]),
        _linear("partly filled, of a long position",
                f(cumQtyRq="0.5", leavesQtyRq="1.5", ordStatus="PartiallyFilled", posSide="Long"),
                orders=[{"filled": "0.5", "remaining": "1.5", "status": "partially_filled", "position_side": "long"}]),
        _linear("stop at market", waits(), orders=[{
            "kind": "stop", "trigger_price": "55000", "trigger_kind": "mark", "trigger_direction": "falls",
            "limit_price": None, "amount": "2", "remaining": "2", "reduce_only": True, "status": "pending",
        }]),
        _linear("take profit at market",
                waits(orderType="MarketIfTouched", stopPxRp="70000", stopDirection="Rising", trigger="ByLastPrice"),
                orders=[{"kind": "take_profit", "trigger_price": "70000", "trigger_direction": "rises",
                         "trigger_kind": "last"}]),
        _linear("take profit with a limit",
                waits(orderType="LimitIfTouched", stopPxRp="70000", priceRp="70100", stopDirection="Rising"),
                orders=[{"kind": "take_profit_limit", "limit_price": "70100"}]),
        _linear("trailing by a share",
                waits(pegPriceType="TrailingStopPeg", pegOffsetProportionRr="-0.05", stopPxRp="57000"),
                orders=[{"kind": "trailing_stop", "trailing_distance": "5", "trailing_unit": "percent",
                         "trigger_price": "57000"}]),
        _linear("trailing by a distance",
                waits(pegPriceType="TrailingStopPeg", pegOffsetValueRp="-500", stopPxRp="0"),
                orders=[{"trailing_distance": "500", "trailing_unit": "price", "trigger_price": None}]),
        _linear("trails once the price has come to 66,000",
                waits(pegPriceType="TrailingTakeProfitPeg", pegOffsetValueRp="-500", stopPxRp="66000",
                      stopDirection="Rising"),
                orders=[{"kind": "trailing_stop", "activation_price": "66000", "is_active": False,
                         "trigger_price": None, "trigger_direction": "falls"}]),
        _inverse("trailing by a scaled distance",
                 i(side="Sell", orderType="Stop", pegPriceType="TrailingStopPeg", pegOffsetValueEp=-5_000_000,
                   stopPxEp=595_000_000, ordStatus="Untriggered"),
                 orders=[{"trailing_distance": "500", "trailing_unit": "price", "is_active": True}]),
        _linear("opens a short position in hedge mode", waits(posSide="Short", reduceOnly=False), orders=[{
            "position_side": "short", "side": "sell", "role": "unknown", "reduce_only": False,
        }]),
        _linear("closes the position", waits(execInst="CloseOnTrigger", orderQtyRq="0"), orders=[{
            "close_position": True, "amount": None, "reduce_only": True,
        }]),
        _linear("attached take profit and stop",
                f(takeProfitRp="70000", stopLossRp="55000", tpTrigger="ByMarkPrice", slTrigger="ByLastPrice"),
                orders=[
                    {"kind": "limit", "role": "entry", "contingency": "attached"},
                    {"kind": "take_profit", "side": "sell", "trigger_price": "70000", "trigger_kind": "mark"},
                    {"kind": "stop", "trigger_price": "55000", "trigger_kind": "last", "amount": "2"},
                ]),
        _linear("one row of nonsense", f(side="Hold"), f(orderID="2"), orders=[{"key": "2"}], unreadable=1),
        _inverse("contracts of one dollar", i(), orders=[{
            "symbol": "BTC/USD:BTC", "contracts": "300", "amount": "0.005", "limit_price": "60000", "post_only": True,
        }]),
        Case("no order is known, which is no failure", "orders:linear", "/g-orders/activeList", [], [], wanted=WANTED,
             wrap=lambda _: {"code": 10002, "msg": "OM_ORDER_NOT_FOUND", "data": None}),
    ],
    fills=[
        Case("spot, of a taker", "fills:BTC/USDT", "/exchange/spot/order/trades",
             [{"qtyType": "ByBase", "transactTimeNs": NS, "clOrdID": "mine-1", "orderID": "b2b7018d", "side": "Buy",
               "symbol": "sBTCUSDT", "priceEP": 6_000_000_000_000, "baseQtyEv": 50_000_000, "quoteQtyEv": 0,
               "action": "New", "execStatus": "TakerFill", "ordStatus": "Filled", "ordType": "Limit",
               "execInst": "None", "timeInForce": "GoodTillCancel", "stopDirection": "UNSPECIFIED",
               "tradeType": "Trade", "stopPxEp": 0, "execId": "c6bd8979", "execPriceEp": 6_000_000_000_000,
               "execBaseQtyEv": 50_000_000, "execQuoteQtyEv": 3_000_000_000_000, "leavesBaseQtyEv": 0,
               "leavesQuoteQtyEv": 0, "execFeeEv": 50_000, "feeRateEr": 100_000, "feeCurrency": "BTC"}],
             [{"key": "sBTCUSDT/c6bd8979", "order_id": "b2b7018d", "symbol": "BTC/USDT", "side": "buy",
               "amount": "0.5", "price": "60000", "fee": "0.0005", "fee_currency": "BTC", "is_maker": False,
               "at": T}],
             wrap=lambda rows: {"code": 0, "msg": "OK", "data": {"total": len(rows), "rows": list(rows)}}),
        Case("settled in dollars, and what funding cost beside", "fills:BTC/USDT:USDT",
             "/exchange/order/v2/tradingList",
             [x(), x(execId="8718caf", side=2, execStatus=7, execFeeRv="18"), x(execId="fund", tradeType=4)],
             [{"key": "BTCUSDT/8718cae", "symbol": "BTC/USDT:USDT", "side": "buy", "amount": "0.5", "price": "60000",
               "fee": "3", "fee_currency": "USDT", "is_maker": True, "contracts": None, "order_id": None},
              {"side": "sell", "fee": "18", "is_maker": False}],
             wrap=lambda rows: {"code": 0, "msg": "OK", "data": list(rows)}),
        Case("inverse, with a rebate", "fills:BTC/USD:BTC", "/exchange/order/trade",
             [{"transactTimeNs": NS, "symbol": "BTCUSD", "currency": "BTC", "action": "New", "side": "Sell",
               "tradeType": "Trade", "execQty": 1200, "execPriceEp": 600_000_000, "orderQty": 1200,
               "priceEp": 600_000_000, "execValueEv": 2_000_000, "feeRateEr": -25_000, "execFeeEv": -500,
               "ordType": "Limit", "execID": "b01671a1", "orderID": "b63bc982", "clOrdID": "",
               "execStatus": "MakerFill"}],
             [{"key": "BTCUSD/b01671a1", "order_id": "b63bc982", "symbol": "BTC/USD:BTC", "side": "sell",
               "contracts": "1200", "amount": "0.02", "price": "60000", "fee": "-0.000005", "is_maker": True}],
             wrap=lambda rows: {"code": 0, "msg": "OK", "data": {"total": len(rows), "rows": list(rows)}}),
    ],
)  # fmt: skip
