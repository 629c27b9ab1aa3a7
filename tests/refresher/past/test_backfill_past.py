"""Backfill of the past: everything since a day, once, whatever interrupts it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.progress import Progress

from db.stopping import Stop, Stopped
from db.writes.fills import write_fill_page
from domain.history import TimeRange
from domain.sources import Source, SourceKind
from exchanges.connection import retries
from exchanges.connection.errors import Temporary
from exchanges.cryptocom import history as cryptocom_past
from exchanges.cryptocom.history import CALLS
from refresher.past.backfill import backfill_past, count_past
from tests.exchanges.payload_server import Reply, Request
from tests.factories import fill
from tests.postgres import Database
from tests.refresher.conftest import WatchedPast, past_of, settings_for, watched_accounts
from tests.refresher.past_exchange import DEPOSITS, TRADES, Past, exchange_with_past

pytestmark = pytest.mark.usefixtures("unpaced")
NOW = datetime.now(UTC).replace(microsecond=0)
SINCE = NOW - timedelta(days=50)
KEYS = [f"t{number:03}" for number in range(120)]


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch) -> Iterator[Past]:
    """A fill each ten hours, and answers of ten."""
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(cryptocom_past, "MOST_ROWS", 10)
    with exchange_with_past() as past:
        past.page_size = 10
        for number, key in enumerate(KEYS):
            past.trade(key, SINCE + timedelta(hours=10 * number))
        yield past


@pytest.fixture
def main(database: Database, past: Past) -> Iterator[WatchedPast]:
    (watched,) = watched_accounts(database, settings_for(past.server.url, "main"))
    watched.refresh()
    yield past_of(watched)
    watched.release()


def backfilled(main: WatchedPast, stop: Stop | None = None, since: datetime = SINCE) -> bool:
    writer, served, stop = main.watched.database.writer, main.watched.job.served, stop or Stop()
    complete = backfill_past(writer, served, since, stop, Progress(disable=True))
    count_past(writer, served.account, stop)
    return complete


def time_range(main: WatchedPast) -> tuple[datetime, datetime]:
    ((since, until),) = main.read("SELECT known_from, known_until FROM history_state WHERE source = 'fills'")
    return since, until


def test_everything_since_a_day_is_kept_once_and_counted(main: WatchedPast, past: Past) -> None:
    main.look_back()
    assert backfilled(main)
    assert main.fills() == KEYS
    assert time_range(main)[0] == SINCE
    assert main.read("SELECT count(*), max(held_after) FROM fill_profit") == [(120, 240)]
    requests_before = past.server.asked(TRADES)
    assert backfilled(main)
    assert past.server.asked(TRADES) == requests_before


def test_an_interrupted_backfill_continues_without_gaps_or_duplicates(main: WatchedPast, past: Past) -> None:
    main.look_back()
    recent, runs = len(main.fills()), 0
    while time_range(main)[0] > SINCE:
        stop, answers = Stop(), iter(range(3))

        def interrupting(request: Request, stop: Stop = stop, answers: Any = answers) -> Reply:
            if next(answers, None) is None:
                stop.request()
            return past.window(request)

        past.server.answers[f"/exchange/v1/{TRADES}"] = interrupting
        runs += 1
        try:
            backfilled(main, stop)
        except Stopped:
            kept = main.fills()
            assert kept == KEYS[-len(kept) :]
            (stored,) = main.read("SELECT count(*) FROM fill WHERE at >= :since", since=time_range(main)[0])
            assert stored == (
                len([k for n, k in enumerate(KEYS) if SINCE + timedelta(hours=10 * n) >= time_range(main)[0]]),
            )
    assert runs > 2
    assert len(main.fills()) > recent
    assert main.fills() == KEYS


def test_a_failed_window_keeps_earlier_rows_and_is_reported(main: WatchedPast, past: Past) -> None:
    main.look_back()
    past.server.says(TRADES, {"code": 50001}, status=500)
    assert not backfilled(main)
    assert "fault of its own" in main.failing()["fills"]
    past.server.answers[f"/exchange/v1/{TRADES}"] = past.window
    assert backfilled(main)
    assert main.fills() == KEYS
    assert "fills" not in main.failing()


def test_a_failure_to_list_calls_stops_neither_other_kinds_nor_other_accounts(
    main: WatchedPast, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    def calls(kind: SourceKind, scope: Any) -> tuple[Source, ...]:
        if kind is SourceKind.FILLS:
            raise Temporary("no markets")
        return CALLS[kind]

    monkeypatch.setattr(main.watched.job.served.reader.history, "calls", calls)
    assert not backfilled(main, since=NOW - timedelta(days=1))
    assert main.fills() == []
    assert past.server.asked(DEPOSITS) > 0


def test_a_backfill_before_the_first_look_back_begins_now(main: WatchedPast) -> None:
    assert backfilled(main)
    main.look_back()
    assert main.fills() == KEYS


def test_the_scope_of_history_needs_no_refresh_and_includes_traded_symbols(
    main: WatchedPast, past: Past, database: Database
) -> None:
    refreshed = main.watched.job.served.scope()
    (unrefreshed,) = watched_accounts(database, settings_for(past.server.url, "main"))
    assert refreshed.assets
    assert "ADA/USD" not in refreshed.symbols
    assert unrefreshed.job.served.scope() == refreshed
    sold = TimeRange(SINCE, NOW)
    write_fill_page(database.writer, main.watched.account.id, Source.FILLS, [fill(symbol="ADA/USD")], sold, NOW)
    assert main.watched.job.served.scope().symbols == refreshed.symbols | {"ADA/USD"}
