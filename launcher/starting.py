"""Starting: runs the steps of a start in their order of dependency, in parallel where possible."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import requests
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from db.embedded import State
from db.engine import DatabaseConfigurationError, owner_engine
from db.upgrade import upgrade
from launcher import children
from launcher.preflight import HOST, NotReady, Plan, free_port
from launcher.progress import Steps
from launcher.supervisor import LONGEST_PAUSE_SECONDS, SHORTEST_PAUSE_SECONDS, Supervisor

LOOK_SECONDS = 0.1
DATABASE_SECONDS = 120.0
SIMULATOR_SECONDS = 120.0
SEEDING_SECONDS = 300.0
WEB_SECONDS = 120.0


class Starting:
    """One start. `all` raises NotReady with the reason if it cannot be finished."""

    def __init__(self, plan: Plan, supervisor: Supervisor, steps: Steps) -> None:
        self._plan = plan
        self._supervisor = supervisor
        self._steps = steps

    def all(self) -> None:
        """Start everything. Returns when the dashboard answers and, for the demo, shows its history."""
        demo_url = f"http://{HOST}:{free_port()}" if self._plan.is_demo else None
        if self._plan.cluster is not None:
            self._supervisor.start(children.database())
        if demo_url is not None:
            self._supervisor.start(children.simulator(int(demo_url.rpartition(":")[2])))
        simulated = self._beside(lambda: self._wait_for_simulator(demo_url))
        self._prepare_database()
        self._supervisor.start(children.web(self._plan))
        answering = self._beside(self._wait_for_web)
        simulated()
        if demo_url is not None:
            self._seed(demo_url)
        self._supervisor.start(children.refresher(demo_url))
        answering()

    def _prepare_database(self) -> None:
        cluster, settings = self._plan.cluster, self._plan.database
        if cluster is not None:
            with self._steps.step("Starting Postgres"):
                self._until(
                    lambda: cluster.state() is State.RUNNING and cluster.is_made(), DATABASE_SECONDS, "Postgres"
                )
            # The URL of the cluster instead of a share in it, because Postgres stops when its last user is gone.
            settings = replace(settings, url=cluster.url())
        with self._steps.step("Migrating"):
            engine = owner_engine(settings)
            try:
                self._migrate(engine)
            except DatabaseConfigurationError as error:
                raise NotReady(*error.problems) from error
            finally:
                engine.dispose()

    def _migrate(self, engine: Engine) -> None:
        """Migrate, again and again with growing pauses while the database is away. A refused login is not retried."""
        pause, printed = SHORTEST_PAUSE_SECONDS, ""
        while True:
            try:
                upgrade(engine, report=self._steps.say)
                return
            except DBAPIError as error:
                reason = str(error.orig).strip().splitlines()[0]
                code = getattr(error.orig, "pgcode", None) or ""
                if is_refusal(reason, code):
                    raise NotReady(f"the database cannot be reached: {reason}. Is DATABASE_URL right?") from error
                if not isinstance(error, OperationalError) and not error.connection_invalidated:
                    raise
                if reason != printed:
                    self._steps.say(f"stillframe: the database cannot be reached: {reason}. Trying again")
                printed = reason
            if self._supervisor.stop.wait(pause):
                raise NotReady
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _wait_for_simulator(self, url: str | None) -> None:
        if url is None:
            return
        with self._steps.step("Simulating an exchange with 90 days of history"):
            self._until(lambda: _answers(f"{url}/control/calls"), SIMULATOR_SECONDS, "the simulated exchange")

    def _seed(self, demo_url: str) -> None:
        with self._steps.step("Writing the demo's history"):
            self._supervisor.start(children.seeding(demo_url))
            self._until(lambda: self._supervisor.ended("seeding") is not None, SEEDING_SECONDS, "seeding the demo")
        if code := self._supervisor.ended("seeding"):
            self._steps.say(
                f"stillframe: the demo's history could not be written (exit code {code}). The demo starts without it"
            )

    def _wait_for_web(self) -> None:
        with self._steps.step("Starting the dashboard"):
            self._until(lambda: _answers(f"{self._plan.url}/ping_fast"), WEB_SECONDS, "the dashboard")

    def _until(self, is_ready: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait, however long it takes. A line says when it took longer than expected."""
        expected_at = time.monotonic() + seconds
        while not is_ready():
            if self._supervisor.stop.wait(LOOK_SECONDS):
                raise NotReady
            if time.monotonic() > expected_at:
                self._steps.say(f"stillframe: {what} is not ready after {seconds:.0f} s: see its lines. Still waiting")
                expected_at = float("inf")

    def _beside(self, step: Callable[[], None]) -> Callable[[], None]:
        """Run a step in a thread. Returns a function that waits for it and raises its error."""
        failed: list[NotReady] = []

        def run() -> None:
            try:
                step()
            except NotReady as error:
                failed.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()

        def wait() -> None:
            thread.join()
            if failed:
                raise failed[0]

        return wait


def is_refusal(reason: str, code: str) -> bool:
    """True if the server refuses the login, or has no such database: only another DATABASE_URL helps.

    Refusals at login carry no SQLSTATE in psycopg2, so their words decide.
    """
    words = ("authentication failed", "does not exist", "no pg_hba.conf entry")
    return code.startswith(("28", "3D")) or any(word in reason for word in words)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False
