"""Seeding the demo: write the simulated exchange's recorded history as if refreshes had been made all along."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import requests
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from sqlalchemy import Engine

from db.leases import Leases, shard_of
from db.reads.history_progress import NO_PROGRESS, read_history_progress
from db.reads.moments import read_latest
from db.stopping import Stop, Stopped
from db.writes.bulk_import import write_bulk_import
from db.writes.demo import forget_demo, forget_demo_alerts, successor_of
from domain.net_value import computed_valuation
from domain.snapshot import Account, Observation
from domain.sources import Source
from domain.valuation import Valuation, compared
from exchanges.cryptocom.reader import Recorded, normalise_recorded
from logs.lines import log
from refresher.commands.database import WriterAccess
from refresher.commands.demo_alerts import write_demo_alerts
from refresher.commands.demo_past import DemoPast, fetch_demo_past, write_demo_candles, write_demo_past
from refresher.commands.exit_codes import Exit
from refresher.configuration.settings import Settings
from refresher.present.accounts import open_accounts, open_readers
from refresher.present.last_known import LastKnown
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import AWAY, first_line

HISTORY_PATH = "/control/history"
CONNECT_AND_READ_SECONDS = (5, 30)


def seed_demo(settings: Settings, database: WriterAccess, stop: Stop) -> Exit:
    """Write the demo account's history, unless it is written already.

    It replaces the history of another demo, because each start of the simulated exchange invents a new one, and two of
    them contradict each other. Pages show the former one until then.
    """
    if not settings.is_demo or settings.demo_url is None:
        log().error("only the demonstration account can be seeded: its past is invented")
        return Exit.CONFIGURATION
    stop.listen()
    try:
        database.upgrade()
        past = fetch_demo_past(settings.demo_url)
        leases = Leases(database.leases, is_steady=False)
        served = _to_be_seeded(settings, database, leases, past, stop)
        if served is None:
            leases.leave()
            return Exit.DONE
        written = _seed(database.writer, served.account, settings.demo_url, stop)
        served = _opened(settings, database, leases, stop)  # it may be a new account
        if not served.is_ours:
            leases.leave()
            return Exit.DONE
        forget_demo_alerts(database.writer)
        write_demo_alerts(database.writer, served.account, served.reader, past.time_range, stop)
        if served.reader.history is not None:
            write_demo_candles(database.writer, served.account, served.reader, past, stop)
            write_demo_past(database.writer, served.account, served.reader.history, past, stop)
        leases.leave()
    except Stopped:
        return Exit.FAILED
    except requests.RequestException as error:
        log().error("the demonstration exchange does not answer", url=settings.demo_url, error=type(error).__name__)
        return Exit.FAILED
    except AWAY as error:
        log().error("database does not answer", error=first_line(error))
        return Exit.FAILED
    log().info("demo seeded", moments=written)
    return Exit.DONE


def _to_be_seeded(
    settings: Settings, database: WriterAccess, leases: Leases, past: DemoPast, stop: Stop
) -> ServedAccount | None:
    """The demo's account with its lease. None if another process has it, or it has this history already."""
    served = _opened(settings, database, leases, stop)
    if not served.is_ours or _known_since(database.writer, served.account) == past.time_range.since:
        return None
    return served


def _opened(settings: Settings, database: WriterAccess, leases: Leases, stop: Stop) -> ServedAccount:
    """The account, with its lease if no other process has it."""
    served = open_accounts(settings, open_readers(settings), database.writer, leases, stop)[0]
    leases.beat()
    leases.take({shard_of(served.account.id)}, 1)
    return served


def _has_past(writer: Engine, account: Account) -> bool:
    with writer.connect() as connection:
        return account.id in read_latest(connection)


def _known_since(writer: Engine, account: Account) -> datetime | None:
    """The start of the written demo history. It differs for each start of the simulated exchange."""
    with writer.connect() as connection:
        return read_history_progress(connection).get(account.id, NO_PROGRESS).fills_since


def _seed(writer: Engine, account: Account, url: str, stop: Stop) -> int:
    """Write the recorded moments. An account that has a past is replaced, also after an interrupted seeding."""
    if not _has_past(writer, account):
        return _import(writer, account, None, url, stop)
    try:
        return _import(writer, successor_of(writer, account), account, url, stop)
    except Stopped:
        raise
    except Exception:
        forget_demo(writer, account)  # refreshes of the new exchange would contradict its history
        raise


def _import(writer: Engine, account: Account, former: Account | None, url: str, stop: Stop) -> int:
    columns = (TextColumn("Seeding the demo"), BarColumn(), TextColumn("{task.completed} moments"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("seeding", total=None)

        def watched() -> Iterator[Observation]:
            for observation in paced(observation_of(account, moment) for moment in _recorded(url)):
                stop.check()
                yield observation
                progress.advance(task)

        return write_bulk_import(writer, account, watched(), former)


def _recorded(url: str) -> Iterator[Mapping[str, Any]]:
    with requests.get(f"{url}{HISTORY_PATH}", stream=True, timeout=CONNECT_AND_READ_SECONDS) as answer:
        answer.raise_for_status()
        for line in answer.iter_lines(chunk_size=1 << 20):
            if line:
                # Numbers stay text, so that no float comes between the wire and a Decimal.
                yield json.loads(line, parse_float=str)


def paced(observations: Iterable[Observation]) -> Iterator[Observation]:
    """Observations with the refresh interval set to the time until the next one: the history is coarser than live
    refreshes.
    """
    previous: Observation | None = None
    every = timedelta()
    for observation in observations:
        if previous is not None:
            every = observation.taken_at - previous.taken_at
            yield _expecting(previous, every)
        previous = observation
    if previous is not None:
        yield _expecting(previous, every)


def _expecting(observation: Observation, every: timedelta) -> Observation:
    if not every:
        return observation
    seconds = max(round(every.total_seconds()), 1)
    return replace(observation, account=replace(observation.account, refresh_seconds=seconds))


def observation_of(account: Account, moment: Mapping[str, Any]) -> Observation:
    """A recorded moment, as the observation of a refresh at that time."""
    recorded = normalise_recorded(moment, account.name)
    return Observation(account, recorded.at, recorded.results, _valued(recorded))


def _valued(recorded: Recorded) -> Valuation:
    last_known = LastKnown()
    for source, success in recorded.results.items():
        last_known.update(source, success, recorded.at)
    positions = recorded.results[Source.POSITIONS].rows
    computed = computed_valuation(
        last_known.balances(), positions, last_known.rates(recorded.at), recorded.stated.currency
    )
    return compared(recorded.stated, computed)
