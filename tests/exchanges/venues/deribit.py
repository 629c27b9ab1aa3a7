"""Deribit: for each currency one list of resting, waiting and linked orders."""

from typing import Any

from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.venues._deribit_account import BALANCES, POSITIONS, TRANSFERS

T = 1764000000000
PATH = "/api/v2/private/get_open_orders_by_currency"


def o(**values: Any) -> dict[str, Any]:
    """A row of get_open_orders_by_currency: buys 30,000 dollars' worth of BTC (3,000 contracts of ten) at 60,000."""
    return {
        "order_id": "55001", "order_state": "open", "order_type": "limit", "instrument_name": "BTC-PERPETUAL",
        "direction": "buy", "price": 60000.0, "amount": 30000.0, "contracts": 3000.0, "filled_amount": 0.0,
        "average_price": 0.0, "time_in_force": "good_til_cancelled", "creation_timestamp": T,
        "last_update_timestamp": T + 5, "label": "mine-1", "post_only": False, "reduce_only": False, "api": True,
        "web": False, "replaced": False, "max_show": 30000.0, "is_liquidation": False, "risk_reducing": False,
    } | values  # fmt: skip


def stop(**values: Any) -> dict[str, Any]:
    """Sells at market when the mark price falls to 50,000."""
    return o(order_id="SLIB-1", order_type="stop_market", order_state="untriggered", direction="sell",
             price="market_price", trigger="mark_price", trigger_price=50000.0, triggered=False,
             reduce_only=True) | values  # fmt: skip


def _case(name: str, *rows: Any, orders: Any, source: str = "orders:btc", unreadable: int = 0) -> Case:
    return Case(name, source, PATH, rows, orders, unreadable=unreadable)


def fill(**values: Any) -> dict[str, Any]:
    return {
        "trade_seq": 3, "trade_id": "BTC-34066", "timestamp": T + 500, "state": "filled", "price": 60000.0,
        "order_type": "limit", "order_id": "55001", "liquidity": "M", "instrument_name": "BTC-PERPETUAL",
        "index_price": 60001.0, "fee_currency": "BTC", "fee": -0.00005, "direction": "buy", "amount": 30000.0,
        "contracts": 3000.0, "profit_loss": 0.0,
    } | values  # fmt: skip


CALL = {
    **swap("BTC/USD:BTC-251226-70000-C", "BTC-26DEC25-70000-C"), "type": "option", "option": True, "swap": False,
    "settle": "BTC", "inverse": True, "linear": False,
}  # fmt: skip

HISTORY = "/api/v2/private/get_order_history_by_currency"
OVER = {"last_update_timestamp": T + 60000}


def _ended(name: str, of: str, *rows: Any, outcomes: Any, **more: Any) -> EndedCase:
    return EndedCase(name, of, HISTORY, rows, outcomes, **more)


ENDED = [
    _ended("filled", "limit, in dollars and not in contracts",
           o(**OVER, order_state="filled", filled_amount=30000.0, average_price=60000.0),
           outcomes={"55001": {"ending": "filled", "filled": "0.5", "average_price": "60000", "ended_at": T + 60000}}),
    _ended("cancelled after a part, and why", "partly filled, post only, reduce only",
           o(**OVER, order_state="cancelled", filled_amount=6000.0, average_price=60000.0, cancel_reason="user_request"),
           outcomes={"55001": {"ending": "cancelled", "filled": "0.1", "reason": "user_request"}}),
    _ended("rejected", "linear, in the base asset",
           o(**OVER, instrument_name="BTC_USDC-PERPETUAL", amount=0.25, contracts=2500.0, order_state="rejected"),
           outcomes={"55001": {"ending": "rejected", "filled": "0"}}),
    _ended("an order in the book names the stop that it was", "stop at market",
           o(**OVER, order_id="55099", trigger_order_id="SLIB-1", order_type="market", direction="sell",
             order_state="filled", filled_amount=30000.0, average_price=50000.0),
           outcomes={"SLIB-1": {"ending": "triggered", "book_order_id": "55099", "filled": "0.6",
                                "average_price": "50000", "reason": "became order 55099 in the book, which filled"}}),
    EndedCase("by itself", "stop at market", "/api/v2/private/get_order_state", [stop(**OVER, order_state="cancelled")],
              {"SLIB-1": {"ending": "cancelled", "filled": "0"}}, asks="detail",
              wrap=lambda rows: {"jsonrpc": "2.0", "id": 1, "result": rows[0]}),
    _ended("a state that nobody knows, in the list of recent orders and in that of older ones", "limit, in dollars and not in contracts", o(order_state="archived"),
           outcomes={}, unreadable=2),
]  # fmt: skip


