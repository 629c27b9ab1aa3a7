"""Coinbase (Advanced Trade): resting and waiting orders in one list, brackets of a limit and a stop, accounts by page."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap

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


ACCOUNTS, SUMMARY = "/v2/accounts", "/api/v3/brokerage/cfm/balance_summary"
FUTURES = "/api/v3/brokerage/cfm/positions"


def account(own: str, currency: str, amount: str, kind: str = "wallet") -> dict[str, Any]:
    """A row of accounts."""
    return {
        "id": own, "name": f"{currency} Wallet", "primary": False, "type": kind,
        "currency": {"code": currency, "name": currency, "exponent": 8, "type": "crypto"},
        "balance": {"amount": amount, "currency": currency}, "resource": "account", "allow_deposits": True,
    }  # fmt: skip


def page(*rows: Any, after: str | None = None) -> dict[str, Any]:
    return {"pagination": {"next_starting_after": after, "limit": 250, "order": "desc"}, "data": list(rows)}


def usd(value: str) -> dict[str, str]:
    return {"value": value, "currency": "USD"}


TRADED, PORTFOLIOS = "/api/v3/brokerage/accounts", "/api/v3/brokerage/portfolios"
OWN = "0b1c-22"
PERPETUALS = {"portfolios": [
    {"name": "Default", "uuid": "0a-1", "type": "DEFAULT", "deleted": False},
    {"name": "Old", "uuid": "0a-2", "type": "INTX", "deleted": True},
    {"name": "Perpetuals", "uuid": OWN, "type": "INTX", "deleted": False},
]}  # fmt: skip


def traded(own: str, currency: str, free: str, hold: str) -> dict[str, Any]:
    """A row of the accounts that can be traded."""
    return {
        "uuid": own, "name": f"{currency} Wallet", "currency": currency, "type": "ACCOUNT_TYPE_CRYPTO",
        "available_balance": {"value": free, "currency": currency}, "hold": {"value": hold, "currency": currency},
    }  # fmt: skip


def collateral(asset: str, quantity: str, hold: str, loan: str = "0") -> dict[str, Any]:
    return {
        "asset": {"asset_id": f"id-{asset}", "asset_name": asset}, "quantity": quantity, "hold": hold, "loan": loan,
        "transfer_hold": "0", "collateral_value": "1", "max_withdraw_amount": "700", "pledged_quantity": "0",
    }  # fmt: skip


BALANCES = [
    AccountCase("wallets, a vault, staked ether and futures, on two pages", {
        ACCOUNTS: page(account("a-1", "BTC", "0.5"), account("a-2", "BTC", "1.5", "vault"),
                       account("a-3", "USD", "1000", "fiat"), after="a-3"),
        f"{ACCOUNTS}?starting_after=a-3": page(account("a-4", "BTC", "0.05"), account("a-5", "ETH2", "2"),
                                               account("a-6", "ADA", "0")),
        SUMMARY: {"balance_summary": {
            "futures_buying_power": usd("1100"), "total_usd_balance": usd("1300"), "cbi_usd_balance": usd("1000"),
            "cfm_usd_balance": usd("300"), "unrealized_pnl": usd("33"), "initial_margin": usd("120"),
        }},
        TRADED: {"accounts": [traded("a-1", "BTC", "0.4", "0.1"), traded("a-3", "USD", "750", "250")]},
        PORTFOLIOS: PERPETUALS,
        f"/api/v3/brokerage/intx/balances/{OWN}": {"portfolio_balances": [{"portfolio_uuid": OWN, "balances": [
            collateral("USDC", "1200.5", "80"), collateral("BTC", "0.2", "0", loan="0.05"),
        ]}]},
    }, {
        "main/BTC": {"total": "0.55", "free": None, "locked": None},  # the holds of one of two accounts are unknown
        "vault/BTC": {"total": "1.5"},
        "main/USD": {"total": "1000", "free": "750", "locked": "250"},
        "main-earn/ETH": {"total": "2"},
        "futures/USD": {"total": "300", "locked": "120"},
        "perpetuals/USDC": {"total": "1200.5", "locked": "80", "debt": None},
        "perpetuals/BTC": {"total": "0.15", "debt": "0.05"},
    }),
    AccountCase("no account of futures, and a cursor that does not move on", {
        ACCOUNTS: page(account("a-1", "BTC", "0.4"), after="a-1"), SUMMARY: {"balance_summary": None},
        PORTFOLIOS: {"portfolios": []},
    }, {"main/BTC": {"total": "0.4", "locked": None}}),
    AccountCase("an odd row", {ACCOUNTS: page({"id": "a-9", "type": "wallet"}, account("a-1", "BTC", "0.4"))},
                {"main/BTC": {"total": "0.4"}}, unreadable=1),
]  # fmt: skip


def money(value: str) -> dict[str, str]:
    return {"value": value, "currency": "USDC"}


FUTURE = {
    "product_id": "BIT-26DEC25-CDE", "expiration_time": "2025-12-26T16:00:00Z", "side": "SHORT",
    "number_of_contracts": "20", "current_price": "60500", "avg_entry_price": "61000", "unrealized_pnl": "100",
    "daily_realized_pnl": "7",
}  # fmt: skip
PERPETUAL = {
    "product_id": "BTC-PERP-INTX", "portfolio_uuid": OWN, "symbol": "BTC-PERP-INTX", "vwap": money("60200"),
    "entry_vwap": money("58000"), "position_side": "POSITION_SIDE_LONG", "margin_type": "MARGIN_TYPE_CROSS",
    "net_size": "0.5", "unrealized_pnl": money("150"), "mark_price": money("60500"), "liquidation_price": money("0"),
    "leverage": "4", "aggregated_pnl": money("1250"), "im_notional": money("7562.5"),
}  # fmt: skip
HELD = f"/api/v3/brokerage/intx/positions/{OWN}"
POSITIONS = [
    AccountCase("futures, and perpetuals whose profit was settled in part", {
        FUTURES: {"positions": [FUTURE]}, PORTFOLIOS: PERPETUALS,
        HELD: {"positions": [PERPETUAL], "summary": {"aggregated_pnl": money("1250")}},
    }, {
        "BIT-26DEC25-CDE/short": {
            "amount": "0.2", "contracts": "20", "entry_price": "61000", "mark_price": "60500", "unrealised_pnl": "100",
        },
        "BTC-PERP-INTX/long": {
            "amount": "0.5", "entry_price": "58000", "mark_price": "60500", "unrealised_pnl": "1250",
            "session_pnl": "150", "liquidation_price": None, "leverage": "4", "margin_mode": "cross",
        },
    }),
    AccountCase("an account outside of the United States", {
        PORTFOLIOS: PERPETUALS, HELD: {"positions": [PERPETUAL | {"net_size": "-0.25"}]},
    }, {"BTC-PERP-INTX/short": {"amount": "0.25"}}),
    AccountCase("neither", {FUTURES: {"positions": []}, PORTFOLIOS: {"portfolios": []}}, {}),
]  # fmt: skip


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
