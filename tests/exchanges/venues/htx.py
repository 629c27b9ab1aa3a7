"""HTX: the spot book, linear contracts with each type of algo order, and inverse ones with theirs."""

from typing import Any

from domain.positions import PositionSide
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.venues._htx_account import BALANCES, POSITIONS, TRANSFERS
from tests.exchanges.venues._htx_rows import (
    ALGO,
    ALGO_DONE,
    ALGO_OPEN,
    BOOK,
    INVERSE,
    T,
    a,
    c,
    f,
    i,
    it,
    ok,
    s,
    spot_list,
    v5,
)


def _spot(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "orders:spot", "/v1/order/openOrders", rows, orders, wrap=spot_list)


def _algo_of_spot(name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, "triggers:spot", ALGO_OPEN, rows, orders, **more)


def _book(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "orders:linear", BOOK, rows, orders)


def _algo(part: str, name: str, *rows: Any, orders: Any, **more: Any) -> Case:
    return Case(name, f"triggers:linear-{part}", ALGO, rows, orders, **more)


def _inverse(source: str, path: str, name: str, *rows: Any, orders: Any) -> Case:
    wanted = frozenset({"BTC/USD:BTC"})
    return Case(name, source, INVERSE + path, rows, orders, wrap=ok, method="POST", wanted=wanted)


DONE = {"updated_time": str(T + 60_000)}
PAST, ALGO_PAST = "/v5/trade/order/history", "/v5/algo/order/history"
TRIGGER = {"type": "trigger", "trigger_price": "55000", "trigger_type": "le", "order_price": "0",
           "order_price_type": "market"}  # fmt: skip
BOTH = {"type": "tpsl", "tp_trigger_price": "70000", "tp_order_price": "0", "tp_type": "market",
        "sl_trigger_price": "55000", "sl_order_price": "0", "sl_type": "market"}  # fmt: skip


def past(**values: Any) -> dict[str, Any]:
    """A row of the history of inverse triggers, which names the order placed."""
    return it(relation_order_id="-1", fail_code=None, fail_reason=None, canceled_at=0, triggered_at=None) | values


def _ended(name: str, of: str, path: str, *rows: Any, outcomes: Any, **more: Any) -> EndedCase:
    return EndedCase(name, of, path, rows, outcomes, **more)


