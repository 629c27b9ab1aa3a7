"""Deribit: for each currency one list of resting, waiting and linked orders."""

from collections.abc import Sequence
from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.transfer_cases import TIME, transfer, transfer_case

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
    _ended("a state that nobody knows", "limit, in dollars and not in contracts", o(order_state="archived"),
           outcomes={}, unreadable=1),
]  # fmt: skip


def _answer(result: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "result": result}


def _summary(currency: str, **values: Any) -> dict[str, Any]:
    """equity = balance + session_rpl + session_upl of futures + value of options."""
    return {
        "currency": currency, "balance": 0, "equity": 0, "session_rpl": 0, "session_upl": 0, "futures_session_rpl": 0,
        "futures_session_upl": 0, "options_session_upl": 0, "options_value": 0, "available_funds": 0,
        "available_withdrawal_funds": 0, "initial_margin": 0, "maintenance_margin": 0, "margin_balance": 0,
        "spot_reserve": 0, "cross_collateral_enabled": False, "margin_model": "segregated_sm",
    } | values  # fmt: skip


SUMMARY, SUMMARIES = "/api/v2/private/get_account_summary", "/api/v2/private/get_account_summaries"
SHARED = {"cross_collateral_enabled": True, "margin_model": "cross_sm", "total_equity_usd": 151000}
# 2.0 + 0.05 realized in this session + 0.15 of open futures + 0.3 of an option
BITCOIN = _summary(
    "BTC", balance=2.0, equity=2.5, session_rpl=0.05, futures_session_rpl=0.05, session_upl=0.12,
    futures_session_upl=0.15, options_session_upl=-0.03, options_value=0.3, available_funds=1.75, initial_margin=0.5,
)  # fmt: skip
DOLLARS = _summary("USDC", balance=1000, equity=1000, available_funds=1000)
RIPPLE = _summary("XRP", balance=12, equity=12, available_funds=12)
BALANCES = [
    AccountCase(
        "profit of the session, an option, an empty currency and one that is read with all others",
        {
            SUMMARY: _answer(_summary("ETH")),
            f"{SUMMARY}?currency=BTC": _answer(BITCOIN),
            f"{SUMMARY}?currency=USDC": _answer(DOLLARS),
            SUMMARIES: _answer({"summaries": [BITCOIN, _summary("ETH"), DOLLARS, RIPPLE]}),
        },
        {
            "btc/BTC": {"total": "2.35", "free": "1.75", "locked": "0.5", "includes_open_profit": False},
            "usdc/USDC": {"total": "1000", "free": "1000", "locked": "0"},
            "xrp/XRP": {"total": "12", "free": "12"},
        },
        equities=[("btc", "BTC", "2.5"), ("usdc", "USDC", "1000"), ("xrp", "XRP", "12")],
    ),
    AccountCase(
        # "When cross collateral is enabled, this aggregated value is calculated by converting the sum of each cross
        # collateral currency's value": available funds and margins alone. Equity stays that of the currency.
        "cross collateral: available funds are those of all currencies",
        {
            SUMMARY: _answer(_summary("ETH")),
            f"{SUMMARY}?currency=BTC": _answer(
                _summary("BTC", balance=2, equity=2, available_funds=2.4, initial_margin=0.1, **SHARED)
            ),
            f"{SUMMARY}?currency=USDC": _answer(
                _summary("USDC", balance=31000, equity=31000, available_funds=144000, initial_margin=6000, **SHARED)
            ),
            SUMMARIES: _answer({"summaries": []}),
        },
        {
            "btc/BTC": {"total": "2", "free": None, "locked": None},
            "usdc/USDC": {"total": "31000", "free": None, "locked": None},
        },
    ),
]


