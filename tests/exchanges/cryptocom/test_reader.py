"""Reading a Crypto.com account over HTTP: each source by itself, whatever the others do."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import ccxt
import pytest

from domain.order_groups import merge_duplicates
from domain.orders import Role
from domain.sources import Source
from exchanges.connection import retries as retries_module
from exchanges.connection.errors import BadPayload, ExchangeError
from exchanges.connection.exact import exact_json
from exchanges.cryptocom import markets as cryptocom_markets
from exchanges.cryptocom import reader as cryptocom
from exchanges.open import (
    AccountConnection,
    AccountReader,
    AccountScope,
    SharedMarkets,
    open_reader,
)
from tests.api.serving import until
from tests.exchanges.harness import gateway_of
from tests.exchanges.payload_server import PayloadServer, Reply, Request, serving
from tests.exchanges.wire_payloads import (
    account_row,
    answer,
    asset_row,
    instrument_row,
    order_row,
    position_row,
    ticker_row,
    trigger_row,
)

EVERYTHING = AccountScope(frozenset({"SOL"}), frozenset({"BTC/USD:USD"}))
EMPTY = dict.fromkeys(
    ("total_cash_balance", "total_session_unrealized_pnl", "total_margin_balance", "total_collateral_value"), "0"
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PayloadServer]:
    monkeypatch.setattr(retries_module, "FIRST_PAUSE", 0.01)
    with serving() as payloads:
        payloads.lists("private/user-balance", account_row(asset_row()))
        payloads.lists("private/get-positions", position_row())
        payloads.lists("private/get-open-orders", order_row())
        payloads.lists("private/advanced/get-open-orders", trigger_row())
        payloads.lists("public/get-tickers", ticker_row(), ticker_row(i="SOL_USD", a="100"))
        payloads.lists("public/get-valuations", {"v": "98000.00", "t": 1764000000000})
        payloads.lists("public/get-instruments", instrument_row())
        yield payloads


def opened(server: PayloadServer, shared: SharedMarkets | None = None, budget: float = 5.0) -> AccountReader:
    account = AccountConnection("main", "cryptocom", "key", "secret", base_url=server.url, budget_seconds=budget)
    return open_reader(account, shared or SharedMarkets())


def test_every_source_is_one_call_and_each_held_contract_one_more(server: PayloadServer) -> None:
    reader = opened(server)
    rows = {source: reader.fetch(source, EVERYTHING).success.rows for source in reader.sources}
    assert {source: len(found) for source, found in rows.items()} == {
        Source.BALANCES: 1,
        Source.POSITIONS: 1,
        Source.ORDERS: 1,
        Source.TRIGGERS: 1,
        Source.PRICES: 2,
    }
    assert sorted(request.path.removeprefix("/exchange/v1/") for request in server.requests) == sorted(
        [*cryptocom.PATHS.values(), "public/get-instruments", "public/get-valuations"]
    )


def test_balances_come_with_what_the_exchange_states(server: PayloadServer) -> None:
    reply = opened(server).fetch(Source.BALANCES, EVERYTHING)
    assert reply.stated is not None
    assert str(reply.stated.net_value) == "1525.00"
    assert opened(server).fetch(Source.ORDERS, EVERYTHING).stated is None


def test_open_orders_take_one_request_whatever_their_number(server: PayloadServer) -> None:
    """The exchange returns all of them whatever paging is asked for: a loop until a page is short never ends."""
    server.lists("private/get-open-orders", *(order_row(order_id=str(number)) for number in range(1, 1001)))
    success = opened(server).fetch(Source.ORDERS, EVERYTHING).success
    assert len(success.rows) == 1000
    assert server.asked("private/get-open-orders") == 1
    (request,) = [r for r in server.requests if r.path.endswith("get-open-orders")]
    assert json.loads(request.body)["params"] == {}


def test_an_empty_success_is_empty_and_a_failure_is_a_failure(server: PayloadServer) -> None:
    server.lists("private/get-open-orders")
    assert opened(server).fetch(Source.ORDERS, EVERYTHING).success.rows == ()
    server.says("private/get-open-orders", {"code": 0, "result": {}})
    with pytest.raises(BadPayload):
        opened(server).fetch(Source.ORDERS, EVERYTHING)


def test_failing_triggers_do_not_affect_orders(server: PayloadServer) -> None:
    server.says("private/advanced/get-open-orders", {"code": 40101}, status=401)
    reader = opened(server)
    for _ in range(6):
        with pytest.raises(ExchangeError):
            reader.fetch(Source.TRIGGERS, EVERYTHING)
        assert len(reader.fetch(Source.ORDERS, EVERYTHING).success.rows) == 1
    assert server.asked("private/advanced/get-open-orders") == 1


def test_a_slow_source_does_not_delay_the_others(server: PayloadServer) -> None:
    server.hangs("private/advanced/get-open-orders")
    reader = opened(server, budget=20.0)
    others = (Source.BALANCES, Source.POSITIONS, Source.ORDERS, Source.PRICES)
    for source in others:
        reader.fetch(source, EVERYTHING)  # the markets are known from now on

    def ask_slow_one() -> None:
        with suppress(ExchangeError):
            reader.fetch(Source.TRIGGERS, EVERYTHING)

    slow = threading.Thread(target=ask_slow_one)
    slow.start()
    until(lambda: server.asked("private/advanced/get-open-orders") == 1)
    for source in others:
        reader.fetch(source, EVERYTHING)
    assert slow.is_alive()  # it still waits, and nobody waited for it
    server.released.set()
    slow.join()


@pytest.mark.parametrize(
    "path", ["private/get-positions", "private/get-open-orders", "private/advanced/get-open-orders"]
)
def test_an_account_with_orders_or_positions_cannot_hold_nothing(server: PayloadServer, path: str) -> None:
    """An error payload of no assets and zero totals is not an empty account."""
    for other in ("private/get-positions", "private/get-open-orders", "private/advanced/get-open-orders"):
        if other != path:
            server.lists(other)
    server.lists("private/user-balance", account_row(**EMPTY))
    with pytest.raises(BadPayload, match="but there are 1 rows"):
        opened(server).fetch(Source.BALANCES, EVERYTHING)


def test_an_unconfirmed_empty_account_is_refused(server: PayloadServer) -> None:
    server.lists("private/user-balance", account_row(**EMPTY))
    server.says("private/get-positions", "", status=503)
    with pytest.raises(BadPayload, match="could not be confirmed"):
        opened(server).fetch(Source.BALANCES, EVERYTHING)


def test_a_confirmed_empty_account_is_accepted(server: PayloadServer) -> None:
    for path in ("private/get-positions", "private/get-open-orders", "private/advanced/get-open-orders"):
        server.lists(path)
    server.lists("private/user-balance", account_row(**EMPTY))
    reply = opened(server).fetch(Source.BALANCES, EVERYTHING)
    assert reply.success.rows == ()
    assert reply.stated is not None
    assert reply.stated.net_value == 0


def test_a_failure_to_load_the_markets_stops_nothing_and_renames_nothing(
    server: PayloadServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cryptocom, "LOAD_SECONDS", 0.2)  # the time limit of the load that all wait for
    known = {source: opened(server).fetch(source, EVERYTHING).success.rows for source in cryptocom.SOURCES}
    for trouble in ("hangs", "fails", "lies"):
        if trouble == "hangs":
            server.hangs("public/get-instruments")
        elif trouble == "fails":
            server.says("public/get-instruments", "", status=500)
        else:
            server.lists("public/get-instruments", {"symbol": None}, {})
        reader = opened(server)
        assert {source: reader.fetch(source, EVERYTHING).success.rows for source in cryptocom.SOURCES} == known


def test_markets_are_shared_between_accounts(server: PayloadServer) -> None:
    shared = SharedMarkets()
    for _ in range(3):
        opened(server, shared).fetch(Source.ORDERS, EVERYTHING)
    assert server.asked("public/get-instruments") == 1


def test_symbols_of_ccxt_equal_symbols_parsed_from_names(server: PayloadServer) -> None:
    listed = [
        instrument_row(symbol="SOL_USD", base_ccy="SOL"),
        instrument_row(symbol="SOL_USDT", base_ccy="SOL", quote_ccy="USDT"),
        instrument_row(symbol="BTCUSD-PERP", inst_type="PERPETUAL_SWAP", contract_size="1"),
        instrument_row(symbol="BTCUSD-260626", inst_type="FUTURE", expiry_timestamp_ms=1782460800000),
    ]
    server.lists("public/get-instruments", *listed)
    call = gateway_of(AccountConnection("a", "cryptocom", "k", "s", base_url=server.url)).call
    markets = cryptocom_markets.markets_of(call("fetch_markets"))
    without_steps = {name: replace(market, amount_step=None) for name, market in markets.items()}
    assert without_steps == {row["symbol"]: cryptocom_markets.market_named(row["symbol"], {}) for row in listed}
    assert ccxt.cryptocom().commonCurrencies == cryptocom_markets._COMMON


def test_permissions_name_what_is_unknown(server: PayloadServer) -> None:
    server.says("private/get-accounts", {"code": 0, "result": {"master_account": {"tradable": True}}})
    permissions = opened(server).permissions()
    assert (permissions.can_read, permissions.can_trade, permissions.can_withdraw) == (True, None, None)
    assert "does not state" in permissions.note
    server.says("private/get-accounts", {"code": 0, "result": {"master_account": {"tradable": False}}})
    assert opened(server).permissions().can_trade is False
    server.says("private/get-accounts", {"code": 40101}, status=401)
    assert opened(server).permissions().can_read is True
    server.says("private/user-balance", {"code": 40101}, status=401)
    assert opened(server).permissions().can_read is False


def test_a_probe_measures_latency_and_clock_offset(server: PayloadServer) -> None:
    server.says("public/get-tickers", answer(ticker_row()), headers={"Date": "Mon, 01 Jan 2024 00:00:00 GMT"})
    began, reach = time.monotonic(), opened(server).measure_round_trip()
    assert timedelta(0) < reach.latency <= timedelta(seconds=time.monotonic() - began)
    assert reach.clock_ahead is not None


def test_candles_are_paged_in_windows_and_each_is_read_once(server: PayloadServer) -> None:
    hour = 3_600_000

    def candles(request: Request) -> Reply:
        start, end = (int(request.query[name][0]) for name in ("start_ts", "end_ts"))
        first = -(-start // hour) * hour
        times = range(first, min(end, int(time.time() * 1000)) + 1, hour)
        rows = [{"t": t, "o": "1", "h": "2", "l": "1", "c": "1.5", "v": "9"} for t in times]
        return Reply(json.dumps(answer(*rows[:300])))

    server.answers["/exchange/v1/public/get-candlestick"] = candles
    since = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=20)
    until = since + timedelta(days=20)
    found = opened(server).fetch_candles("BTC/USD:USD", "1h", since, until)
    assert [candle.at for candle in found] == [since + timedelta(hours=n) for n in range(20 * 24)]
    assert server.asked("public/get-candlestick") == 2
    found = opened(server).fetch_candles("BTC/USD:USD", "1h", since, since + timedelta(days=1))
    assert [candle.at for candle in found] == [since + timedelta(hours=n) for n in range(24)]
    assert server.asked("public/get-candlestick") == 3  # nothing later than wanted is asked
    asked = [request for request in server.requests if request.path.endswith("candlestick")]
    assert {request.query["instrument_name"][0] for request in asked} == {"BTCUSD-PERP"}
    assert {request.query["timeframe"][0] for request in asked} == {"1h"}


def test_stated_history_goes_back_page_by_page_and_ends(server: PayloadServer) -> None:
    day = 86_400_000
    now = int(time.time() * 1000)
    oldest = now - 75 * day

    def history(request: Request) -> Reply:
        params = json.loads(request.body)["params"]
        step = {"D1": day, "H1": 3_600_000}[params["timeframe"]]
        latest = (params["end_time"] - 1) // step * step
        times = [t for n in range(int(params["limit"])) if (t := latest - n * step) > oldest]
        return Reply(json.dumps(answer(*({"t": t, "c": str(t // day)} for t in times))))

    server.answers["/exchange/v1/private/user-balance-history"] = history
    points = opened(server).fetch_stated_history(datetime.now(UTC) - timedelta(days=400))
    assert [at for at, _ in points] == sorted({at for at, _ in points})
    assert timedelta(days=73) < datetime.now(UTC) - points[0][0] < timedelta(days=76)
    assert len(points) > 75 + 110
    assert server.asked("private/user-balance-history") <= 6


def test_groups_get_their_roles_from_the_unified_list(server: PayloadServer) -> None:
    """An OCO's take profit is a plain LIMIT leg. Only its group shows the role."""
    oco = {"list_id": 6498090546073120123, "contingency_type": "OCO", "order_id": "88"}
    server.lists(
        "private/advanced/get-open-orders",
        order_row(side="SELL", leg_id=1, limit_price="120", **oco),
        trigger_row(leg_id=2, **oco),
    )
    orders = merge_duplicates(opened(server).fetch(Source.TRIGGERS, EVERYTHING).success.rows)
    assert [order.role for order in orders] == [Role.TAKE_PROFIT, Role.STOP_LOSS]


def test_a_recorded_response_is_parsed_like_a_live_one(server: PayloadServer) -> None:
    recorded = {
        "at": 1764000000000,
        "balances": answer(account_row(asset_row())),
        "positions": answer(position_row()),
        "orders": answer(order_row()),
        "triggers": answer(trigger_row()),
        "tickers": answer(ticker_row(), ticker_row(i="SOL_USD", a="100"), ticker_row(i="DOGE_USD")),
    }
    moment = cryptocom.normalise_recorded(exact_json(json.dumps(recorded)), "main")
    assert moment.at == datetime(2025, 11, 24, 16, tzinfo=UTC)
    reader = opened(server)
    live = {source: replace(reader.fetch(source, EVERYTHING).success, duration_ms=0) for source in reader.sources}
    recorded_without_mark = replace(live[Source.POSITIONS].rows[0], mark_price=None)
    live[Source.POSITIONS] = replace(live[Source.POSITIONS], rows=(recorded_without_mark,))
    assert moment.results == live
    assert moment.stated.net_value == Decimal("1525.00")
