"""The door only reads: whatever is tried, no request that creates, cancels, amends, withdraws or transfers leaves."""

import ast
import inspect
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import ccxt
import pytest
from ccxt.abstract.cryptocom import ImplicitAPI

from exchanges.connection.calls import UNIFIED_READS
from exchanges.connection.errors import ForbiddenCall
from exchanges.connection.gateway import Gateway
from exchanges.contracts import AccountConnection
from exchanges.venues.registry import venue_of
from tests.exchanges.harness import gateway_of
from tests.exchanges.payload_server import PayloadServer, serving
from tests.exchanges.wire_payloads import instrument_row

ACTS = (
    "create",
    "cancel",
    "edit",
    "withdraw",
    "transfer",
    "close",
    "set",
    "add",
    "borrow",
    "repay",
    "reduce",
    "sign_in",
)
ACTING = sorted(
    name
    for name in dir(ccxt.cryptocom)
    if name.startswith(ACTS) and name != "close" and callable(getattr(ccxt.cryptocom, name))
)
IMPLICIT = sorted(name for name in vars(ImplicitAPI) if not name.startswith("_"))
READS = {f"/exchange/v1/{path}" for path in venue_of("cryptocom").rules.calls}
ORDER = {"symbol": "BTC/USD", "type": "limit", "side": "buy", "amount": "1", "price": "1", "id": "1"}
PLAUSIBLE: dict[str, Any] = ORDER | {
    "symbols": ["BTC/USD"],
    "ids": ["1"],
    "orders": [ORDER],
    "code": "USDT",
    "address": "0x0000000000000000000000000000000000000001",
    "tag": None,
    "fromAccount": "spot",
    "toAccount": "margin",
    "leverage": 2,
    "marginMode": "cross",
    "cost": "1",
    "timeout": 1000,
}


SHARED = {"api", "exceptions", "httpExceptions", "ecdsaCurves", "ecdsaPrehashedAlgorithms"}


@pytest.fixture(scope="module")
def server() -> Iterator[PayloadServer]:
    with serving() as payloads:
        payloads.lists("public/get-instruments", instrument_row())
        yield payloads


def opened(server: PayloadServer) -> Gateway:
    return gateway_of(AccountConnection("main", "cryptocom", "key", "secret", base_url=server.url))


def behind(gateway: Gateway) -> Any:
    """ccxt's exchange behind the door: what a slip in our own code could reach at worst."""
    exchange = vars(gateway)["_Gateway__exchange"]
    exchange.enableRateLimit = False
    exchange.set_markets(exchange.fetch_markets())
    return exchange


def arguments(method: Any) -> list[Any]:
    parameters = inspect.signature(method).parameters.values()
    wanted = [p for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    return [PLAUSIBLE.get(parameter.name, "1") for parameter in wanted]


def strangers(server: PayloadServer) -> set[str]:
    """Requests that reached the exchange without being on the list of read-only calls."""
    return {request.path for request in server.requests} - READS


@pytest.mark.parametrize("name", ACTING)
def test_the_door_refuses_every_acting_method(server: PayloadServer, name: str) -> None:
    before = len(server.requests)
    with pytest.raises(ForbiddenCall, match="not on the list"):
        opened(server).call(name, "BTC/USD", "limit", "buy", "1", "1")
    assert len(server.requests) == before


def test_no_acting_method_of_ccxt_sends_a_request(server: PayloadServer) -> None:
    """Even with the door open: every acting method, in both spellings, called on ccxt's own object."""
    assert len(ACTING) > 60
    for name in {*ACTING, *map(_camel, ACTING)}:
        exchange = behind(opened(server))
        with suppress(Exception):
            getattr(exchange, name)(*arguments(getattr(exchange, name)))
    assert strangers(server) == set()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("create_order", ["BTC/USD", "limit", "buy", "1", "1"]),
        ("createOrder", ["BTC/USD", "market", "sell", "1"]),
        ("create_orders", [[ORDER]]),
        ("edit_order", ["1", "BTC/USD", "limit", "buy", "1", "1"]),
        ("cancel_order", ["1"]),
        ("cancelOrder", ["1"]),
        ("cancel_orders", [["1"], "BTC/USD"]),
        ("cancel_all_orders", []),
        ("close_position", ["BTC/USD"]),
        ("withdraw", ["USDT", "1", "0x0000000000000000000000000000000000000001"]),
    ],
)
def test_an_acting_method_is_stopped_at_the_session(server: PayloadServer, name: str, given: list[Any]) -> None:
    """So that the test above does not pass for want of an argument."""
    with pytest.raises(ForbiddenCall, match=r"POST /exchange/v1/private/\S+ is not on the list"):
        getattr(behind(opened(server)), name)(*given)
    assert strangers(server) == set()