ENDED = [
    _ended("filled", "orders:spot limit", "/v1/order/orders",
           s(state="filled", filled_amount="0.5", filled_cash_amount="29995") | {"finished-at": T + 60_000},
           wrap=spot_list, outcomes={"7101": {"ended_at": T + 60_000, "ending": "filled", "filled": "0.5", "average_price": "59990"}}),
    _ended("cancelled after a part", "orders:spot limit", "/v1/order/orders",
           s(state="partial-canceled", filled_amount="0.2", filled_cash_amount="12000"), wrap=spot_list,
           outcomes={"7101": {"ending": "cancelled", "filled": "0.2"}}),
    _ended("a state that nobody knows", "orders:spot limit", "/v1/order/orders", s(state="frozen"), wrap=spot_list,
           outcomes={}, unreadable=1),
    _ended("conditional order triggered", "conditional with a limit", ALGO_DONE,
           c(orderStatus="triggered", orderId="7188", lastActTime=T + 60_000), query={"orderStatus": "triggered"},
           outcomes={"mine-8": {"ending": "triggered", "book_order_id": "7188", "ended_at": T + 60_000}}),
    _ended("conditional order cancelled", "conditional with a limit", ALGO_DONE, c(orderStatus="canceled"),
           outcomes={"mine-8": {"ending": "cancelled", "book_order_id": None}}),
    _ended("conditional order that failed, and why", "conditional with a limit", ALGO_DONE,
           c(orderStatus="rejected", errCode=2002, errMessage="balance is not enough"),
           outcomes={"mine-8": {"ending": "rejected", "reason": "balance is not enough"}}),
    _ended("filled, of contracts", "limit of contracts", PAST,
           f(state="filled", trade_volume="500", trade_avg_price="59990", trade_turnover="29995", **DONE),
           outcomes={"7201": {"ending": "filled", "filled": "0.5", "average_price": "59990"}}),
    _ended("contracts cancelled", "limit of contracts", PAST, f(state="canceled"),
           outcomes={"7201": {"ending": "cancelled", "filled": "0"}}),
    _ended("triggered", "trigger order at market", ALGO_PAST, a(**TRIGGER, state="effective"),
           outcomes={"7301": {"ending": "triggered", "filled": None}}),
    _ended("trigger cancelled", "trigger order at market", ALGO_PAST, a(**TRIGGER, state="canceled"),
           query={"type": "trigger"},
           outcomes={"7301": {"ending": "cancelled"}}),
    _ended("trigger that failed", "trigger order at market", ALGO_PAST, a(**TRIGGER, state="failed"),
           outcomes={"7301": {"ending": "rejected"}}),
    _ended("which of both triggered is not said", "both in one order", ALGO_PAST, a(**BOTH, state="effective"),
           outcomes={}),
    _ended("both cancelled", "both in one order", ALGO_PAST, a(**BOTH, state="canceled"),
           query={"type": "tpsl", "margin_mode": "cross"},
           outcomes={"7301/tp": {"ending": "cancelled"}, "7301/sl": {"ending": "cancelled"}}),
    _ended("inverse filled", "orders:inverse limit", "/swap-api/v3/swap_hisorders",
           i(status=6, trade_volume=12, trade_avg_price=50000), method="POST", wrap=spot_list,
           outcomes={"7401": {"ending": "filled", "filled": "0.024", "average_price": "50000"}}),
    _ended("inverse trigger placed its order", "closes with a limit", f"{INVERSE}trigger_hisorders",
           past(status=4, relation_order_id="7409"), method="POST", wrap=ok,
           outcomes={"7501": {"ending": "triggered", "book_order_id": "7409"}}),
    _ended("inverse trigger cancelled", "closes with a limit", f"{INVERSE}trigger_hisorders", past(status=6),
           method="POST", wrap=ok, outcomes={"7501": {"ending": "cancelled", "book_order_id": None}}),
    _ended("inverse trigger failed, and why", "closes with a limit", f"{INVERSE}trigger_hisorders",
           past(status=5, fail_reason="Insufficient margin available"), method="POST", wrap=ok,
           outcomes={"7501": {"ending": "rejected", "reason": "Insufficient margin available"}}),
    _ended("by itself", "orders:spot limit", "/v1/order/orders/7101", s(state="canceled"), asks="detail",
           wrap=lambda rows: {"status": "ok", "data": rows[0]}, outcomes={"7101": {"ending": "cancelled"}}),
    _ended("contracts by themselves", "limit of contracts", "/v5/trade/order", f(state="canceled"), asks="detail",
           wrap=lambda rows: v5([]) | {"data": rows[0]}, outcomes={"7201": {"ending": "cancelled"}}),
]  # fmt: skip

