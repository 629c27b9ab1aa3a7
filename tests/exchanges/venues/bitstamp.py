"""Bitstamp: one list of limit orders with their original and remaining amounts."""

from typing import Any

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, EndedCase, Venue, spot, swap
from tests.exchanges.transfer_cases import transfer, transfer_case

PATH = "/api/v2/open_orders/all/"
T = 1764000000000


def o(**values: Any) -> dict[str, Any]:
    """A row of open_orders/all: buys 0.5 BTC at 60,000."""
    return {
        "id": "1453282316578816", "datetime": "2025-11-24 16:00:00", "type": "0", "price": "60000.00",
        "amount": "0.50000000", "amount_at_create": "0.50000000", "currency_pair": "BTC/USD", "market": "BTC/USD",
        "client_order_id": "",
    } | values  # fmt: skip


def _case(name: str, *rows: Any, orders: Any, unreadable: int = 0) -> Case:
    return Case(name, "orders", PATH, rows, orders, method="POST", unreadable=unreadable)


def trade(**values: Any) -> dict[str, Any]:
    return {
        "id": 209895701, "order_id": 1453282316578816, "datetime": "2025-11-24 16:00:00.500000", "type": "2",
        "fee": "48.00000", "btc_usd": "60000.00", "btc": "0.50000000", "usd": "-30000.00", "eur": 0,
    } | values  # fmt: skip


def _ended(name: str, of: str, outcomes: Any, **row: Any) -> EndedCase:
    said = {"id": 1453282316578816, "datetime": "2025-11-24 16:00:00", "type": 0, "market": "BTC/USD",
            "amount_remaining": "0.00000000", "client_order_id": "", "transactions": []}  # fmt: skip
    return EndedCase(name, of, "/api/v2/order_status/", [said | row], outcomes, asks="detail", method="POST",
                     wrap=lambda rows: rows[0])  # fmt: skip


def part(amount: str, price: str) -> dict[str, Any]:
    return {"tid": 209895701, "price": price, "btc": amount, "usd": "29995.00", "fee": "4.80000",
            "datetime": "2025-11-24 16:01:00", "type": 2}  # fmt: skip


OWN = "1453282316578816"
ENDED = [
    _ended("filled", "limit", {OWN: {"ending": "filled", "filled": "0.5", "average_price": "59990", "ended_at": T + 60000}},
           status="Finished", transactions=[part("0.50000000", "59990.00")]),
    _ended("cancelled after a part", "partly filled sale", {OWN: {"ending": "cancelled", "filled": "0.2"}},
           status="Canceled", type=1, amount_remaining="0.30000000", transactions=[part("0.20000000", "60000.00")]),
    _ended("expired", "limit", {OWN: {"ending": "expired", "filled": "0"}}, status="Expired"),
    _ended("being cancelled is not cancelled", "limit", {}, status="Cancel pending"),
]  # fmt: skip


def derivative(own: str, **values: Any) -> dict[str, Any]:
    """A row of a perpetual: sells 0.5 BTC at 60,000."""
    return o(
        id=own, type="1", currency_pair="BTC/USD-PERP", market="BTC/USD-PERP", subtype="LIMIT", margin_mode="CROSS",
        leverage="5.00", reserved_margin="0.00", reduce_only=True, trigger="LAST_TRADED_PRICE",
    ) | values  # fmt: skip


def position(**values: Any) -> dict[str, Any]:
    """A row of open_positions: 0.5 BTC sold at 61,000."""
    return {
        "id": "5001", "market": "BTC/USD-PERP", "market_type": "PERPETUAL", "margin_mode": "ISOLATED",
        "settlement_currency": "USD", "entry_price": "61000.00", "pnl_percentage": "2.00", "pnl_realized": "-12.00",
        "pnl_settled_since_inception": "0.00", "leverage": "5.00", "pnl": "250.00", "size": "0.50000000",
        "pnl_unrealized": "250.00", "pnl_in_settlement": "250.00", "initial_margin": "6100.00",
        "estimated_liquidation_price": "72000.00", "mark_price": "60500.00", "side": "SHORT", "margin_tier": "1",
    } | values  # fmt: skip


def _transaction(word: str, n: int, **more: Any) -> dict[str, Any]:
    return {"id": n, "datetime": "2025-11-24 16:00:00.000000", "type": word, "fee": "0.00", "usd": 0, "btc": 0,
            "eur": 0} | more  # fmt: skip


TRANSFERS = (
    transfer_case("everything", "ledger", "/api/v2/user_transactions/", [
        _transaction("0", 1, btc="0.25"), _transaction("1", 2, btc="-0.10", fee="0.0005"),
        _transaction("2", 3, btc="0.1", usd="-6000", btc_usd="60000", order_id=5), _transaction("14", 4, usd="-50"),
        _transaction("27", 5, btc="0.00001"),
    ], [
        transfer("deposit", "BTC", "0.25"), transfer("interest", "BTC", "0.00001"),
        transfer("withdrawal", "BTC", "-0.10", fee="0.0005", fee_currency="BTC"), transfer("withdrawal", "USD", "-50"),
    ], method="POST"),
)  # fmt: skip