def test_no_implicit_method_leaves_that_is_not_a_listed_reading_call(server: PayloadServer) -> None:
    exchange = behind(opened(server))
    assert len(IMPLICIT) > 100
    refused = []
    for name in IMPLICIT:
        try:
            getattr(exchange, name)({"instrument_name": "BTC_USD"})
        except ForbiddenCall:
            refused.append(name)
        except Exception:
            pass
    assert strangers(server) == set()
    assert "v1PrivatePostPrivateCreateOrder" in refused
    assert "v1_private_post_private_create_withdrawal" in refused
    assert "v1PrivatePostPrivateUserBalance" not in refused


@pytest.mark.parametrize(
    "path",
    ["private/create-order", "private/advanced/create-order", "private/cancel-all-orders", "private/create-withdrawal"],
)
def test_a_path_that_acts_is_refused_at_the_door_and_at_the_session(server: PayloadServer, path: str) -> None:
    gateway = opened(server)
    with pytest.raises(ForbiddenCall):
        gateway.request(path)
    for method in ("POST", "GET", "PUT", "DELETE"):
        with pytest.raises(ForbiddenCall):
            behind(gateway).request(path, ["v1", "private"], method, {})
    assert strangers(server) == set()


def test_a_base_url_set_elsewhere_later_leads_nowhere(server: PayloadServer) -> None:
    exchange = behind(opened(server))
    exchange.set_sandbox_mode(True)
    with pytest.raises(ForbiddenCall, match="refused to send anything to"):
        exchange.request("private/user-balance", ["v1", "private"], "POST", {})


@pytest.mark.parametrize("exchange", ["binance", "kraken", "deribit", "bybit"])
@pytest.mark.parametrize("method", ["create_order", "cancel_order", "withdraw"])
def test_acting_methods_of_other_exchanges_are_refused_too(server: PayloadServer, exchange: str, method: str) -> None:
    gateway = gateway_of(AccountConnection("main", exchange, "key", "c2VjcmV0", "pass", base_url=server.url))
    before = len(server.requests)
    with pytest.raises(ForbiddenCall):
        gateway.call(method, "BTC/USD")
    reached = vars(gateway)["_Gateway__exchange"]
    reached.enableRateLimit = False
    for path, api in {"order": "private", "private/buy": "private", "0/private/AddOrder": "private"}.items():
        with suppress(Exception):
            reached.request(path, api, "POST", {})
    assert len(server.requests) == before


def test_only_the_gateway_imports_ccxt_and_reaches_the_exchange_object() -> None:
    root = Path(__file__).parents[3]
    rooms = ("domain", "db", "exchanges", "logs", "refresher", "pages", "api", "launcher", "simulator")
    for path in [
        root / "app.py",
        root / "server.py",
        *(file for room in rooms for file in (root / room).rglob("*.py")),
    ]:
        if not path.exists() or path == root / "exchanges/connection/gateway.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                assert not any(name.split(".")[0] == "ccxt" for name in names), path
            if isinstance(node, ast.Attribute):
                assert not node.attr.endswith("__exchange"), path


def test_the_list_of_unified_methods_only_fetches() -> None:
    assert all(name.startswith("fetch_") for name in UNIFIED_READS)
    assert all(hasattr(ccxt.Exchange, name) for name in UNIFIED_READS)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def test_accounts_share_the_tables_that_ccxt_never_changes_and_not_their_settings(server: PayloadServer) -> None:
    first, second = (vars(behind(opened(server))) for _ in range(2))
    assert {name for name in SHARED if first[name] is not second[name]} == set()
    assert {name for name in ("urls", "options", "has", "fees", "features") if first[name] is second[name]} == set()
