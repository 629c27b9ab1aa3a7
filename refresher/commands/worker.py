"""Worker: takes queued work for as long as it runs. Further machines run it beside the refresher."""

import os

from db.leases import Leases
from db.stopping import Stop, Stopped
from logs.lines import log
from refresher.commands.database import WriterAccess, prepared
from refresher.commands.exit_codes import Exit
from refresher.configuration.settings import Settings
from refresher.present.accounts import open_accounts, open_readers
from refresher.process.heartbeat import Heartbeat, beat_until_stopped
from refresher.work.backfill import BackfillJob
from refresher.work.queue import open_queue
from refresher.work.worker import QueueWorker

# A job notices the stop within this time, or its transaction is rolled back.
LAST_STEP_SECONDS = 3.5


def work(settings: Settings, database: WriterAccess, stop: Stop) -> Exit:
    """Work until a signal comes. An interrupted job goes back into the queue."""
    stop.listen()
    heart, readers = Heartbeat(), open_readers(settings)
    try:
        accounts = prepared(
            database,
            stop,
            lambda: open_accounts(settings, readers, database.writer, Leases(database.leases), stop),
            heart.beat,
        )
    except Stopped:
        return Exit.DONE
    thread = QueueWorker(open_queue, BackfillJob(accounts, database.writer, stop), stop).start()
    log().info("worker started", accounts=len(accounts), process=os.getpid())
    beat_until_stopped(heart, thread.is_alive, stop)
    thread.join(LAST_STEP_SECONDS)
    log().info("stopped")
    if thread.is_alive():
        os._exit(Exit.DONE)
    return Exit.DONE
