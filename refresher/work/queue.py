"""The queue: Procrastinate over our Postgres, with its tables in the schema `queue`.

Its workers use LISTEN, so they need a direct connection to Postgres, not one through a pooler.
"""

from datetime import datetime

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import Engine

from db.queue_connection import queue_parameters
from db.writes.work import write_work_ended, write_work_waiting
from logs.lines import log

QUEUE = "work"
BACKFILL = "backfill"
# One connection listens and one fetches jobs and sends heartbeats.
_CONNECTIONS = 2


def open_queue() -> App:
    """The queue of this process's database. Connects when it is opened."""
    return App(connector=PsycopgConnector(min_size=1, max_size=_CONNECTIONS, kwargs=queue_parameters()))


async def put_backfill(app: App, writer: Engine, account_id: int, account: str, since: datetime) -> int | None:
    """Put the backfill of one account into the queue. Returns the id of its progress, None if one waits already."""
    work_id = write_work_waiting(writer, account_id, BACKFILL)
    name = f"{BACKFILL} {account_id}"
    job = app.configure_task(BACKFILL, queue=QUEUE, lock=name, queueing_lock=name)
    try:
        await job.defer_async(account=account, account_id=account_id, work_id=work_id, since=since.isoformat())
    except AlreadyEnqueued:
        write_work_ended(writer, account_id, work_id, succeeded=True, detail="another one waits in the queue already")
        log().info("a backfill waits in the queue already", account=account)
        return None
    return work_id
