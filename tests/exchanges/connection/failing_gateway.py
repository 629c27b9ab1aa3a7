"""A gateway to a server of the test, and the error of a request that fails."""

from collections.abc import Callable

from exchanges.connection.clock import Clock
from exchanges.connection.errors import ExchangeError
from exchanges.connection.gateway import Gateway
from exchanges.contracts import AccountConnection
from tests.exchanges.harness import gateway_of
from tests.exchanges.payload_server import PayloadServer

KEY, SECRET = "KEY-that-must-not-show-4711", "SECRET-that-must-not-show-0815"
PATH = "private/user-balance"


def opened(server: PayloadServer, url: str | None = None, clock: Clock | None = None) -> Gateway:
    return gateway_of(AccountConnection("main", "cryptocom", KEY, SECRET, base_url=url or server.url), clock)


def failure(
    gateway: Gateway, seconds: float = 5.0, ask: Callable[[Gateway], object] = lambda gateway: gateway.request(PATH)
) -> ExchangeError:
    """How asking fails."""
    try:
        with gateway.within(seconds):
            ask(gateway)
    except ExchangeError as error:
        return error
    raise AssertionError("it did not fail")
