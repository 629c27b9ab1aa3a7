"""Once: refresh every account one time, for cron and for trying things out."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from db.leases import SHARDS, Leases, shard_of
from db.reads.permissions import read_permissions
from db.stopping import Stop
from logs.lines import log
from refresher.commands.database import WriterAccess
from refresher.commands.exit_codes import Exit
from refresher.configuration.settings import Settings
from refresher.edits.apply import apply_edits
from refresher.jobs.housekeeping import HousekeepingJob
from refresher.jobs.permissions import PermissionsJob
from refresher.jobs.recording import JobResult
from refresher.jobs.refresh import RefreshJob
from refresher.present.accounts import history_jobs, open_accounts, open_readers
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import AWAY, DatabaseWatch, first_line
from refresher.process.edit_watch import edit_watch
from refresher.process.schedule import MOST_THREADS


def once(settings: Settings, database: WriterAccess, stop: Stop) -> Exit:
    """Refresh every account, read a part of its history and run housekeeping. FAILED if no source of an account
    answered.

    An account that a running refresher serves is left to it and counts as done.
    """
    stop.listen()
    leases = Leases(database.leases, is_steady=False)
    try:
        database.upgrade()
        accounts = open_accounts(settings, open_readers(settings), database.writer, leases, stop)
        leases.beat()
        leases.take({shard_of(served.account.id) for served in accounts}, SHARDS)
    except AWAY as error:
        log().error("database does not answer: no request made", error=first_line(error))
        return Exit.FAILED
    watch = DatabaseWatch()
    with ThreadPoolExecutor(max_workers=min(MOST_THREADS, len(accounts))) as pool:
        running = [pool.submit(partial(_refresh_once, served, database, watch, stop)) for served in accounts]
        results = [future.result() for future in running]
    if not stop.requested:
        edit_watch(database.writer, accounts, apply_edits, stop).once()
        _ask_permissions(accounts, database, watch)
    leases.leave()
    HousekeepingJob(database.writer, watch, settings.retention).run()
    failed = stop.requested or any(result is not None and not result.succeeded for result in results)
    return Exit.FAILED if failed else Exit.DONE


def _refresh_once(served: ServedAccount, database: WriterAccess, watch: DatabaseWatch, stop: Stop) -> JobResult | None:
    result = RefreshJob(served, watch).run()
    if result is not None and result.succeeded:
        for history in history_jobs([served], database.writer, watch, stop):
            history.run()
    return result


def _ask_permissions(accounts: Sequence[ServedAccount], database: WriterAccess, watch: DatabaseWatch) -> None:
    """Read the key permissions that were not read today. A cron job may run each minute, so each run checks."""
    try:
        with database.writer.connect() as connection:
            checked_at = {
                account: permission.checked_at for account, permission in read_permissions(connection).items()
            }
    except AWAY as error:
        watch.lost(error)
        return
    PermissionsJob(accounts, database.writer, watch, checked_at).run()
