"""Exchanges that read by POST are asked through the real gateway: their reading calls pass, each on its own path."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from domain.sources import Source
from exchanges.connection.errors import ExchangeError, ForbiddenCall
from exchanges.connection.markets import SharedMarkets
from exchanges.contracts import AccountConnection, AccountScope
from exchanges.open import open_reader
from exchanges.unified.venue_calls import order_calls, unreadable_kinds
from exchanges.venues.registry import venue_of
from tests.exchanges.harness import gateway_of, reader_of, spot
from tests.exchanges.payload_server import PayloadServer, Reply, Request, serving
from tests.exchanges.venues.hyperliquid import VENUE as HYPERLIQUID
from tests.exchanges.venues.hyperliquid import o

ADDRESS = "0x" + "1a" * 20
NOT_STAKED = dict.fromkeys(("delegated", "undelegated", "totalPendingWithdrawal"), "0.0")
ELSEWHERE: dict[str, Any] = {"userVaultEquities": [], "delegatorSummary": NOT_STAKED}
READS = {
    ("kraken", "fetch_balance", "/0/private/BalanceEx"),
    ("kraken", "fetch_open_orders", "/0/private/OpenOrders"),
    ("kraken", "fetch_closed_orders", "/0/private/ClosedOrders"),
    ("kraken", "fetch_my_trades", "/0/private/TradesHistory"),
    ("kraken", "fetch_ledger", "/0/private/Ledgers"),
    ("kraken", "fetch_positions", "/0/private/OpenPositions"),
    ("bitfinex", "fetch_balance", "/v2/auth/r/wallets"),
    ("bitfinex", "fetch_open_orders", "/v2/auth/r/orders"),
    ("bitfinex", "fetch_closed_orders", "/v2/auth/r/orders/hist"),
    ("bitfinex", "fetch_my_trades", "/v2/auth/r/trades/hist"),
    ("bitfinex", "fetch_positions", "/v2/auth/r/positions"),
    ("bitfinex", "fetch_ledger", "/v2/auth/r/ledgers/hist"),
    ("bitstamp", "fetch_balance", "/api/v2/account_balances/"),
    ("bitstamp", "fetch_open_orders", "/api/v2/open_orders/all/"),
    ("bitstamp", "fetch_my_trades", "/api/v2/user_transactions/"),
    ("bitstamp", "fetch_ledger", "/api/v2/user_transactions/"),
    ("bitstamp", "fetch_withdrawals", "/api/v2/withdrawal-requests/"),
    ("hyperliquid", "fetch_balance", "/info"),
    ("hyperliquid", "fetch_open_orders", "/info"),
    ("hyperliquid", "fetch_closed_orders", "/info"),
    ("hyperliquid", "fetch_my_trades", "/info"),
    ("hyperliquid", "fetch_positions", "/info"),
    ("hyperliquid", "fetch_ledger", "/info"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[PayloadServer]:
    with serving() as payloads:
        yield payloads


@pytest.mark.parametrize(("exchange", "method", "path"), sorted(READS))
def test_a_reading_call_leaves_by_post(server: PayloadServer, exchange: str, method: str, path: str) -> None:
    gateway = gateway_of(AccountConnection("main", exchange, ADDRESS, "c2VjcmV0", base_url=server.url))
    reached = vars(gateway)["_Gateway__exchange"]
    reached.set_markets([spot("BTC/USD", "btcusd")])
    reached.enableRateLimit = False
    server.answers[path] = Reply("{}")
    before = len(server.requests)
    try:
        gateway.call(method)
    except ForbiddenCall:
        raise
    except ExchangeError:  # an empty answer is none: what matters is that the question left
        pass
    asked = {(request.method, request.path) for request in server.requests[before:]}
    assert ("POST", path) in asked
    gateway.close()


def test_hyperliquid_is_read_by_the_address_given_as_the_key(server: PayloadServer) -> None:
    """No signature, no private key: the address stands in the question."""
    bodies: list[Any] = []

    def answer(request: Request) -> Reply:
        bodies.append(json.loads(request.body))
        return Reply(json.dumps([o()]))

    server.answers["/info"] = answer
    account = AccountConnection("main", "hyperliquid", ADDRESS, "none", base_url=server.url)
    reader = open_reader(account, SharedMarkets())
    reached = vars(vars(reader)["_gateway"])["_Gateway__exchange"]
    reached.fetch_markets = lambda *_: [dict(market) for market in HYPERLIQUID.markets]
    reached.has["fetchCurrencies"] = False
    assert len(reader.fetch(Source.ORDERS, AccountScope()).success.rows) == 1
    assert bodies == [{"type": "frontendOpenOrders", "user": ADDRESS}]
    reader.close()


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("unifiedAccount", {("spot", "USDC", "900")}),
        ("portfolioMargin", {("spot", "USDC", "900")}),
        ("disabled", {("spot", "USDC", "900"), ("swap", "USDC", "1500")}),
    ],
)
def test_holdings_of_a_unified_hyperliquid_account_are_counted_once(
    server: PayloadServer, account: str, expected: set[tuple[str, str, str]]
) -> None:
    said: dict[str, Any] = ELSEWHERE | {
        "userAbstraction": account,
        "spotClearinghouseState": {"balances": [{"coin": "USDC", "token": 0, "total": "900", "hold": "0"}]},
        "clearinghouseState": {"marginSummary": {"accountValue": "1500", "totalMarginUsed": "10"}, "time": 1},
    }
    server.answers["/info"] = lambda request: Reply(json.dumps(said[json.loads(request.body)["type"]]))
    reader = reader_of(HYPERLIQUID, server.url)
    rows = reader.fetch(Source.BALANCES, AccountScope()).success.rows
    assert {(row.wallet, row.asset, str(row.total)) for row in rows} == expected
    reader.close()


def test_an_account_on_hyperliquid_may_become_a_unified_one(
    server: PayloadServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: dict[str, Any] = ELSEWHERE | {
        "userAbstraction": "disabled",
        "spotClearinghouseState": {"balances": [{"coin": "USDC", "token": 0, "total": "900", "hold": "0"}]},
        "clearinghouseState": {"marginSummary": {"accountValue": "1500", "totalMarginUsed": "10"}, "time": 1},
    }
    server.answers["/info"] = lambda request: Reply(json.dumps(said[json.loads(request.body)["type"]]))
    reader = reader_of(HYPERLIQUID, server.url)
    assert len(reader.fetch(Source.BALANCES, AccountScope()).success.rows) == 2
    said["userAbstraction"] = "unifiedAccount"
    now = time.monotonic()
    monkeypatch.setattr("exchanges.unified.reader.time.monotonic", lambda: now + 600)
    assert len(reader.fetch(Source.BALANCES, AccountScope()).success.rows) == 1
    reader.close()


@pytest.mark.parametrize("exchange", ["kraken", "krakenfutures", "coinbase", "hyperliquid", "deribit", "bitfinex"])
def test_trigger_orders_are_in_the_list_of_open_orders(exchange: str) -> None:
    calls = order_calls(venue_of(exchange), {})
    assert {str(call.kind) for call in calls} == {"orders"}
    assert unreadable_kinds(venue_of(exchange), calls) == frozenset()


def test_trigger_orders_on_bitstamp_are_reported_as_unreadable() -> None:
    """The list holds limit orders only. A missing stop in it does not mean that there is none."""
    assert {str(kind) for kind in unreadable_kinds(venue_of("bitstamp"), order_calls(venue_of("bitstamp"), {}))} == {
        "triggers"
    }
