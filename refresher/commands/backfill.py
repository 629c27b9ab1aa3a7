"""Backfill: puts one job for each account into the queue, and works the queue off."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from db.leases import Leases
from db.reads.refreshers import QueuedWork, read_work
from db.stopping import Stop
from logs.lines import log
from refresher.commands.database import WriterAccess
from refresher.commands.exit_codes import Exit
from refresher.configuration.settings import Settings
from refresher.present.accounts import open_accounts, open_readers
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import AWAY, first_line
from refresher.work.backfill import BackfillJob
from refresher.work.queue import open_queue, put_backfill
from refresher.work.worker import QueueWorker

DEFAULT_DAYS = 90
LOOK_EVERY_SECONDS = 1.0


def backfill(settings: Settings, database: WriterAccess, stop: Stop, since: datetime | None) -> Exit:
    """Fetch missing history since `since`. An interrupted backfill is continued by the next worker."""
    stop.listen()
    since = since or datetime.now(UTC) - timedelta(days=DEFAULT_DAYS)
    since = since.replace(minute=0, second=0, microsecond=0)
    readers = open_readers(settings)
    try:
        database.upgrade()
        accounts = open_accounts(settings, readers, database.writer, Leases(database.leases), stop)
        ids = asyncio.run(_put(database.writer, accounts, since))
        worker = QueueWorker(open_queue, BackfillJob(accounts, database.writer, stop, _columns()), stop)
        works = _worked_off(worker, database.writer, ids, stop)
    except AWAY as error:
        log().error("database does not answer: run the backfill again to continue", error=first_line(error))
        return Exit.FAILED
    if stop.requested:
        log().info("interrupted: a running refresher continues it, or run the backfill again")
        return Exit.FAILED
    return Exit.FAILED if any(work.state == "failed" for work in works) else Exit.DONE


async def _put(writer: Engine, accounts: Iterable[ServedAccount], since: datetime) -> list[int]:
    """Put a job for each account into the queue. Returns the ids of their progress."""
    app = open_queue()
    async with app.open_async():
        ids = [await put_backfill(app, writer, s.account.id, s.account.name, since) for s in accounts]
    return [work_id for work_id in ids if work_id is not None]


def _worked_off(worker: QueueWorker, writer: Engine, ids: Sequence[int], stop: Stop) -> Sequence[QueuedWork]:
    """Work until these jobs have ended, by this worker or by others."""
    while not stop.requested:
        worker.run_waiting()
        with writer.connect() as connection:
            works = read_work(connection, ids)
        if all(work.state in ("succeeded", "failed") for work in works):
            return works
        stop.wait_in_main(LOOK_EVERY_SECONDS)
    return ()


def _columns() -> tuple[TextColumn, BarColumn, MofNCompleteColumn, TimeRemainingColumn]:
    return TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
