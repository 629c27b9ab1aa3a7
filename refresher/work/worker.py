"""The worker: takes jobs from the queue, one at a time, and puts jobs of dead workers back.

It runs in a thread of the refresher, or as `python -m refresher worker` on further machines.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from procrastinate import App, RetryStrategy
from procrastinate.exceptions import ConnectorException

from db.stopping import Stop, Stopped
from logs.lines import log
from refresher.process.database_watch import AWAY
from refresher.work.queue import BACKFILL, QUEUE

# A worker sends heartbeats at this interval. Without one for the longer time it is dead, and its job is retried.
HEARTBEAT_SECONDS, DEAD_SECONDS = 5.0, 20.0
# A new job is announced by NOTIFY. Polling finds the jobs whose announcement was lost.
POLL_SECONDS = 5.0
PAUSE_SECONDS = 10.0
# A job interrupted by a stop or an outage of the database is tried again, and it goes on from where it stopped.
RETRY = RetryStrategy(max_attempts=100, wait=5, retry_exceptions=(Stopped, *AWAY))


class QueueWorker:
    """Runs the jobs of the queue with `backfill(account, account_id, work_id, since)`."""

    def __init__(self, open_queue: Callable[[], App], backfill: Callable[..., None], stop: Stop) -> None:
        self._open_queue = open_queue
        self._backfill = backfill
        self._stop = stop
        # The library logs each job and each lost connection. Our lines say what matters.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)

    def start(self) -> threading.Thread:
        """Work in a daemon thread until the process is asked to end."""
        thread = threading.Thread(target=self.run, name="queue-worker", daemon=True)
        thread.start()
        return thread

    def run(self) -> None:
        """Work until the process is asked to end. A lost database is waited for."""
        while not self._stop.requested:
            try:
                asyncio.run(self._work(wait=True))
            except (ConnectorException, OSError) as error:
                log().debug("the queue does not answer", error=type(error).__name__)
            except Exception as error:
                log().error("the queue's worker failed: it starts again", error=f"{type(error).__name__}: {error}")
            self._stop.wait(PAUSE_SECONDS)

    def run_waiting(self) -> None:
        """Work off the jobs that wait now."""
        asyncio.run(self._work(wait=False))

    async def _work(self, *, wait: bool) -> None:
        app = self._open_queue()
        app.task(name=BACKFILL, queue=QUEUE, retry=RETRY)(self._backfill)
        async with app.open_async():
            await retry_jobs_of_the_dead(app)
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    wait=wait,
                    concurrency=1,
                    listen_notify=wait,
                    fetch_job_polling_interval=POLL_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=DEAD_SECONDS,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                )
            )
            beside = [asyncio.create_task(self._watch_stop(working)), asyncio.create_task(_watch_the_dead(app))]
            try:
                await working
            except asyncio.CancelledError:
                return
            finally:
                await _cancel(beside)

    async def _watch_stop(self, working: "asyncio.Task[None]") -> None:
        """Ask the worker to end after its job, which notices the stop by itself and is retried later."""
        while not self._stop.requested:
            await asyncio.sleep(0.2)
        working.cancel()


async def retry_jobs_of_the_dead(app: App) -> int:
    """Put the jobs of workers without a heartbeat back into the queue. Returns how many."""
    jobs = list(await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=DEAD_SECONDS))
    for job in jobs:
        log().warning("a worker died: its job is retried", job=job.task_name, account=job.task_kwargs.get("account"))
        await app.job_manager.retry_job(job)
    return len(jobs)


async def _watch_the_dead(app: App) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        with suppress(ConnectorException):
            await retry_jobs_of_the_dead(app)


async def _cancel(tasks: "Sequence[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
