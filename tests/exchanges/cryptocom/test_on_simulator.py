"""The Crypto.com reader against the simulated exchange, a process of its own: signed requests, its faults, its past."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from ccxt.abstract.cryptocom import ImplicitAPI

from domain.net_value import computed_valuation
from domain.order_groups import merge_duplicates
from domain.orders import Role
from domain.prices import Rates
from domain.sources import Source
from exchanges.connection import retries as retries_module
from exchanges.connection.errors import BadPayload, ExchangeError, ForbiddenCall, Permanent, RateLimited, Temporary
from exchanges.connection.exact import exact_json
from exchanges.cryptocom.reader import PATHS, SOURCES, normalise_recorded
from exchanges.open import AccountConnection, AccountReader, AccountScope, SharedMarkets, open_reader
from exchanges.venues.registry import venue_of
from tests.exchanges.harness import gateway_of
from tests.simulator.exchange_process import Simulator

CENT = Decimal("0.01")


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries_module, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(retries_module, "RATE_LIMIT_PAUSE", 0.05)


def connection(simulator: Simulator, **values: Any) -> AccountConnection:
    known: dict[str, Any] = {
        "name": "demo",
        "exchange": "cryptocom",
        "api_key": simulator.api_key,
        "api_secret": simulator.api_secret,
        "base_url": simulator.url,
        "budget_seconds": 5.0,
    }
    return AccountConnection(**known | values)


@pytest.fixture
def reader(simulator: Simulator) -> Iterator[AccountReader]:
    reader = open_reader(connection(simulator), SharedMarkets())
    yield reader
    reader.close()


def fetched(reader: AccountReader) -> dict[Source, tuple[Any, ...]]:
    """The rows of every source, none of them unreadable."""
    wanted, rows = AccountScope(), {}
    for source in reader.sources:
        success = reader.fetch(source, wanted).success
        assert success.unreadable == ()
        rows[source] = success.rows
        if source is Source.TRIGGERS:
            orders = [*rows[Source.ORDERS], *rows[Source.TRIGGERS], *rows[Source.POSITIONS]]
            wanted = AccountScope(
                frozenset(b.asset for b in rows[Source.BALANCES]), frozenset(o.symbol for o in orders)
            )
    return rows


def test_the_whole_account_is_read(simulator: Simulator, reader: AccountReader) -> None:
    rows = fetched(reader)
    assert all(rows[source] for source in SOURCES)
    contracts = len({position.exchange_symbol for position in rows[Source.POSITIONS]})
    once = dict.fromkeys([*PATHS.values(), "public/get-instruments"], 1)
    assert simulator.calls() == once | {"public/get-valuations": contracts}
    assert all(position.mark_price > 0 for position in rows[Source.POSITIONS])
    orders = [*rows[Source.ORDERS], *rows[Source.TRIGGERS]]
    assert all("/" in order.symbol and order.base and order.quote for order in orders)
    assert {Role.ENTRY, Role.TAKE_PROFIT, Role.STOP_LOSS} <= {order.role for order in merge_duplicates(orders)}
    assert len({order.key for order in rows[Source.TRIGGERS]}) == len(rows[Source.TRIGGERS])


def test_the_stated_value_equals_the_value_computed_from_prices(simulator: Simulator, reader: AccountReader) -> None:
    """The identities of the wire hold, and an account of known prices comes to nearly the same."""
    simulator.control("POST", "freeze", {"frozen": True})
    stated = reader.fetch(Source.BALANCES, AccountScope()).stated
    assert stated is not None
    rows = fetched(reader)
    balances = rows[Source.BALANCES]
    worth = sum((b.market_value for b in balances if b.market_value is not None), Decimal(0))
    collateral = sum((b.collateral_value for b in balances), Decimal(0))
    assert stated.cash is not None
    assert stated.gross is not None
    assert stated.borrowed is not None
    assert stated.collateral is not None
    assert stated.net_value == stated.cash + (stated.unrealised_pnl or 0)
    assert worth.quantize(CENT) == stated.cash.quantize(CENT)
    assert collateral.quantize(CENT) == stated.collateral.quantize(CENT)
    assert (stated.gross - stated.borrowed).quantize(CENT) == stated.cash.quantize(CENT)
    computed = computed_valuation(balances, (), Rates(rows[Source.PRICES]), "USD")
    assert computed.net_value is not None
    assert abs(computed.net_value / stated.cash - 1) < Decimal("0.001")
    assert set(computed.unpriced) == set(stated.unpriced)


def test_every_display_currency_has_a_value(reader: AccountReader) -> None:
    rates = Rates(fetched(reader)[Source.PRICES])
    assert all(rates.rate("USD", currency) for currency in ("EUR", "BTC", "USD"))


FAULTS: dict[str, tuple[type[ExchangeError], ...]] = {
    "http_500": (Temporary,),
    "http_503": (Temporary,),
    "rate_limit": (RateLimited,),
    "malformed": (BadPayload,),
    "half_body": (Temporary,),
    "wrong_code": (Temporary,),
    "html": (BadPayload,),
    "clock_skew": (Permanent,),
    "unauthorized": (Permanent,),
    "error_payload": (BadPayload,),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_of_one_source_affects_no_other(
    simulator: Simulator, reader: AccountReader, source: Source, kind: str
) -> None:
    simulator.fault(PATHS[source], kind)
    with pytest.raises(ExchangeError) as caught:
        reader.fetch(source, AccountScope())
    assert type(caught.value) in FAULTS[kind]
    for other in SOURCES:
        if other is not source:
            assert reader.fetch(other, AccountScope()).success.rows


@pytest.mark.parametrize("source", [Source.POSITIONS, Source.ORDERS, Source.TRIGGERS])
def test_an_empty_response_removes_all_rows(simulator: Simulator, reader: AccountReader, source: Source) -> None:
    simulator.fault(PATHS[source], "empty")
    assert reader.fetch(source, AccountScope()).success.rows == ()


@pytest.mark.parametrize("source", SOURCES)
def test_null_fields_are_unknown(simulator: Simulator, reader: AccountReader, source: Source) -> None:
    simulator.fault(PATHS[source], "null_fields")
    with suppress(BadPayload):
        success = reader.fetch(source, AccountScope()).success
        assert success.unreadable or all(row.best is None for row in success.rows)
        assert source is Source.PRICES or not success.rows


def test_a_time_out_ends_with_the_budget(simulator: Simulator) -> None:
    simulator.fault(PATHS[Source.TRIGGERS], "timeout")
    reader = open_reader(connection(simulator, budgets={Source.TRIGGERS: 0.5}), SharedMarkets())
    with pytest.raises(Temporary, match="no response in time"):
        reader.fetch(Source.TRIGGERS, AccountScope())
    assert reader.fetch(Source.ORDERS, AccountScope()).success.rows


def test_a_temporary_fault_is_hidden_by_a_retry(simulator: Simulator, reader: AccountReader) -> None:
    simulator.fault(PATHS[Source.ORDERS], "http_503", times=2)
    assert reader.fetch(Source.ORDERS, AccountScope()).success.rows
    assert simulator.calls()[PATHS[Source.ORDERS]] == 3


@pytest.mark.parametrize("wrong", [{"api_key": "wrong"}, {"api_secret": "wrong"}])
def test_a_wrong_key_is_one_clear_line_and_few_requests(simulator: Simulator, wrong: dict[str, str]) -> None:
    reader = open_reader(connection(simulator, **wrong), SharedMarkets())
    with pytest.raises(Permanent, match=r"the exchange refuses the key: check api_key and api_secret.*40101"):
        reader.fetch(Source.BALANCES, AccountScope())
    for _ in range(20):
        for source in SOURCES[:4]:
            with pytest.raises(ExchangeError):
                reader.fetch(source, AccountScope())
    assert sum(simulator.calls().values()) <= 4
    assert open_reader(connection(simulator, **wrong), SharedMarkets()).permissions().can_read is False


def test_only_reading_calls_reach_the_exchange(simulator: Simulator) -> None:
    """The witness is the exchange itself, which counts what it is asked: whatever of ccxt is reached, by any name."""
    gateway = gateway_of(connection(simulator))
    behind: Any = vars(gateway)["_Gateway__exchange"]
    behind.enableRateLimit = False
    behind.set_markets(behind.fetch_markets())
    acts: list[tuple[str, list[Any]]] = [
        ("create_order", ["BTC/USD", "limit", "buy", "0.001", "1000"]),
        ("createOrder", ["BTC/USD", "market", "sell", "0.001"]),
        ("create_orders", [[{"symbol": "BTC/USD", "type": "limit", "side": "buy", "amount": "1", "price": "1"}]]),
        ("edit_order", ["1", "BTC/USD", "limit", "buy", "1", "1"]),
        ("cancel_order", ["1"]),
        ("cancelAllOrders", []),
        ("close_position", ["BTC/USD:USD"]),
        ("withdraw", ["USDT", "1", "0x0000000000000000000000000000000000000001"]),
    ]
    for name, given in acts:
        with pytest.raises(ForbiddenCall):
            gateway.call(name, *given)
        with pytest.raises(ForbiddenCall):
            getattr(behind, name)(*given)
    for name in (name for name in vars(ImplicitAPI) if not name.startswith("_")):
        with suppress(Exception):
            getattr(behind, name)({})
    for path in ("create-order", "cancel-order", "amend-order", "create-withdrawal", "advanced/create-oco"):
        with pytest.raises(ForbiddenCall):
            behind.request(f"private/{path}", ["v1", "private"], "POST", {})
    assert set(simulator.calls()) <= set(venue_of("cryptocom").rules.calls)
    simulator.control("GET", "clock")
    sent = requests.post(f"{simulator.url}/exchange/v1/private/create-order", json={}, timeout=60)
    assert sent.status_code >= 400
    assert simulator.calls()["private/create-order"] == 1  # the witness does see such a call


def test_candles_and_stated_history_are_read(reader: AccountReader) -> None:
    since = datetime.now(UTC) - timedelta(days=2)
    candles = reader.fetch_candles("BTC/USD", "1h", since, datetime.now(UTC))
    # The simulator is shared, and another test may have moved its clock ahead.
    assert 46 <= sum(candle.at <= datetime.now(UTC) for candle in candles) <= 49
    assert all(candle.at >= since and candle.low <= candle.close <= candle.high for candle in candles)
    points = reader.fetch_stated_history(since)
    assert len(points) > 40
    assert all(value > 0 for _, value in points)
    assert [at for at, _ in points] == sorted({at for at, _ in points})


def test_clock_offset_and_latency_are_measured(reader: AccountReader) -> None:
    reach = reader.measure_round_trip()
    assert reach.clock_ahead is not None
    assert abs(reach.clock_ahead) < timedelta(seconds=5)


def test_permissions_are_never_probed_by_trading(simulator: Simulator, reader: AccountReader) -> None:
    permissions = reader.permissions()
    assert (permissions.can_read, permissions.can_trade, permissions.can_withdraw) == (True, None, None)
    assert set(simulator.calls()) == {"private/user-balance", "private/get-accounts"}


def test_the_recorded_past_is_read_whole(simulator: Simulator) -> None:
    lines = requests.get(f"{simulator.url}/control/history", timeout=60).text.splitlines()
    assert len(lines) > 20
    for line in lines:
        moment = normalise_recorded(exact_json(line), "demo")
        assert set(moment.results) == set(SOURCES)
        assert not any(success.unreadable for success in moment.results.values())
        assert moment.stated.net_value is not None
        assert moment.at.timestamp() * 1000 == json.loads(line)["at"]


def test_a_tiny_price_keeps_every_digit(simulator: Simulator, reader: AccountReader) -> None:
    tickers = requests.get(f"{simulator.url}/exchange/v1/public/get-tickers", timeout=60).json()["result"]["data"]
    simulator.control("POST", "freeze", {"frozen": True})
    name = min((t for t in tickers if t["i"].endswith("_USD")), key=lambda t: Decimal(t["a"]))["i"]
    said = requests.get(f"{simulator.url}/exchange/v1/public/get-tickers", {"instrument_name": name}, timeout=60)
    wanted = AccountScope(symbols=frozenset({name}))
    price = next(p for p in reader.fetch(Source.PRICES, wanted).success.rows if p.symbol == name.replace("_", "/"))
    assert f"{price.last:f}" == said.json()["result"]["data"][0]["a"]
    assert price.last is not None
    assert price.last < Decimal("0.0001")
