"""A key that may read only some markets: excluded markets are not requested, and a refusal says how to exclude one."""

import json

import pytest

from domain.sources import Source, SourceKind
from exchanges.connection.errors import Permanent
from exchanges.contracts import AccountConnection, AccountReader, AccountScope
from exchanges.open import SharedMarkets, markets_that_can_be_chosen, open_reader, supported_exchanges
from tests.exchanges.harness import reader_of
from tests.exchanges.payload_server import PayloadServer, Reply, serving
from tests.exchanges.venues import binance

REFUSED = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}


def sources(exchange: str, *markets: str) -> set[str]:
    return set(map(str, reader(exchange, *markets).sources))


def reader(exchange: str, *markets: str) -> AccountReader:
    account = AccountConnection("main", exchange, "key", "secret", "pass", markets=frozenset(markets))
    return open_reader(account, SharedMarkets())


def test_every_source_is_read_if_no_markets_are_chosen() -> None:
    assert {"positions", "orders:spot", "orders:margin", "triggers:linear", "orders:inverse"} <= sources("binance")


def test_unchosen_markets_and_their_positions_are_not_requested() -> None:
    assert sources("binance", "spot") == {"balances", "orders:spot", "prices"}
    triggers = {"triggers:spot", "triggers:spot-tpsl", "triggers:spot-oco", "triggers:spot-bidirectional"}
    assert sources("bybit", "spot") == {"balances", "orders:spot", *triggers, "prices"}
    assert sources("phemex", "linear") == {"balances", "positions", "orders:linear", "prices"}
    assert "positions" in sources("bitget", "swap")
    assert "positions" not in sources("bitget", "spot")


def test_perpetuals_of_both_kinds_are_swaps() -> None:
    assert {"orders:linear", "orders:inverse"} <= sources("binance", "swap")
    assert "orders:swap" in sources("kucoin", "linear")


def test_calls_for_all_markets_at_once_stay() -> None:
    assert {"orders", "triggers:trailing"} <= sources("okx", "spot")


def test_unreadable_kinds_stay_named_whatever_markets_are_chosen() -> None:
    assert reader("mexc", "spot").not_readable == reader("mexc").not_readable


def test_only_chosen_wallets_and_fills_are_requested() -> None:
    with serving() as server:
        server.answers["/fapi/v3/account"] = Reply('{"assets": [], "positions": []}')
        success = _chosen(server, "linear").fetch(Source.BALANCES, AccountScope()).success
        assert (success.rows, success.unreadable) == ((), ())
        assert {request.path for request in server.requests} == {"/fapi/v3/account"}
    past = reader("bybit", "spot").history
    assert past is not None
    assert past.calls(SourceKind.FILLS, AccountScope()) == (Source("fills:spot"),)


def _chosen(server: PayloadServer, *markets: str) -> AccountReader:
    found = reader_of(binance.VENUE, server.url)
    vars(found)["_account"] = AccountConnection("main", "binance", "key", "secret", markets=frozenset(markets))
    return found


def test_the_error_of_a_refused_market_explains_how_to_exclude_it() -> None:
    with serving() as server:
        server.answers["/api/v3/account"] = Reply('{"balances": []}')
        server.answers["/sapi/v1/asset/get-funding-asset"] = Reply("[]")
        for path in ("/fapi/v1/openOrders", "/sapi/v1/margin/account", "/fapi/v3/account", "/dapi/v1/account"):
            server.answers[path] = Reply(json.dumps(REFUSED), 401)
        opened = reader_of(binance.VENUE, server.url)
        with pytest.raises(Permanent) as caught:
            opened.fetch(Source("orders:linear"), AccountScope())
        assert 'leave it out: markets = ["spot", "margin", "inverse", "funding"]' in str(caught.value)
        told = {
            str(one.raw["wallet"]): one.error
            for one in opened.fetch(Source.BALANCES, AccountScope()).success.unreadable
        }
        assert "if this key is not meant to read linear, leave it out" in told["linear"]


def test_the_error_of_a_refused_call_for_all_markets_is_unchanged() -> None:
    with serving() as server:
        server.answers["/api/v3/openOrders"] = Reply(json.dumps(REFUSED), 401)
        opened = _chosen(server, "spot")
        with pytest.raises(Permanent) as caught:
            opened.fetch(Source("orders:spot"), AccountScope())
        assert "leave it out" not in str(caught.value), "nothing would be left"


def test_every_exchange_knows_its_markets() -> None:
    assert markets_that_can_be_chosen("binance") == ("spot", "margin", "linear", "inverse", "funding")
    assert markets_that_can_be_chosen("cryptocom") == ()
    assert all(market for name in supported_exchanges()[:20] for market in markets_that_can_be_chosen(name))
