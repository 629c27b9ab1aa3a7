"""Coinbase (Advanced Trade): resting and waiting orders in one list, brackets of a limit and a stop, accounts by page."""

from typing import Any

from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.venues._coinbase_account import BALANCES, POSITIONS

PATH = "/api/v3/brokerage/orders/historical/batch"
T = 1764000000000


def o(configuration: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A row of orders/historical/batch."""
    return {
        "order_id": "c1-0001", "product_id": "BTC-USD", "user_id": "u", "order_configuration": configuration,
        "side": "BUY", "client_order_id": "mine-1", "status": "OPEN", "time_in_force": "GOOD_UNTIL_CANCELLED",
        "created_time": "2025-11-24T16:00:00.125000Z", "completion_percentage": "0", "filled_size": "0",
        "average_filled_price": "0", "fee": "", "number_of_fills": "0", "filled_value": "0", "pending_cancel": False,
        "size_in_quote": False, "total_fees": "0", "size_inclusive_of_fees": False, "total_value_after_fees": "0",
        "trigger_status": "INVALID_ORDER_TYPE", "order_type": "LIMIT", "reject_reason": "REJECT_REASON_UNSPECIFIED",
        "settled": False, "product_type": "SPOT", "reject_message": "", "cancel_message": "",
        "originating_order_id": "", "attached_order_id": "", "attached_order_configuration": None,
    } | values  # fmt: skip


def limit(post_only: bool = False, **values: Any) -> dict[str, Any]:
    """Buys 0.5 BTC at 60,000."""
    return o({"limit_limit_gtc": {"base_size": "0.5", "limit_price": "60000", "post_only": post_only}}, **values)


def stop(direction: str, name: str = "stop_limit_stop_limit_gtc", **values: Any) -> dict[str, Any]:
    """Sells 0.5 BTC at 54,900 once the price reaches 55,000."""
    said = {"base_size": "0.5", "limit_price": "54900", "stop_price": "55000", "stop_direction": direction}
    more = {"side": "SELL", "order_type": "STOP_LIMIT", "trigger_status": "STOP_PENDING"}
    return o({name: said}, **more | values)


def bracket(**values: Any) -> dict[str, Any]:
    said = {"base_size": "0.5", "limit_price": "70000", "stop_trigger_price": "55000"}
    return o({"trigger_bracket_gtc": said}, **{"side": "SELL", "order_type": "BRACKET"} | values)


def _case(name: str, *rows: Any, orders: Any, unreadable: int = 0) -> Case:
    return Case(name, "orders", PATH, rows, orders, unreadable=unreadable)


def fill(**values: Any) -> dict[str, Any]:
    return {
        "entry_id": "e", "trade_id": "t-1", "order_id": "c1-0001", "trade_time": "2025-11-24T16:00:00.500000Z",
        "trade_type": "FILL", "price": "60000", "size": "0.5", "commission": "48.0", "product_id": "BTC-USD",
        "sequence_timestamp": "2025-11-24T16:00:00.500000Z", "liquidity_indicator": "MAKER", "size_in_quote": False,
        "user_id": "u", "side": "BUY",
    } | values  # fmt: skip


ATTACHED = {"trigger_bracket_gtc": {"limit_price": "70000", "stop_trigger_price": "55000"}}

OVER: dict[str, Any] = {"last_fill_time": "2025-11-24T16:01:00Z", "last_update_time": "2025-11-24T16:01:30Z"}
FILLED: dict[str, Any] = {"filled_size": "0.5", "average_filled_price": "59990", "status": "FILLED"}


def _ended(name: str, of: str, row: Any, outcomes: Any, **more: Any) -> EndedCase:
    return EndedCase(name, of, PATH, [row], outcomes, **more)


ENDED = [
    _ended("filled", "limit", limit(**OVER, **FILLED),
           {"c1-0001": {"ending": "filled", "filled": "0.5", "average_price": "59990", "ended_at": T + 60000}}),
    _ended("cancelled after a part", "partly filled, post only",
           limit(**OVER, status="CANCELLED", filled_size="0.2", average_filled_price="59990",
                 cancel_message="User requested cancel"),
           {"c1-0001": {"ending": "cancelled", "filled": "0.2", "average_price": "59990", "ended_at": T + 90000,
                        "reason": "User requested cancel"}}),
    _ended("expired", "limit", limit(**OVER, status="EXPIRED"), {"c1-0001": {"ending": "expired", "filled": "0"}}),
    _ended("rejected", "limit", limit(**OVER, status="FAILED", reject_message="no funds"),
           {"c1-0001": {"ending": "rejected", "reason": "no funds"}}),
    _ended("a stop keeps its id when it triggers", "stop limit",
           stop("STOP_DIRECTION_STOP_DOWN", **OVER, **FILLED | {"trigger_status": "STOP_TRIGGERED"}),
           {"c1-0001": {"ending": "filled", "filled": "0.5", "book_order_id": None}}),
    _ended("the stop of a bracket acted", "bracket, its limit partly filled",
           bracket(**OVER, **FILLED | {"trigger_status": "STOP_TRIGGERED"}),
           # The limit had filled a part before: how much each of both sold, the row does not tell.
           {"c1-0001/sl": {"ending": "filled", "filled": None, "average_price": None},
            "c1-0001/tp": {"ending": "cancelled", "filled": None, "average_price": None}}),
    _ended("its limit acted", "bracket, its limit partly filled",
           bracket(**OVER, **FILLED | {"trigger_status": "STOP_PENDING"}),
           {"c1-0001/tp": {"ending": "filled", "filled": "0.5"}, "c1-0001/sl": {"ending": "cancelled", "filled": "0"}}),
    _ended("of which is not said how it ended", "limit", limit(status="UNKNOWN_ORDER_STATUS"), {}, unreadable=1),
    EndedCase("by itself", "limit", "/api/v3/brokerage/orders/historical/c1-0001", [limit(**OVER, status="CANCELLED")],
              {"c1-0001": {"ending": "cancelled", "filled": "0"}}, asks="detail", wrap=lambda rows: {"order": rows[0]}),
]  # fmt: skip


VENUE = Venue(
    exchange="coinbase",
    markets=[
        spot("BTC/USD", "BTC-USD"),
        swap("BTC/USDC:USDC", "BTC-PERP-INTX"),
        swap("BTC/USD:USD-251226", "BIT-26DEC25-CDE", size="0.01", type="future", swap=False, future=True),
    ],
    wrap=lambda rows: {"orders": list(rows), "sequence": "0", "has_next": False, "cursor": ""},
    ended=ENDED,
    balances=BALANCES,
    positions=POSITIONS,
    cases=[
        Case("accepted and queued", "orders:queued", PATH,
             [limit(status="QUEUED"), stop("STOP_DIRECTION_STOP_DOWN", status="PENDING", order_id="c1-0002"),
              bracket(status="QUEUED", order_id="c1-0003"), limit(status="EDIT_QUEUED", order_id="c1-0004")],
             [{"key": "c1-0001", "status": "pending", "kind": "limit", "amount": "0.5", "limit_price": "60000"},
              {"key": "c1-0002", "status": "pending", "kind": "stop_limit", "trigger_price": "55000"},
              {"key": "c1-0003/tp", "status": "pending", "kind": "limit", "role": "take_profit"},
              {"key": "c1-0003/sl", "status": "pending", "kind": "stop", "role": "stop_loss"},
              {"key": "c1-0004", "status": "unknown"}]),
        _case("limit", limit(), orders=[{
            "key": "c1-0001", "symbol": "BTC/USD", "kind": "limit", "side": "buy", "amount": "0.5", "filled": "0",
            "remaining": "0.5", "limit_price": "60000", "trigger_price": None, "status": "open", "post_only": False,
            "client_order_id": "mine-1", "group_id": None, "created_at": T + 125, "average_price": None,
        }]),
        _case("partly filled, post only",
              limit(post_only=True, filled_size="0.2", average_filled_price="59990", filled_value="11998"),
              orders=[{"filled": "0.2", "remaining": "0.3", "status": "partially_filled", "average_price": "59990",
                       "post_only": True}]),
        _case("stop limit", stop("STOP_DIRECTION_STOP_DOWN"), orders=[{
            "kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "trigger_direction": "falls",
            "trigger_kind": "last", "status": "pending", "amount": "0.5", "side": "sell",
        }]),
        _case("sale once the price has risen", stop("STOP_DIRECTION_STOP_UP", "stop_limit_stop_limit_gtd"), orders=[{
            "kind": "take_profit_limit", "trigger_direction": "rises", "trigger_price": "55000",
        }]),
        _case("bracket, its limit partly filled", bracket(filled_size="0.1", average_filled_price="70000"), orders=[
            {"key": "c1-0001/tp", "order_id": "c1-0001", "kind": "limit", "role": "take_profit", "limit_price": "70000",
             "trigger_price": None, "amount": "0.5", "filled": "0.1", "remaining": "0.4", "contingency": "OCO",
             "group_id": "c1-0001", "status": "partially_filled"},
            {"key": "c1-0001/sl", "kind": "stop", "role": "stop_loss", "trigger_price": "55000", "limit_price": None,
             "amount": "0.4", "remaining": "0.4", "trigger_direction": "falls", "trigger_kind": "last",
             "status": "pending", "contingency": "OCO"},
        ]),
        _case("with an attached bracket", limit(attached_order_configuration=ATTACHED), orders=[
            {"key": "c1-0001", "kind": "limit", "role": "entry", "group_id": "c1-0001"},
            {"key": "c1-0001/tp", "kind": "limit", "role": "take_profit", "side": "sell", "limit_price": "70000",
             "trigger_price": None, "contingency": "attached", "status": "pending", "amount": "0.5"},
            {"key": "c1-0001/sl", "kind": "stop", "role": "stop_loss", "side": "sell", "trigger_price": "55000",
             "limit_price": None, "group_id": "c1-0001"},
        ]),
        _case("bracket that an order brought", bracket(originating_order_id="c1-0000"), orders=[
            {"group_id": "c1-0000", "kind": "limit"}, {"group_id": "c1-0000", "kind": "stop"},
        ]),
        _case("perpetuals: each order may open a position, unless its row says that it only reduces",
              limit(product_id="BTC-PERP-INTX", product_type="FUTURE", order_id="c1"),
              limit(product_id="BTC-PERP-INTX", product_type="FUTURE", order_id="c2", reduce_only=True), orders=[
                  {"symbol": "BTC/USDC:USDC", "reduce_only": False, "amount": "0.5", "market_type": "perpetual"},
                  {"symbol": "BTC/USDC:USDC", "reduce_only": True},
              ]),
        _case("good until a date", o({"limit_limit_gtd": {"base_size": "1", "limit_price": "50000"}}), orders=[{
            "kind": "limit", "amount": "1", "limit_price": "50000",
        }]),
        _case("market order for money, not executed yet",
              o({"market_market_ioc": {"quote_size": "30000"}}, order_type="MARKET", size_in_quote=True,
                time_in_force="IMMEDIATE_OR_CANCEL", status="PENDING"),
              orders=[{"kind": "market", "amount": None, "limit_price": None, "trigger_price": None, "side": "buy"}]),
        _case("market order", o({"market_market_ioc": {"base_size": "0.5"}}, order_type="MARKET", side="SELL",
                                time_in_force="IMMEDIATE_OR_CANCEL"),
              orders=[{"kind": "market", "amount": "0.5", "limit_price": None, "side": "sell"}]),
        _case("no id", limit(order_id="", client_order_id=""), limit(order_id="ok"), orders=[{"key": "ok"}],
              unreadable=1),
    ],
    fills=[
        Case("maker and taker, one said in money", "fills:all", "/api/v3/brokerage/orders/historical/fills",
             [fill(), fill(trade_id="t-2", side="SELL", size="30000", size_in_quote=True, liquidity_indicator="TAKER",
                           trade_time="2025-11-24T16:00:01.000000Z")],
             [{"key": "BTC-USD/t-1", "side": "buy", "price": "60000", "amount": "0.5", "fee": "48",
               "fee_currency": "USD", "is_maker": True, "order_id": "c1-0001", "at": T + 500},
              {"side": "sell", "amount": "0.5", "is_maker": False}],
             wrap=lambda rows: {"fills": list(rows), "cursor": ""}),
        Case("of a perpetual", "fills:all", "/api/v3/brokerage/orders/historical/fills",
             [fill(trade_id="t-3", product_id="BTC-PERP-INTX", side="SELL", commission="9.5")],
             [{"key": "BTC-PERP-INTX/t-3", "symbol": "BTC/USDC:USDC", "side": "sell", "amount": "0.5", "fee": "9.5",
               "fee_currency": "USDC", "market_type": "perpetual"}],
             wrap=lambda rows: {"fills": list(rows), "cursor": ""}),
    ],
)  # fmt: skip