VENUE = Venue(
    exchange="bitstamp",
    transfers=TRANSFERS,
    markets=[spot("BTC/USD", "btcusd", baseId="btc", quoteId="usd"),
             spot("ETH/EUR", "etheur", baseId="eth", quoteId="eur"),
             swap("BTC/USD:USD", "btcusd-perp", baseId="BTC", quoteId="USD", settleId="USD")],
    wrap=list,
    ended=ENDED,
    balances=[
        AccountCase("with an order, and a coin that is not held", {"/api/v2/account_balances/": [
            {"currency": "usd", "total": "1200.00", "available": "900.00", "reserved": "300.00"},
            {"currency": "btc", "total": "0.50000000", "available": "0.50000000", "reserved": "0.00000000"},
            {"currency": "ada", "total": "0.00000000", "available": "0.00000000", "reserved": "0.00000000"},
        ]}, {
            "main/USD": {"total": "1200", "free": "900", "locked": "300"},
            "main/BTC": {"total": "0.5", "free": "0.5", "locked": "0"},
        }),
        AccountCase("nothing", {"/api/v2/account_balances/": []}, {}),
    ],
    positions=[
        AccountCase("isolated short, cross long, and one of size zero", {"/api/v2/open_positions/": [
            position(), position(id="5002", side="LONG", margin_mode="CROSS", estimated_liquidation_price=None),
            position(id="5003", size="0.00000000"),
        ]}, {
            "btcusd-perp/short/isolated": {
                "symbol": "BTC/USD:USD", "amount": "0.5", "entry_price": "61000", "mark_price": "60500",
                "unrealised_pnl": "250", "realised_pnl": "-12", "liquidation_price": "72000", "leverage": "5",
                "margin_mode": "isolated", "contracts": None,
            },
            "btcusd-perp/long": {"margin_mode": "cross", "liquidation_price": None},
        }),
        AccountCase("nothing", {"/api/v2/open_positions/": []}, {}),
        AccountCase("an account that may not hold any", {}, {}),
    ],
    cases=[
        _case("limit", o(), orders=[{
            "key": "1453282316578816", "symbol": "BTC/USD", "kind": "limit", "side": "buy", "amount": "0.5",
            "filled": "0", "remaining": "0.5", "limit_price": "60000", "trigger_price": None, "status": "open",
            "client_order_id": None, "created_at": T, "average_price": None,
        }]),
        _case("partly filled sale", o(type="1", amount="0.30000000", client_order_id="mine-1"), orders=[{
            "side": "sell", "amount": "0.5", "filled": "0.2", "remaining": "0.3", "status": "partially_filled",
            "client_order_id": "mine-1",
        }]),
        _case("what it was is not told", o(amount_at_create=None), orders=[{
            "amount": "0.5", "filled": None, "status": "open",
        }]),
        _case("two markets", o(id="1"), o(id="2", currency_pair="ETH/EUR", price="2500.00"), orders=[
            {"key": "1", "symbol": "BTC/USD"}, {"key": "2", "symbol": "ETH/EUR", "limit_price": "2500"},
        ]),
        _case("a price of a stop makes a trigger order", o(type="1", stop_price="55000.00", price="54900.00"), orders=[{
            "kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "status": "pending",
            "trigger_direction": None,
        }]),
        _case("of a derivative: stops, a take profit and a trailing stop that waits for its activation",
              derivative("1", subtype="STOP_LOSS", price="0", stop_price="55000.00", trigger="MARK_PRICE"),
              derivative("2", subtype="STOP_LOSS_LIMIT", price="54900.00", stop_price="55000.00"),
              derivative("3", subtype="TAKE_PROFIT", price="0", stop_price="70000.00", trigger="INDEX_PRICE"),
              derivative("4", subtype="TRAILING_STOP_LOSS", price="0", trailing_delta=250,
                         activation_price="66000.00"),
              derivative("5"), derivative("6", subtype="PEGGED"),
              orders=[
                  {"symbol": "BTC/USD:USD", "kind": "stop", "trigger_price": "55000", "trigger_kind": "mark",
                   "trigger_direction": "falls", "limit_price": None, "reduce_only": True, "status": "pending"},
                  {"kind": "stop_limit", "trigger_price": "55000", "limit_price": "54900", "trigger_kind": "last"},
                  {"kind": "take_profit", "trigger_direction": "rises", "trigger_kind": "index"},
                  {"kind": "trailing_stop", "trailing_distance": "2.5", "trailing_unit": "percent",
                   "activation_price": "66000", "trigger_price": None},
                  {"kind": "limit", "market_type": "perpetual", "limit_price": "60000", "trigger_price": None},
                  {"kind": "unknown"},
              ]),
        _case("a row without an id", o(id=None), o(id="5"), orders=[{"key": "5"}], unreadable=1),
    ],
    fills=[
        Case("bought and sold, with a deposit between", "fills:all", "/api/v2/user_transactions/",
             [trade(), {"id": 1, "type": "0", "datetime": "2025-11-24 16:00:00.600000", "usd": "5", "fee": "0"},
              trade(id=2, btc="-0.50000000", usd="30000.00", datetime="2025-11-24 16:00:00.900000")],
             [{"key": "btcusd/209895701", "side": "buy", "price": "60000", "amount": "0.5", "fee": "48",
               "fee_currency": "USD", "is_maker": None, "order_id": "1453282316578816", "at": T + 500},
              {"side": "sell", "amount": "0.5"}],
             method="POST"),
    ],
)  # fmt: skip