def _position(**values: Any) -> dict[str, Any]:
    """A row of get_positions. The position gained 0.02 BTC since it was opened, 0.005 of it in this session."""
    return {
        "instrument_name": "BTC-PERPETUAL", "kind": "future", "direction": "buy", "size": 30000.0, "size_currency": 0.5,
        "average_price": 57692.5, "mark_price": 60000.0, "index_price": 60001.0, "settlement_price": 59405.94,
        "leverage": 25, "initial_margin": 0.02, "maintenance_margin": 0.01, "floating_profit_loss": 0.005,
        "realized_profit_loss": 0.001, "total_profit_loss": 0.02, "estimated_liquidation_price": 40000.0,
    } | values  # fmt: skip


POSITIONS = [
    AccountCase(
        "in dollars, in coins, an option and one of size zero",
        {
            "/api/v2/private/get_positions": _answer(
                [
                    _position(),
                    _position(
                        instrument_name="BTC_USDC-PERPETUAL",
                        direction="sell",
                        size=-0.25,
                        average_price=61000.0,
                        floating_profit_loss=100.0,
                        total_profit_loss=250.0,
                        estimated_liquidation_price=None,
                    ),
                    _position(
                        instrument_name="BTC-26DEC25-70000-C",
                        kind="option",
                        size=2.0,
                        average_price=0.04,
                        mark_price=0.05,
                        total_profit_loss=0.02,
                        floating_profit_loss=0.01,
                    ),
                    _position(instrument_name="BTC_USDC-PERPETUAL", direction="zero", size=0.0),
                ]
            ),
        },
        {
            "BTC-PERPETUAL/long": {
                "amount": "0.5",
                "contracts": "3000",
                "entry_price": "57692.5",
                "mark_price": "60000",
                "leverage": "25",
                "unrealised_pnl": "1200",
                "session_pnl": "300",
                "realised_pnl": "60",
                "liquidation_price": "40000",
            },
            "BTC_USDC-PERPETUAL/short": {
                "amount": "0.25",
                "unrealised_pnl": "250",
                "session_pnl": "100",
                "liquidation_price": None,
            },
            "BTC-26DEC25-70000-C/long": {"amount": "2", "market_type": "option", "session_pnl": "0"},
        },
    ),
    AccountCase("nothing", {"/api/v2/private/get_positions": _answer([])}, {}),
]


def _deribit(rows: Sequence[Any]) -> Any:
    return {"jsonrpc": "2.0", "id": 1, "result": {"count": len(rows), "data": list(rows)}}


TRANSFERS = (
    transfer_case("deposits", "deposits-btc", "/api/v2/private/get_deposits", [
        {"address": "a", "amount": 5, "currency": "BTC", "received_timestamp": TIME, "state": state, "transaction_id": tx,
         "updated_timestamp": TIME} for state, tx in (("completed", "x1"), ("pending", "x2"))
    ], [transfer("deposit", "BTC", "5"), transfer("deposit", "BTC", "5", "pending")], _deribit),
    transfer_case("withdrawals", "withdrawals-btc", "/api/v2/private/get_withdrawals", [
        {"address": "a", "amount": 0.5, "confirmed_timestamp": TIME, "created_timestamp": TIME, "currency": "BTC",
         "fee": 0.0001, "id": n, "priority": 1, "state": state, "transaction_id": None, "updated_timestamp": TIME}
        for n, state in ((1, "completed"), (2, "rejected"))
    ], [transfer("withdrawal", "BTC", "-0.5", fee="0.0001"), transfer("withdrawal", "BTC", "-0.5", "failed")], _deribit),
    transfer_case("between accounts", "internal-btc", "/api/v2/private/get_transfers", [
        {"id": n, "created_timestamp": TIME, "updated_timestamp": TIME, "currency": "BTC", "amount": 0.2,
         "direction": direction, "other_side": "sub", "state": "confirmed", "type": "subaccount"}
        for n, direction in ((1, "payment"), (2, "income"))
    ], [transfer("deposit", "BTC", "0.2"), transfer("withdrawal", "BTC", "-0.2")], _deribit),
)  # fmt: skip


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