VENUE = Venue(
    exchange="deribit",
    transfers=TRANSFERS,
    markets=[
        swap("BTC/USD:BTC", "BTC-PERPETUAL", size="10"),
        swap("BTC/USDC:USDC", "BTC_USDC-PERPETUAL", size="0.0001"),
        spot("BTC/USDC", "BTC_USDC"),
        CALL,
    ],
    wrap=lambda rows: {"jsonrpc": "2.0", "id": 1, "result": list(rows)},
    ended=ENDED,
    balances=BALANCES,
    positions=POSITIONS,
    cases=[
        _case("limit, in dollars and not in contracts", o(), orders=[{
            "key": "55001", "symbol": "BTC/USD:BTC", "market_type": "perpetual", "kind": "limit", "side": "buy",
            "amount": "0.5", "filled": "0", "remaining": "0.5", "limit_price": "60000", "trigger_price": None,
            "status": "open", "client_order_id": "mine-1", "reduce_only": False, "contracts": "3000",
            "created_at": T, "group_id": None,
        }]),
        _case("partly filled, post only, reduce only",
              o(filled_amount=6000.0, average_price=60000.0, post_only=True, reduce_only=True),
              orders=[{"filled": "0.1", "remaining": "0.4", "status": "partially_filled", "average_price": "60000",
                       "post_only": True, "reduce_only": True}]),
        _case("linear, in the base asset",
              o(instrument_name="BTC_USDC-PERPETUAL", amount=0.25, contracts=2500.0),
              source="orders:usdc", orders=[{"symbol": "BTC/USDC:USDC", "amount": "0.25", "contracts": None}]),
        _case("spot", o(instrument_name="BTC_USDC", amount=0.25, contracts=2500.0), source="orders:usdc",
              orders=[{"symbol": "BTC/USDC", "market_type": "spot", "amount": "0.25", "contracts": None}]),
        _case("an option", o(instrument_name="BTC-26DEC25-70000-C", amount=2.0, contracts=2.0, price=0.05), orders=[{
            "market_type": "option", "amount": "2", "limit_price": "0.05",
        }]),
        _case("stop at market", stop(), orders=[{
            "kind": "stop", "trigger_price": "50000", "limit_price": None, "trigger_kind": "mark", "amount": "0.6",
            "trigger_direction": "falls", "status": "pending", "reduce_only": True, "side": "sell",
        }]),
        _case("stop limit by the last price", stop(order_type="stop_limit", price=49900.0, trigger="last_price"),
              orders=[{"kind": "stop_limit", "limit_price": "49900", "trigger_kind": "last"}]),
        _case("take profit by the index", stop(order_type="take_market", trigger_price=75000.0, trigger="index_price"),
              orders=[{"kind": "take_profit", "role": "take_profit", "trigger_kind": "index",
                       "trigger_direction": "rises", "amount": "0.4", "limit_price": None}]),
        _case("take profit limit", stop(order_type="take_limit", trigger_price=75000.0, price=75100.0), orders=[{
            "kind": "take_profit_limit", "limit_price": "75100", "trigger_price": "75000",
        }]),
        _case("trailing stop", stop(order_type="trailing_stop", trigger_offset=500.0, trigger_price=59500.0), orders=[{
            "kind": "trailing_stop", "trailing_distance": "500", "trailing_unit": "price", "trigger_price": "59500",
            "limit_price": None,
        }]),
        _case("an order that triggers a pair",
              o(oto_order_ids=["OTO-1", "OTO-2"], is_primary_otoco=True, trigger_fill_condition="first_hit"),
              stop(order_id="OTO-1", is_secondary_oto=True, oco_ref="9"),
              stop(order_id="OTO-2", is_secondary_oto=True, oco_ref="9", order_type="take_market",
                   trigger_price=75000.0),
              o(order_id="alone"),
              orders=[
                  {"key": "55001", "group_id": "55001", "contingency": "OTOCO"},
                  {"key": "OTO-1", "group_id": "55001", "contingency": "OTOCO", "kind": "stop"},
                  {"key": "OTO-2", "group_id": "55001", "contingency": "OTOCO", "kind": "take_profit"},
                  {"key": "alone", "group_id": None, "contingency": None},
              ]),
        _case("one cancels the other", stop(oco_ref="9"), o(direction="sell", price=75000.0, oco_ref="9"), orders=[
            {"group_id": "9", "contingency": "OCO", "kind": "stop"},
            {"group_id": "9", "contingency": "OCO", "kind": "limit"},
        ]),
        _case("an empty currency and a row of nonsense", o(direction="none"), source="orders:usdc", orders=[],
              unreadable=1),
    ],
    fills=[
        Case("a rebate to the maker, a fee of the taker", "fills:btc",
             "/api/v2/private/get_user_trades_by_currency_and_time",
             [fill(), fill(trade_id="BTC-34067", direction="sell", liquidity="T", fee=0.00025, timestamp=T + 900)],
             [{"key": "BTC-PERPETUAL/BTC-34066", "side": "buy", "price": "60000", "amount": "0.5",
               "contracts": "30000", "fee": "-0.00005", "fee_currency": "BTC", "is_maker": True, "order_id": "55001",
               "at": T + 500},
              {"side": "sell", "is_maker": False, "fee": "0.00025"}],
             wrap=lambda rows: {"jsonrpc": "2.0", "result": {"trades": list(rows), "has_more": False}}),
    ],
)  # fmt: skip
