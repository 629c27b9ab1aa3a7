"""Serve: refresh every account on schedule until the process is asked to end."""

import os
from collections.abc import Sequence

from db.leases import Leases
from db.load import watch_queue
from db.stopping import Stop, Stopped
from logs.lines import log
from refresher.alerts.sender import Sender
from refresher.alerts.setup import set_up_alerts
from refresher.commands.database import WriterAccess, prepared
from refresher.commands.exit_codes import Exit
from refresher.configuration.settings import Settings, load_settings
from refresher.edits.apply import apply_edits
from refresher.jobs.alerts import AlertsJob
from refresher.jobs.candles import CandlesJob
from refresher.jobs.housekeeping import HousekeepingJob
from refresher.jobs.permissions import PermissionsJob
from refresher.jobs.refresh import RefreshJob
from refresher.present.accounts import history_jobs, open_accounts, open_readers
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import DatabaseWatch
from refresher.process.edit_watch import edit_watch
from refresher.process.heartbeat import Heartbeat, beat_until_stopped
from refresher.process.lags import Meter
from refresher.process.lease_keeper import LeaseKeeper
from refresher.process.metrics_server import serve_metrics
from refresher.process.repeated_look import RepeatedLook
from refresher.process.request_watch import RequestWatch
from refresher.process.schedule import Schedule
from refresher.process.secret_watch import SecretWatch, start_again
from refresher.work.backfill import BackfillJob
from refresher.work.queue import open_queue
from refresher.work.worker import QueueWorker

# A running transaction may finish within this time. The supervisor waits five seconds before it kills.
LAST_TRANSACTION_SECONDS = 3.5
# As many account names are logged at the start.
_NAMES = 10


def serve(settings: Settings, database: WriterAccess, stop: Stop) -> Exit:
    """Refresh on schedule until a signal comes. Then finish the running transaction and end."""
    stop.listen()
    heart = Heartbeat()
    serve_metrics(settings.metrics)
    secrets = SecretWatch(settings.secret_files, load_settings)
    readers = open_readers(settings)
    leases = Leases(database.leases)

    def open_them() -> tuple[ServedAccount, ...]:
        return open_accounts(settings, readers, database.writer, leases, stop)

    try:
        accounts = prepared(database, stop, open_them, heart.beat)
    except Stopped:
        return Exit.DONE
    watch = DatabaseWatch()
    schedule = Schedule(
        [RefreshJob(served, watch) for served in accounts],
        HousekeepingJob(database.writer, watch, settings.retention),
        history_jobs(accounts, database.writer, watch, stop),
        PermissionsJob(accounts, database.writer, watch),
        CandlesJob(accounts, database.writer, watch, stop, settings.candles),
        AlertsJob(accounts, database.writer, watch, settings.alerts),
    )
    schedule.start()
    watch_queue("jobs", schedule.lanes.waiting)
    meter = Meter(schedule.lags, lambda: schedule.lanes.busy / schedule.lanes.threads)
    LeaseKeeper(leases, accounts, schedule, stop, meter).start()
    RequestWatch(database.writer, accounts, schedule, stop).start()
    edit_watch(database.writer, accounts, apply_edits, stop).start()
    _start_messages(settings, database, accounts, stop)
    QueueWorker(open_queue, BackfillJob(accounts, database.writer, stop), stop).start()
    log().info("started", accounts=_named(accounts), process=os.getpid())
    beat_until_stopped(heart, schedule.is_alive, stop, secrets.look)
    is_idle = schedule.stop(LAST_TRANSACTION_SECONDS)
    log().info("stopped" if is_idle else "stopped: the database rolls back the unfinished transaction")
    _end(is_idle, secrets.has_changed, leases)
    return Exit.DONE


def _start_messages(settings: Settings, database: WriterAccess, accounts: Sequence[ServedAccount], stop: Stop) -> None:
    """Write what the file says about alerts, and send what they say."""
    venues = {served.account.venue for served in accounts}
    set_up_alerts(database.writer, settings.alerts, venues, is_demo=settings.is_demo)
    # In a thread, so that no refresh waits for a service. Messages wait in their table while the database is away.
    send = Sender(database.writer, settings.alerts).run
    RepeatedLook("messages", send, "messages cannot be sent: retried each second", stop).start()


def _end(is_idle: bool, is_restart: bool, leases: Leases) -> None:
    """Give the leases up, and begin anew with changed secrets.

    A thread that hangs in a call cannot be interrupted. The database rolls back its transaction.
    """
    if is_idle:
        leases.leave()
    if is_restart:
        start_again()
    if not is_idle:
        os._exit(Exit.DONE)


def _named(accounts: Sequence[ServedAccount]) -> str:
    """The first account names, so that a thousand accounts make no line of a page."""
    names = [served.account.name for served in accounts[:_NAMES]]
    return ", ".join([*names, f"and {len(accounts) - _NAMES} more"] if len(accounts) > _NAMES else names)
