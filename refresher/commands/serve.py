"""Serve: refresh every account on schedule until the process is asked to end."""

import os

from logs.lines import log
from refresher.commands.database import WriterAccess, prepared
from refresher.commands.exit_codes import Exit
from refresher.configuration.settings import Settings
from refresher.edits.apply import apply_edits
from refresher.jobs.housekeeping import HousekeepingJob
from refresher.jobs.permissions import PermissionsJob
from refresher.jobs.refresh import RefreshJob
from refresher.present.accounts import history_jobs, open_accounts, open_readers
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import DatabaseWatch
from refresher.process.edit_watch import EditWatch
from refresher.process.heartbeat import Heartbeat, beat_until_stopped
from refresher.process.request_watch import RequestWatch
from refresher.process.schedule import Schedule
from refresher.process.stopping import Stop, Stopped

# A running transaction may finish within this time. The supervisor waits five seconds before it kills.
LAST_TRANSACTION_SECONDS = 3.5


def serve(settings: Settings, database: WriterAccess, stop: Stop) -> Exit:
    """Refresh on schedule until a signal comes. Then finish the running transaction and end."""
    stop.listen()
    heart = Heartbeat()
    readers = open_readers(settings)

    def open_them() -> tuple[ServedAccount, ...]:
        return open_accounts(settings, readers, database.writer, database.leases, stop)

    try:
        accounts = prepared(database, stop, open_them, heart.beat)
    except Stopped:
        return Exit.DONE
    watch = DatabaseWatch()
    schedule = Schedule(
        [RefreshJob(served, watch) for served in accounts],
        HousekeepingJob(database.writer, settings.keep_attempts_days, watch),
        history_jobs(accounts, database.writer, watch, stop),
        PermissionsJob(accounts, database.writer, watch),
    )
    schedule.start()
    RequestWatch(database.writer, accounts, schedule, stop).start()
    EditWatch(database.writer, accounts, apply_edits, stop).start()
    log().info("started", accounts=", ".join(served.account.name for served in accounts), process=os.getpid())
    beat_until_stopped(heart, schedule.is_alive, stop)
    is_idle = schedule.stop(LAST_TRANSACTION_SECONDS)
    log().info("stopped" if is_idle else "stopped: the database rolls back the unfinished transaction")
    if not is_idle:
        # A thread hangs in a call that nothing can interrupt. The database rolls back its transaction.
        os._exit(Exit.DONE)
    for served in accounts:
        served.release()
    return Exit.DONE
