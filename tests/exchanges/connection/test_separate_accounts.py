"""Accounts of one exchange share what ccxt knows of it. Keys, requests and responses stay with their account."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest

from exchanges.connection.errors import ExchangeError
from exchanges.connection.gateway import Gateway
from exchanges.contracts import AccountConnection
from tests.exchanges.harness import gateway_of
from tests.exchanges.payload_server import PayloadServer, Reply

PATH = "private/user-balance"
SECRETS = {"a": "c2VjcmV0IG9mIGE=", "b": "c2VjcmV0IG9mIGI="}


def opened(server: PayloadServer, exchange: str, name: str) -> Gateway:
    account = AccountConnection(name, exchange, f"key-of-{name}", SECRETS[name], f"phrase-of-{name}", server.url)
    gateway = gateway_of(account)
    vars(gateway)["_Gateway__exchange"].set_markets([], {})  # so that no markets are loaded first
    return gateway


def inside(gateway: Gateway) -> Mapping[str, Any]:
    """The attributes of the ccxt object of a gateway."""
    attributes: dict[str, Any] = vars(vars(gateway)["_Gateway__exchange"])
    return attributes


def strings_in(value: object, visited: set[int]) -> Iterator[str]:
    """Every string in nested dictionaries and lists."""
    if isinstance(value, str):
        yield value
    if id(value) in visited or not isinstance(value, dict | list | tuple):
        return
    visited.add(id(value))
    for inner in (*value.keys(), *value.values()) if isinstance(value, dict) else value:
        yield from strings_in(inner, visited)


@pytest.mark.parametrize("exchange", ["cryptocom", "binance", "okx", "kraken", "kucoin", "gate"])
def test_each_account_signs_with_its_key_alone(server: PayloadServer, exchange: str) -> None:
    server.fallback = Reply(json.dumps({"code": 0, "result": {}}))
    gateways = {name: opened(server, exchange, name) for name in ("a", "b")}
    for name in ("a", "b", "a"):
        server.requests.clear()
        with suppress(ExchangeError):
            gateways[name].call("fetch_balance")
        sent = [" ".join((r.path, str(r.query), r.body, *r.headers.values())) for r in server.requests]
        assert any(f"key-of-{name}" in request for request in sent), sent
        (other,) = {"a", "b"} - {name}
        assert not any(f"-of-{other}" in request for request in sent)
    assert not any("-of-b" in text or text == SECRETS["b"] for text in strings_in(inside(gateways["a"]), set()))


def test_tables_are_shared_and_options_are_not(server: PayloadServer) -> None:
    first, second = (inside(opened(server, "binance", name)) for name in ("a", "b"))
    assert first["api"] is second["api"]
    assert not any("-of-" in text for text in strings_in(first["api"], set()))
    for name in ("options", "urls", "session", "headers"):
        assert first[name] is not second[name]


def test_a_thread_keeps_the_last_response_of_one_account(server: PayloadServer) -> None:
    server.lists(PATH, {"account": "any"})
    first, second = opened(server, "cryptocom", "a"), opened(server, "cryptocom", "b")
    first.request(PATH)
    assert first.last_response()["result"]["data"] == [{"account": "any"}]
    assert second.last_response() is None
    second.request(PATH)
    assert second.last_response() is not None
    assert first.last_response() is None


def test_a_thread_sees_no_response_to_another_thread(server: PayloadServer) -> None:
    server.lists(PATH, {"account": "any"})
    gateway = opened(server, "cryptocom", "a")
    seen: list[Any] = []
    gateway.request(PATH)
    thread = threading.Thread(target=lambda: seen.append((gateway.last_response(), gateway.remaining())))
    with gateway.within(0.5):
        thread.start()
        thread.join()
        assert gateway.remaining() <= 0.5
    assert seen == [(None, 8.0)]
    assert gateway.remaining() == 8.0
