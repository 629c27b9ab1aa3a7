"""The door of every exchange only reads: whatever of ccxt's acting methods is reached, no byte of it leaves."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import ccxt
import pytest

from exchanges.connection.errors import ForbiddenCall
from exchanges.connection.guard import Guard
from exchanges.connection.market_tables import MarketTables
from exchanges.contracts import AccountConnection
from exchanges.venues.registry import declared_exchanges, venue_of
from tests.exchanges.harness import gateway_of, spot, swap
from tests.exchanges.payload_server import PayloadServer, Request, serving

NAMED = sorted({*(name for name in declared_exchanges() if venue_of(name).open_orders), "cryptocom"})
WHOLE = {"precision": {"amount": 8, "price": 8}}
MARKETS = [spot("BTC/USDT", "BTCUSDT"), swap("BTC/USDT:USDT", "BTCUSDTP"), swap("BTC/USD:BTC", "BTCUSDP")]
SIDES = {"symbol": "BTC/USDT:USDT", "type": "limit", "side": "buy", "amount": "1", "price": "50000", "id": "1"}
PLAUSIBLE: dict[str, Any] = SIDES | {
    "symbols": ["BTC/USDT:USDT"],
    "ids": ["1"],
    "orders": [SIDES],
    "code": "USDT",
    "address": "0x0000000000000000000000000000000000000001",
    "tag": None,
    "fromAccount": "spot",
    "toAccount": "swap",
    "leverage": 2,
    "marginMode": "cross",
    "hedged": True,
    "timeout": 1000,
}
ACTS = (
    "create_order",
    "create_orders",
    "cancel_order",
    "cancel_orders",
    "cancel_all_orders",
    "edit_order",
    "withdraw",
    "transfer",
    "set_leverage",
    "set_margin_mode",
    "set_position_mode",
    "close_position",
)


@pytest.fixture(scope="module")
def server() -> Iterator[PayloadServer]:
    with serving() as payloads:
        yield payloads


def behind(exchange: str, server: PayloadServer) -> Any:
    """ccxt's exchange behind the door: what a slip in our own code could reach at worst."""
    connection = AccountConnection(
        "main", exchange, "0x" + "1" * 40, "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI=", "pass", base_url=server.url
    )
    reached = vars(gateway_of(connection))["_Gateway__exchange"]
    reached.enableRateLimit = False
    reached.privateKey = "0x" + "1" * 64
    ticks = reached.precisionMode == ccxt.TICK_SIZE
    reached.set_markets([dict(market) if ticks else market | WHOLE for market in MARKETS])
    return reached