VENUE = Venue(
    exchange="htx",
    balances=BALANCES,
    positions=POSITIONS,
    transfers=TRANSFERS,
    markets=[
        spot("BTC/USDT", "btcusdt"),
        swap("BTC/USDT:USDT", "BTC-USDT", size="0.001"),
        swap("BTC/USD:BTC", "BTC-USD", size="100"),
    ],
    wrap=v5,
    others={"/v1/account/accounts": {"status": "ok", "data": [{"id": 71, "type": "spot", "subtype": "", "state": "working"}]}},
    ended=ENDED,
    cases=[
        _spot("limit", s(), orders=[{
            "key": "7101", "symbol": "BTC/USDT", "market_type": "spot", "kind": "limit", "side": "buy",
            "amount": "0.5", "remaining": "0.5", "limit_price": "60000", "client_order_id": "mine-1", "created_at": T,
        }]),
        _spot("post only, partly filled",
              s(type="buy-limit-maker", state="partial-filled", filled_amount="0.2", filled_cash_amount="11998"),
              orders=[{"post_only": True, "filled": "0.2", "remaining": "0.3", "status": "partially_filled",
                       "kind": "limit"}]),
        _spot("stop with a limit", s(type="sell-stop-limit", state="created", stop_price="55000", operator="lte", price="54900"),
              orders=[{"kind": "stop_limit", "side": "sell", "trigger_price": "55000", "limit_price": "54900",
                       "trigger_direction": "falls", "status": "pending"}]),
        _algo_of_spot("conditional with a limit", c(), orders=[{
            "key": "mine-8", "client_order_id": "mine-8", "symbol": "BTC/USDT", "market_type": "spot", "side": "sell",
            "kind": "stop_limit", "amount": "0.5", "remaining": "0.5", "filled": "0", "trigger_price": "55000",
            "trigger_direction": None, "limit_price": "54900", "status": "pending", "created_at": T, "role": "unknown",
        }]),
        _algo_of_spot("conditional at market for so much money",
                      c(orderSide="buy", orderType="market", orderPrice=None, orderSize=None, orderValue="1000",
                        timeInForce="ioc", stopPrice="65000"),
                      orders=[{"kind": "stop", "side": "buy", "amount": None, "remaining": None, "limit_price": None}]),
        _algo_of_spot("conditional, trailing by a rate once a price is reached",
                      c(orderType="market", orderPrice=None, stopPrice="70000", trailingRate="0.015"),
                      orders=[{"kind": "trailing_stop", "trailing_distance": "1.5", "trailing_unit": "percent",
                               "activation_price": "70000", "trigger_price": None, "amount": "0.5"}]),
        _algo_of_spot("conditional, one without a price and one of an unknown side",
                      c(stopPrice=None), c(clientOrderId="9", orderSide=None), orders=[], unreadable=2),
        _book("limit of contracts", f(), orders=[{
            "key": "7201", "symbol": "BTC/USDT:USDT", "kind": "limit", "contracts": "500", "amount": "0.5",
            "limit_price": "60000", "position_side": None, "position_name": "cross", "reduce_only": False, "client_order_id": "mine-2",
        }]),
        _book("reduces in hedge mode, partly filled",
              f(side="sell", position_side="long", reduce_only=True, state="partially_filled", trade_volume="200",
                trade_avg_price="60010", trade_turnover="12002"),
              orders=[{"position_side": "long", "reduce_only": True, "filled": "0.2", "remaining": "0.3",
                       "status": "partially_filled", "average_price": "60010"}]),
        _book("with attached take profit and stop",
              f(tp_trigger_price="70000", tp_order_price="69900", tp_type="limit", tp_trigger_price_type="mark",
                sl_trigger_price="55000", sl_order_price="0", sl_type="market", sl_trigger_price_type="last"),
              orders=[
                  {"key": "7201", "kind": "limit", "role": "entry"},
                  {"key": "7201/tp", "kind": "take_profit_limit", "trigger_price": "70000", "limit_price": "69900",
                   "trigger_kind": "mark", "amount": "0.5", "contracts": "500", "side": "sell",
                   "contingency": "attached"},
                  {"key": "7201/sl", "kind": "stop", "trigger_price": "55000", "limit_price": None,
                   "trigger_kind": "last"},
              ]),
        _algo("trigger", "trigger order at market",
              a(type="trigger", trigger_price="55000", trigger_type="le", trigger_price_type="mark", reduce_only=True,
                order_price="0", order_price_type="market"),
              orders=[{"key": "7301", "kind": "stop", "trigger_price": "55000", "trigger_kind": "mark",
                       "trigger_direction": "falls", "limit_price": None, "reduce_only": True, "amount": "0.5",
                       "status": "pending"}]),
        _algo("trigger", "trigger order with a limit",
              a(type="trigger", side="buy", position_side="short", trigger_price="65000", trigger_type="ge",
                order_price="65100", order_price_type="limit"),
              orders=[{"kind": "stop_limit", "limit_price": "65100", "trigger_direction": "rises",
                       "position_side": "short"}]),
        _algo("tp", "take profit", a(type="tp", tp_trigger_price="70000", tp_order_price="0", tp_type="market",
                                     tp_trigger_price_type="last"),
              orders=[{"key": "7301", "kind": "take_profit", "role": "take_profit", "trigger_price": "70000",
                       "reduce_only": True, "position_side": "long", "trigger_kind": "last", "amount": "0.5"}]),
        _algo("sl", "stop with a limit that closes all",
              a(type="sl", volume="0", sl_trigger_price="55000", sl_order_price="54900", sl_type="limit",
                sl_trigger_price_type="mark"),
              orders=[{"kind": "stop_limit", "role": "stop_loss", "limit_price": "54900", "close_position": True,
                       "amount": None, "trigger_kind": "mark"}]),
        _algo("tpsl", "both in one order",
              a(type="tpsl", tp_trigger_price="70000", tp_order_price="0", tp_type="market", sl_trigger_price="55000",
                sl_order_price="0", sl_type="market"),
              orders=[{"key": "7301/tp", "kind": "take_profit", "contingency": "OCO", "group_id": "7301"},
                      {"key": "7301/sl", "kind": "stop", "contingency": "OCO", "group_id": "7301"}]),
        _algo("trailing", "by a rate", a(type="trailing_stop", active_price="66000", callback_rate="0.05",
                                         reduce_only=True, order_price_type="formula_price"),
              orders=[{"kind": "trailing_stop", "trailing_distance": "5", "trailing_unit": "percent",
                       "activation_price": "66000", "trigger_price": None, "limit_price": None, "reduce_only": True}]),
        _algo("trigger", "a row without a side", a(type="trigger", side=None, trigger_price="1"), orders=[], unreadable=1),
        _inverse("orders:inverse", "openorders", "limit", i(), orders=[{
            "key": "7401", "symbol": "BTC/USD:BTC", "kind": "limit", "contracts": "12", "amount": "0.02", "side": "buy",
            "position_side": "long",
        }]),
        _inverse("orders:inverse", "openorders", "closes a short position", i(offset="close"), orders=[{
            "side": "buy", "position_side": "short", "reduce_only": True,
        }]),
        _inverse("orders:inverse", "openorders", "of one position", i(offset="both"), orders=[{"position_side": None}]),
        _inverse("triggers:inverse-trigger", "trigger_openorders", "closes with a limit", it(), orders=[{
            "key": "7501", "kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "side": "sell",
            "trigger_direction": "falls", "reduce_only": True, "contracts": "12", "status": "pending",
            "position_side": "long",
        }]),
        _inverse("triggers:inverse-tpsl", "tpsl_openorders", "take profit at market",
                 it(tpsl_order_type="tp", trigger_type="ge", trigger_price=70000, order_price=0,
                    order_price_type="optimal_5", source_order_id=None),
                 orders=[{"kind": "take_profit", "role": "take_profit", "trigger_direction": "rises",
                          "limit_price": None, "reduce_only": True, "position_side": "long", "group_id": None}]),
        _inverse("triggers:inverse-tpsl", "tpsl_openorders", "two of which one cancels the other",
                 *(it(tpsl_order_type=kind, trigger_type=way, trigger_price=price, order_price=0, offset=None,
                      order_price_type="market", order_id=int(own), order_id_str=own, relation_tpsl_order_id=other)
                   for kind, way, price, own, other in (("tp", "ge", 70000, "7506", "7507"),
                                                        ("sl", "le", 50000, "7507", "7506"))),
                 orders=[{"key": "7506", "kind": "take_profit", "contracts": "12", "group_id": "7506+7507"},
                         {"key": "7507", "kind": "stop", "contracts": "12", "group_id": "7506+7507",
                          "contingency": "OCO", "position_side": "long"}]),
        _inverse("triggers:inverse-trailing", "track_openorders", "by a rate",
                 it(order_price_type="formula_price", callback_rate="0.025", active_price=66000, is_active=0,
                    trigger_price=None, order_price=None),
                 orders=[{"kind": "trailing_stop", "trailing_distance": "2.5", "activation_price": "66000",
                          "is_active": False, "position_side": "long"}]),
    ],
    fills=[
        Case("spot, its fee paid in the base asset", "fills:BTC/USDT", "/v1/order/matchresults",
             [{"symbol": "btcusdt", "fee-currency": "btc", "source": "spot-api", "price": "60000", "created-at": T,
               "role": "maker", "order-id": 7101, "match-id": 71, "trade-id": 72, "filled-amount": "0.5",
               "filled-fees": "0.001", "filled-points": "0.0", "fee-deduct-currency": "", "fee-deduct-state": "done",
               "id": 73, "type": "buy-limit"}],
             [{"key": "btcusdt/72", "order_id": "7101", "side": "buy", "fee": "0.001", "fee_currency": "BTC",
               "is_maker": True}], wrap=spot_list),
        Case("of linear contracts", "fills:BTC/USDT:USDT", "/v5/trade/order/details",
             [{"id": "7-1", "contract_code": "BTC-USDT", "order_id": "7201", "trade_id": "71", "side": "buy",
               "position_side": "both", "order_type": "limit", "margin_mode": "cross", "type": "limit", "role": "taker",
               "trade_price": "60000", "trade_volume": "500", "trade_turnover": "30000", "created_time": str(T),
               "updated_time": str(T), "order_source": "api", "fee_currency": "USDT", "trade_fee": "-18",
               "profit": "0", "contract_type": "swap"}],
             [{"key": "BTC-USDT/7-1", "order_id": "7201", "contracts": "500", "amount": "0.5", "fee": "18",
               "fee_currency": "USDT", "is_maker": False, "position_side": None}]),
        Case("of linear contracts, two positions: closes the long one", "fills:BTC/USDT:USDT", "/v5/trade/order/details",
             [{"id": "7-2", "contract_code": "BTC-USDT", "order_id": "7202", "trade_id": "72", "side": "sell",
               "position_side": "long", "order_type": "limit", "margin_mode": "cross", "type": "limit", "role": "taker",
               "trade_price": "60000", "trade_volume": "500", "trade_turnover": "30000", "created_time": str(T),
               "updated_time": str(T), "order_source": "api", "fee_currency": "USDT", "trade_fee": "-18",
               "profit": "0", "contract_type": "swap"}],
             [{"side": "sell", "position_side": PositionSide.LONG}]),
        Case("of inverse contracts: closes a short position", "fills:BTC/USD:BTC", "/swap-api/v3/swap_matchresults_exact",
             [{"query_id": 71, "contract_code": "BTC-USD", "symbol": "BTC", "match_id": 74, "id": "74-7401-1",
               "order_id": 7401, "order_id_str": "7401", "direction": "buy", "offset": "close", "trade_volume": 12,
               "trade_price": "60000", "trade_turnover": 1200, "trade_fee": "-0.00001", "fee_asset": "BTC",
               "offset_profitloss": "0.0005", "real_profit": "0.0005", "create_date": T, "role": "Taker",
               "order_source": "api"}],
             [{"side": "buy", "position_side": PositionSide.SHORT, "contracts": "12", "contract_size": "100",
               "amount": "0.02", "fee": "0.00001", "fee_currency": "BTC"}],
             method="POST", wrap=lambda rows: {"status": "ok", "data": {"trades": list(rows), "remain_size": 0}, "ts": T}),
    ],
)  # fmt: skip
