"""Every endpoint in ccxt, called on ccxt's own object: only listed paths may leave by a method other than GET."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ccxt
import pytest
import requests
from ccxt.base.types import Entry
from requests.adapters import BaseAdapter

from exchanges.connection.errors import ForbiddenCall
from exchanges.connection.guard import _acts
from exchanges.contracts import AccountConnection
from exchanges.venues.registry import venue_of
from tests.exchanges.harness import gateway_of

# "exchange METHOD path": every request that may leave by a method other than GET. Before you add a line, verify that
# it only reads. The test proves only that no pattern of ours and no newer ccxt lets other requests out.
LISTED = frozenset((Path(__file__).parent / "posts_that_read.txt").read_text().splitlines())
LANGUAGES = sorted(name for name in ccxt.exchanges if venue_of(name).shares_api_with is None)
# ccxt's own GET requests with an action in their path, and action words in read-only paths.
ACTING_GETS = frozenset(
    {
        "buy",
        "change_api_key_name",
        "change_scope_in_api_key",
        "submit_transfer_to_user",
        "withdraw",
        "broadcast_tx_sync",
        "broadcast_tx_async",
    }
)


class Wire(BaseAdapter):
    """The end of every request that passed the guard. It is recorded and never sent."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[tuple[str, str]] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.left.append((str(request.method), urlsplit(str(request.url)).path))
        raise requests.ConnectionError("nothing leaves")

    def close(self) -> None:
        pass


def endpoints(exchange: Any) -> Iterator[tuple[str, Any]]:
    """ccxt's generated methods of an exchange, in one of their two spellings."""
    for kind in type(exchange).__mro__:
        for name, entry in vars(kind).items():
            if isinstance(entry, Entry) and "_" not in name:
                yield name, entry


def behind(exchange: str) -> tuple[Any, Wire]:
    key, wire = "0x" + "1" * 40, Wire()
    gateway = gateway_of(
        AccountConnection("main", exchange, key, "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI=", "pass")
    )
    reached = vars(gateway)["_Gateway__exchange"]
    for scheme in ("https://", "http://"):
        reached.session.mount(scheme, wire)
    reached.enableRateLimit = False
    reached.privateKey, reached.token, reached.login, reached.accountId = "0x" + "1" * 64, "token", "login", "1"
    return reached, wire


@pytest.mark.parametrize("exchange", LANGUAGES)
def test_requests_other_than_get_are_on_the_list(exchange: str) -> None:
    reached, wire = behind(exchange)
    tried, strangers = 0, list[str]()
    for name, entry in endpoints(reached):
        if entry.method == "GET":
            continue
        tried += 1
        try:
            getattr(reached, name)(dict.fromkeys(re.findall(r"\{(\w+)\}", entry.path), "1"))
        except ForbiddenCall as error:
            if "refused to send anything to" in str(error):
                strangers.append(str(error))
        except Exception:  # not signed for want of a real key, or gone no further than the wire
            continue
    assert strangers == [], "ccxt's own addresses must be known"
    posts = {f"{exchange} {method} {path}" for method, path in wire.left if method != "GET"}
    assert posts == {line for line in LISTED if line.split()[0] == exchange}
    assert tried or not any(line.split()[0] == exchange for line in LISTED)


def test_acting_calls_by_get_are_refused() -> None:
    known = {entry.path for name in ("deribit", "dydx") for _, entry in endpoints(getattr(ccxt, name)())}
    assert known >= ACTING_GETS
    assert [path for path in ACTING_GETS if not _acts(f"/api/v2/private/{path}")] == []