def attempts(method: Any) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    parameters = inspect.signature(method).parameters.values()
    wanted = [p.name for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    optional = {"symbol"} & {p.name for p in parameters} - set(wanted)
    for symbol in ("BTC/USDT", "BTC/USDT:USDT", "BTC/USD:BTC"):
        given = PLAUSIBLE | {"symbol": symbol, "symbols": [symbol], "orders": [SIDES | {"symbol": symbol}]}
        yield [given.get(name, "1") for name in wanted], {name: given[name] for name in optional}


# ccxt refuses the secret of this test before it signs for these. Their endpoints are tried one by one elsewhere.
UNSIGNED = frozenset({"modetrade", "woofipro"})


@pytest.mark.parametrize("exchange", [name for name in NAMED if name not in UNSIGNED])
def test_no_acting_request_reaches_any_exchange(server: PayloadServer, exchange: str) -> None:
    """ccxt's own acting methods on its own object: each gets as far as the session at most, and is refused there."""
    before = len(server.requests)
    reached, refused = behind(exchange, server), 0
    for name in ACTS:
        method = getattr(reached, name)
        for given, named in attempts(method):
            try:
                method(*given, **named)
            except ForbiddenCall:
                refused += 1
            except Exception:  # ccxt finds fault with what it is given before it sends anything
                continue
    acted = [r for r in server.requests[before:] if not _only_reads(r)]
    assert acted == []
    assert refused >= 2, "the acting methods did not get as far as the session: the test would pass for want of them"


def _only_reads(request: Request) -> bool:
    """True if a request only reads.

    ccxt's requests before an action (accounts, account types, nonces) are GETs without a body. Hyperliquid is read by
    POST, on a path without actions.
    """
    return (request.method == "GET" and not request.body) or (request.method, request.path) == ("POST", "/info")


@pytest.mark.parametrize(
    ("exchange", "method", "path", "reads"),
    [
        ("kraken", "POST", "/0/private/OpenOrders", True),
        ("kraken", "POST", "/0/private/AddOrder", False),
        ("kraken", "POST", "/0/private/CancelAll", False),
        ("kraken", "POST", "/0/private/Withdraw", False),
        ("kraken", "POST", "/0/private/WithdrawStatus", True),
        ("bitfinex", "POST", "/v2/auth/r/orders", True),
        ("bitfinex", "POST", "/v2/auth/w/order/submit", False),
        ("bitfinex", "POST", "/v2/auth/r/../w/order/submit", False),
        ("bitstamp", "POST", "/api/v2/open_orders/all/", True),
        ("bitstamp", "POST", "/api/v2/buy/btcusd/", False),
        ("bitstamp", "POST", "/api/v2/cancel_order/", False),
        ("hyperliquid", "POST", "/info", True),
        ("hyperliquid", "POST", "/exchange", False),
        ("htx", "POST", "/swap-api/v1/swap_openorders", True),
        ("htx", "POST", "/swap-api/v1/swap_order", False),
        ("htx", "POST", "/swap-api/v1/swap_cancel", False),
        ("htx", "POST", "/v1/order/orders/place", False),
        ("kucoin", "GET", "/api/v1/stop-order", True),
        ("kucoin", "DELETE", "/api/v1/stop-order", False),
        ("kucoin", "POST", "/api/v1/stop-order", False),
        ("coinbase", "GET", "/api/v3/brokerage/orders/historical/batch", True),
        ("binance", "POST", "/api/v3/order", False),
        ("binance", "GET", "/sapi/v1/capital/withdraw/history", True),
        ("deribit", "GET", "/api/v2/private/buy", False),
        ("whitebit", "POST", "/api/v4/orders", True),
        ("whitebit", "POST", "/api/v4/order/new", False),
    ],
)
def test_reading_paths_are_distinguished_from_acting_paths(exchange: str, method: str, path: str, reads: bool) -> None:
    guard = Guard(exchange, venue_of(exchange).rules, {"https://api.example.com"}, ())
    if reads:
        guard.check(method, f"https://api.example.com{path}", "nonce=1" if method == "POST" else None)
        return
    with pytest.raises(ForbiddenCall):
        guard.check(method, f"https://api.example.com{path}", None)


def test_every_venue_is_an_exchange_that_ccxt_knows() -> None:
    assert set(declared_exchanges()) <= set(ccxt.exchanges)


def test_markets_are_loaded_once_for_all_accounts(server: PayloadServer) -> None:
    """ccxt's tables are the very same objects for two accounts on one exchange."""
    listings: MarketTables[Mapping[str, Any]] = MarketTables()
    found: list[Any] = []
    loads: list[int] = []

    def load(*_: Any) -> list[dict[str, Any]]:
        loads.append(1)
        return [dict(market) for market in MARKETS]

    for name in ("one", "two"):
        gateway = gateway_of(AccountConnection(name, "kraken", "key", "c2VjcmV0", base_url=server.url))
        reached = vars(gateway)["_Gateway__exchange"]
        reached.fetch_markets = load
        reached.has["fetchCurrencies"] = False
        listed = gateway.with_markets(listings, server.url)
        found.append(reached.markets)
        assert listed.named("BTC/USDT").exchange_symbol == "BTCUSDT"
    assert loads == [1]
    assert found[0] is found[1]
