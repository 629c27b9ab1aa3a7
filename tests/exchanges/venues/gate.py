"""Gate: spot and margin books, contracts settled in USDT and BTC, dated futures, and price orders of each."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, only, spot, swap
from tests.exchanges.transfer_cases import TIME, status_case, transfer, transfer_case
from tests.exchanges.venues._gate_account import API, BALANCES, POSITIONS
from tests.exchanges.venues._gate_rows import S, f, p, s, sp, trail


def by_pair(rows: Sequence[Any]) -> Any:
    return [{"currency_pair": "BTC_USDT", "total": len(rows), "orders": list(rows)}]


def _spot(name: str, *rows: Any, orders: Any, source: str = "orders:spot") -> Case:
    return Case(name, source, f"{API}/spot/open_orders", rows, orders, wrap=by_pair)


def _plan(name: str, *rows: Any, orders: Any) -> Case:
    return Case(name, "triggers:spot", f"{API}/spot/price_orders", rows, orders)


def _book(name: str, *rows: Any, orders: Any, settle: str = "usdt", **more: Any) -> Case:
    return Case(name, f"orders:swap-{settle}", f"{API}/futures/{settle}/orders", rows, orders, **more)


def _price(name: str, *rows: Any, orders: Any, settle: str = "usdt", **more: Any) -> Case:
    return Case(name, f"triggers:swap-{settle}", f"{API}/futures/{settle}/price_orders", rows, orders, **more)


# The example of Get futures account has both: in_dual_mode false, and position_mode dual_plus.
SPLIT = AccountCase("split mode", {f"{API}/futures/usdt/accounts": {
    "currency": "USDT", "total": "1000", "available": "1000", "in_dual_mode": False, "position_mode": "dual_plus",
}}, {})  # fmt: skip
DATED = {"type": "future", "swap": False, "future": True, "expiry": 1798761600000}

DONE: dict[str, Any] = {"finish_time": S + 60, "status": "finished"}
TIMED = f"{API}/futures/usdt/orders_timerange"
PRICE = f"{API}/futures/usdt/price_orders"


def _ended(name: str, of: str, path: str, *rows: Any, outcomes: Any, **more: Any) -> EndedCase:
    return EndedCase(name, of, path, rows, outcomes, **more)


ENDED = [
    _ended("filled", "orders:spot limit", f"{API}/spot/orders",
           s(status="closed", finish_as="filled", left="0", filled_total="29995", avg_deal_price="59990",
             update_time_ms=(S + 60) * 1000),
           outcomes={"6101": {"ending": "filled", "filled": "0.5", "average_price": "59990",
                              "ended_at": (S + 60) * 1000}}),
    _ended("cancelled after a part", "orders:spot limit", f"{API}/spot/orders",
           s(status="cancelled", finish_as="cancelled", left="0.3", filled_total="12000", avg_deal_price="60000"),
           outcomes={"6101": {"ending": "cancelled", "filled": "0.2"}}),
    _ended("ended by the exchange", "orders:spot limit", f"{API}/spot/orders",
           s(status="cancelled", finish_as="stp"),
           outcomes={"6101": {"ending": "cancelled", "filled": "0",
                              "reason": "it would have traded with another of the same account"}}),
    _ended("a word that nobody knows", "orders:spot limit", f"{API}/spot/orders",
           s(status="cancelled", finish_as="frozen"), outcomes={}, unreadable=1),
    _ended("on margin", "on margin", f"{API}/spot/orders", s(account="margin", status="cancelled", finish_as="cancelled"),
           query={"account": "margin", "status": "finished"}, outcomes={"6101": {"ending": "cancelled"}}),
    _ended("filled, of contracts", "limit of contracts", TIMED,
           f(finish_as="filled", left=0, fill_price="59999", **DONE),
           outcomes={"6301": {"ending": "filled", "filled": "0.05", "average_price": "59999"}}),
    _ended("cancelled with the position", "limit of contracts", TIMED, f(finish_as="position_closed", **DONE),
           outcomes={"6301": {"ending": "cancelled", "filled": "0", "reason": "the position was closed"}}),
    _ended("triggered", "stop at market", PRICE, p(trade_id=6399, finish_as="succeeded", **DONE),
           outcomes={"6401": {"ending": "triggered", "book_order_id": "6399", "filled": None}}),
    _ended("price order cancelled", "stop at market", PRICE, p(finish_as="cancelled", **DONE),
           query={"status": "finished"},
           outcomes={"6401": {"ending": "cancelled", "book_order_id": None}}),
    _ended("could not be placed, and why", "stop at market", PRICE,
           p(finish_as="failed", reason="INSUFFICIENT_AVAILABLE", **DONE),
           outcomes={"6401": {"ending": "rejected", "reason": "INSUFFICIENT_AVAILABLE"}}),
    _ended("expired", "stop at market", PRICE, p(finish_as="expired", **DONE),
           outcomes={"6401": {"ending": "expired"}}),
    _ended("spot plan triggered", "stop with a limit", f"{API}/spot/price_orders",
           sp() | {"status": "finish", "fired_order_id": 6199}, sp() | {"id": 9, "status": "cancelled"},
           outcomes={"6201": {"ending": "triggered", "book_order_id": "6199"}}),
    _ended("spot plan expired", "stop with a limit", f"{API}/spot/price_orders", sp() | {"status": "expired"},
           outcomes={"6201": {"ending": "expired"}}),
    _ended("of a dated future", "orders:future of a dated future", f"{API}/delivery/usdt/orders",
           f(contract="BTC_USDT_20270101", finish_as="filled", left=0, fill_price="61000", **DONE),
           outcomes={"6301": {"ending": "filled", "average_price": "61000"}}),
    _ended("by itself", "limit of contracts", f"{API}/futures/usdt/orders/6301", f(finish_as="cancelled", **DONE),
           asks="detail", wrap=only, outcomes={"6301": {"ending": "cancelled"}}),
    _ended("price order by itself", "stop at market", f"{PRICE}/6401", p(trade_id=6399, finish_as="succeeded", **DONE),
           asks="detail", wrap=only, outcomes={"6401": {"ending": "triggered", "book_order_id": "6399"}}),
    _ended("spot plan by itself", "stop with a limit", f"{API}/spot/price_orders/6201",
           sp() | {"status": "failed", "reason": "too little"}, asks="detail", wrap=only,
           outcomes={"6201": {"ending": "rejected", "reason": "too little"}}),
]  # fmt: skip


def _gate_moved(own: str, status: str, **more: Any) -> dict[str, Any]:
    return {"id": own, "timestamp": str(TIME // 1000), "currency": "BTC", "address": "a", "txid": "x", "amount": "0.5",
            "fee": "0.001", "memo": "", "status": status, "chain": "BTC"} | more  # fmt: skip


def _gate_line(word: str, change: str, n: int) -> dict[str, Any]:
    return {"id": str(n), "time": str(TIME), "currency": "USDT", "change": change, "balance": "9", "type": word}


TRANSFERS = (
    transfer_case("deposits", "deposits", "/api/v4/wallet/deposits",
          [_gate_moved("d1", "DONE", fee="0"), _gate_moved("d2", "PEND", fee="0")],
          [transfer("deposit", "BTC", "0.5"), transfer("deposit", "BTC", "0.5", "pending")]),
    transfer_case("withdrawals", "withdrawals", "/api/v4/wallet/withdrawals",
          [_gate_moved("w1", "DONE"), _gate_moved("w2", "CANCEL")],
          [transfer("withdrawal", "BTC", "-0.499", fee="0.001"), transfer("withdrawal", "BTC", "-0.499", "failed")]),
    # Wallet, Get deposit records and Get withdrawal records, status.
    status_case("deposits", "/api/v4/wallet/deposits", lambda n, word: _gate_moved(f"d{n}", word, fee="0"), {
        "REVIEW": "pending", "TRACK": "pending", "MANUAL": "pending", "DEP_CREDITED": "done", "BLOCKED": "failed",
    }, transfer("deposit", "BTC", "0.5")),
    status_case("withdrawals", "/api/v4/wallet/withdrawals", lambda n, word: _gate_moved(f"w{n}", word), {
        "CANCELPEND": "pending", "FVERIFY": "pending", "LOCKED": "pending", "REVIEW": "pending", "REJECT": "failed",
    }, transfer("withdrawal", "BTC", "-0.499")),
    transfer_case("its ledger", "ledger", "/api/v4/spot/account_book", [
        _gate_line("order_fee", "-0.1", 1), _gate_line("new_order", "-9", 2), _gate_line("interest", "-0.01", 3),
        _gate_line("referral_fee", "0.3", 4), _gate_line("futures_out", "5", 5), _gate_line("deposit", "4", 6),
        _gate_line("flash_swap_buy", "7", 7), _gate_line("flash_swap_sell", "-8", 8),
    ], [transfer("interest", "USDT", "-0.01"), transfer("internal", "USDT", "5"), transfer("other", "USDT", "7"),
        transfer("other", "USDT", "-8"), transfer("rebate", "USDT", "0.3")]),
    # AccountBook type: an order that took 9 and gave back 9 is no transfer, and a loan is neither gain nor loss.
    transfer_case("cancelled orders and withdrawals in its ledger", "ledger", "/api/v4/spot/account_book", [
        _gate_line("new_order", "-9", 1), _gate_line("cancel_order", "9", 2), _gate_line("order_rej", "9", 3),
        _gate_line("withdraw", "-4", 4), _gate_line("cancel_withdraw", "4", 5), _gate_line("withdraw_rej", "4", 6),
        _gate_line("deposit_rej", "-4", 7),
    ], []),
    transfer_case("loans in its ledger", "ledger", "/api/v4/spot/account_book", [
        _gate_line("cross_borrow", "50", 1), _gate_line("cross_repay", "-20", 2), _gate_line("interest_out", "-1", 3),
        _gate_line("hodl_int", "2", 4), _gate_line("perp_out", "-5", 5), _gate_line("subaccount_trf", "-6", 6),
        _gate_line("startup_refund", "7", 7),
    ], [
        transfer("interest", "USDT", "-1"), transfer("interest", "USDT", "2"), transfer("internal", "USDT", "-5"),
        transfer("loan", "USDT", "50"), transfer("loan", "USDT", "-20"), transfer("other", "USDT", "7"),
        transfer("withdrawal", "USDT", "-6"),
    ]),
    transfer_case("funding", "funding-usdt", "/api/v4/futures/usdt/account_book", [
        {"time": TIME / 1000, "change": change, "balance": "97", "text": "BTC_USDT", "type": "fund"}
        for change in ("-0.0011", "0.002")
    ], [transfer("funding", "USDT", "-0.0011", symbol="BTC/USDT:USDT"), transfer("funding", "USDT", "0.002")]),
)  # fmt: skip


VENUE = Venue(
    exchange="gate",
    balances=BALANCES,
    positions=POSITIONS,
    transfers=TRANSFERS,
    markets=[
        spot("BTC/USDT", "BTC_USDT"),
        swap("BTC/USDT:USDT", "BTC_USDT", size="0.0001", settleId="usdt"),
        swap("BTC/USD:BTC", "BTC_USD", size="1"),
        swap("BTC/USDT:USDT", "BTC_USDT_20270101", size="0.0001") | DATED | {"symbol": "BTC/USDT:USDT-270101"},
    ],
    wrap=list,
    options={"unifiedAccount": False},
    ended=ENDED,
    cases=[
        # TrailOrder: is_gte says whether the price must rise or fall to activation_price, where 0 acts at once.
        Case("trailing stops, by the side that activates them", "triggers:swap-usdt-trailing",
             "/api/v4/futures/usdt/autoorder/v1/trail/list",
             [trail(), trail(id=802, activated_at=1764000000000), trail(id=803, is_gte=False, activation_price="58000"),
              trail(id=804, activation_price="0"), trail(id=805, amount="20", is_gte=False, activation_price="58000")],
             [{"key": "801", "kind": "trailing_stop", "side": "sell", "contracts": "20", "trailing_distance": "1",
               "activation_price": "66000", "is_active": False, "reduce_only": True, "trigger_direction": "falls"},
              {"key": "802", "is_active": True}, {"key": "803", "activation_price": "58000", "is_active": True},
              {"key": "804", "activation_price": None, "is_active": True}, {"key": "805", "side": "buy", "is_active": False}],
             wrap=lambda rows: {"code": 0, "data": {"orders": rows}}),
        _spot("limit", s(), orders=[{
            "key": "6101", "symbol": "BTC/USDT", "market_type": "spot", "kind": "limit", "side": "buy", "amount": "0.5",
            "remaining": "0.5", "limit_price": "60000", "client_order_id": "t-mine-1", "created_at": S * 1000,
        }]),
        _spot("partly filled", s(left="0.3", filled_total="11998", avg_deal_price="59990"), orders=[{
            "filled": "0.2", "remaining": "0.3", "status": "partially_filled", "average_price": "59990",
        }]),
        _spot("post only", s(time_in_force="poc"), orders=[{"post_only": True}]),
        _spot("on margin", s(account="margin"), source="orders:margin", orders=[{"kind": "limit"}]),
        _plan("stop with a limit", sp(), orders=[{
            "key": "6201", "kind": "stop_limit", "trigger_price": "55000", "trigger_direction": "falls",
            "limit_price": "54900", "amount": "0.5", "role": "unknown", "trigger_kind": "last", "status": "pending",
        }]),
        _plan("take profit at market", sp({"price": "70000", "rule": ">="}, type="market", price="0"), orders=[{
            "kind": "take_profit", "trigger_direction": "rises", "limit_price": None, "amount": "0.5",
        }]),
        _plan("to buy for so much money", sp({"rule": "<="}, type="market", side="buy", price="0", amount="1000"),
              orders=[{"side": "buy", "amount": None, "kind": "take_profit"}]),
        _book("limit of contracts", f(), orders=[{
            "key": "6301", "symbol": "BTC/USDT:USDT", "kind": "limit", "contracts": "500", "amount": "0.05",
            "side": "buy", "remaining": "0.05", "limit_price": "60000", "reduce_only": False,
        }]),
        _book("sells, reduces, partly filled", f(size=-500, left=-300, is_reduce_only=True, fill_price="60010"), orders=[{
            "side": "sell", "reduce_only": True, "contracts": "500", "filled": "0.02", "remaining": "0.03",
            "status": "partially_filled",
        }]),
        _book("in BTC", f(contract="BTC_USD", size=1200, left=1200), settle="btc", orders=[{
            "symbol": "BTC/USD:BTC", "contracts": "1200", "amount": "0.02",
        }]),
        _book("in split mode, whose account is not in dual mode", f(size=-500, left=-300),
              f(id=2, size=-500, left=-300, is_reduce_only=True), balances=SPLIT,
              orders=[{"side": "sell", "position_side": "short"}, {"side": "sell", "position_side": "long"}]),
        _book("with a take profit and a stop, that a placed one leaves out", f(tpsl_tp_trigger_price="70000",
                                                                               tpsl_sl_trigger_price="55000"),
              f(id=2, tpsl_tp_trigger_price="0", tpsl_sl_trigger_price=""), orders=[
                  {"key": "6301", "kind": "limit", "role": "entry"},
                  {"key": "6301/tp", "kind": "take_profit", "side": "sell", "trigger_price": "70000", "amount": "0.05",
                   "role": "take_profit", "contingency": "attached", "group_id": "6301", "reduce_only": True},
                  {"key": "6301/sl", "kind": "stop", "side": "sell", "trigger_price": "55000", "role": "stop_loss",
                   "trigger_direction": "falls"},
                  {"key": "2", "role": "unknown"}]),
        _price("stop at market", p(), orders=[{
            "key": "6401", "kind": "stop", "side": "sell", "trigger_price": "55000", "trigger_kind": "mark",
            "trigger_direction": "falls", "limit_price": None, "contracts": "500", "amount": "0.05", "role": "unknown",
        }]),
        _price("entry with a limit, by the index", p({"price_type": 2, "rule": 1, "price": "65000"},
                                                    {"size": 500, "price": "65100", "tif": "gtc"}),
               orders=[{"kind": "stop_limit", "side": "buy", "trigger_kind": "index", "trigger_direction": "rises",
                        "limit_price": "65100"}]),
        _price("closes a whole short position", p({"rule": 1, "price": "65000"}, {"size": 0, "is_close": True},
                                                 order_type="close-short-position"),
               orders=[{"side": "buy", "kind": "stop", "role": "stop_loss", "close_position": True, "amount": None,
                        "reduce_only": True, "position_side": "short", "contingency": "attached"}]),
        _price("closes one of two positions by its name", p({"rule": 1, "price": "70000"}, {"size": 0, "auto_size": "close_long"}),
               orders=[{"side": "sell", "kind": "take_profit", "role": "take_profit", "close_position": True,
                        "position_side": "long"}]),
        _price("take profit of an order", p({"rule": 1, "price": "70000"}, {"is_reduce_only": True},
                                            order_type="close-long-order", me_order_id=6301),
               orders=[{"role": "take_profit", "group_id": "6301", "contingency": "attached", "reduce_only": True}]),
        _price("takes a profit of a position with a limit",
               p({"rule": 1, "price": "70000"}, {"price": "69900", "tif": "gtc", "size": -500},
                 order_type="plan-close-long-position"),
               orders=[{"side": "sell", "kind": "take_profit_limit", "role": "take_profit", "limit_price": "69900",
                        "trigger_price": "70000", "trigger_direction": "rises", "position_side": "long",
                        "close_position": None, "amount": "0.05", "reduce_only": True}]),
        _price("triggered, with the id it got in the book", p(trade_id=6399), orders=[{"book_order_id": "6399"}]),
        # Stops of half a contract: `size` is a whole number, and `amount` takes precedence. One closes a part, not all.
        _price("fractions of a contract", p(initial={"size": 0, "amount": "-0.5"}),
               p(initial={"size": 0, "amount": "-0.5"}, id=2, order_type="plan-close-long-position"),
               p(initial={"size": -2, "amount": "-2.5"}, id=3),
               orders=[{"side": "sell", "amount": "0.00005", "close_position": None},
                       {"side": "sell", "amount": "0.00005", "close_position": None, "role": "stop_loss"},
                       {"amount": "0.00025"}]),
        _price("no size and no side", p(initial={"size": None}), p(id=2), orders=[{"key": "2"}], unreadable=1),
        _price("in BTC", p(initial={"contract": "BTC_USD"}), settle="btc", orders=[{"symbol": "BTC/USD:BTC"}]),
        Case("of a dated future", "orders:future", f"{API}/delivery/usdt/orders", [f(contract="BTC_USDT_20270101")],
             [{"symbol": "BTC/USDT:USDT-270101", "amount": "0.05", "market_type": "future"}]),
        Case("of a dated future", "triggers:future", f"{API}/delivery/usdt/price_orders",
             [p(initial={"contract": "BTC_USDT_20270101"})], [{"symbol": "BTC/USDT:USDT-270101", "kind": "stop"}]),
    ],
    fills=[
        Case("spot, its fee paid in the base asset", "fills:spot", f"{API}/spot/my_trades",
             [{"id": "5101", "create_time": str(S), "create_time_ms": f"{S}000.123", "currency_pair": "BTC_USDT",
               "side": "buy", "role": "maker", "amount": "0.5", "price": "60000", "order_id": "6101", "fee": "0.001",
               "fee_currency": "BTC", "point_fee": "0", "gt_fee": "0"}],
             [{"key": "BTC_USDT/5101", "order_id": "6101", "fee": "0.001", "fee_currency": "BTC", "is_maker": True}]),
        Case("spot, its fee paid in the coin of the exchange", "fills:spot", f"{API}/spot/my_trades",
             [{"id": "5102", "create_time": str(S), "create_time_ms": f"{S}000.123", "currency_pair": "BTC_USDT",
               "side": "sell", "role": "taker", "amount": "0.5", "price": "60000", "order_id": "6102", "fee": "0",
               "fee_currency": "USDT", "point_fee": "0", "gt_fee": "2.5"}],
             [{"side": "sell", "fee": "2.5", "fee_currency": "GT", "is_maker": False}]),
        Case("isolated margin", "fills:margin", f"{API}/spot/my_trades",
             [{"id": "5103", "create_time": str(S), "create_time_ms": f"{S}000.5", "currency_pair": "BTC_USDT",
               "side": "buy", "role": "taker", "amount": "0.1", "price": "60000", "order_id": "6103", "fee": "12",
               "fee_currency": "USDT", "point_fee": "0", "gt_fee": "0"}],
             [{"key": "BTC_USDT/5103", "amount": "0.1", "fee": "12", "fee_currency": "USDT"}]),
        Case("of a dated future", "fills:delivery", f"{API}/delivery/usdt/my_trades",
             [{"id": 5401, "create_time": S, "contract": "BTC_USDT_20270101", "order_id": "6401", "size": 100,
               "price": "61000", "role": "taker", "text": "api", "fee": "0.3", "point_fee": "0"}],
             [{"key": "BTC_USDT_20270101/5401", "symbol": "BTC/USDT:USDT-270101", "side": "buy", "contracts": "100",
               "amount": "0.01", "fee": "0.3", "fee_currency": "USDT", "is_maker": False}]),
        Case("of contracts, with a rebate", "fills:swap-usdt", f"{API}/futures/usdt/my_trades_timerange",
             [{"trade_id": "5301", "create_time": f"{S}.12", "contract": "BTC_USDT", "order_id": "6301", "size": -500,
               "price": "60000", "text": "api", "fee": "-0.15", "point_fee": "0", "role": "maker"}],
             [{"side": "sell", "contracts": "500", "amount": "0.05", "fee": "-0.15", "fee_currency": "USDT",
               "is_maker": True, "closes": None}]),
        Case("of contracts: what opened, closed, and did both", "fills:swap-usdt",
             f"{API}/futures/usdt/my_trades_timerange",
             [{"trade_id": "530" + n, "create_time": f"{S}.12", "contract": "BTC_USDT", "order_id": "6302",
               "size": size, "close_size": closed, "price": "60000", "text": "api", "fee": "0.15", "point_fee": "0",
               "role": "taker"} for n, size, closed in (("2", 500, 0), ("3", -500, -500), ("4", -500, -200))],
             [{"side": "buy", "closes": False, "position_side": None}, {"side": "sell", "closes": True},
              {"side": "sell", "closes": None}]),
    ],
)  # fmt: skip
