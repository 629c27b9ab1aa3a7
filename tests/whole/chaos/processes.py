"""Faults of the processes: killed, stopped and doubled, idle and in the middle of their work."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from tests.refresher.scripted_exchange import ORDERS
from tests.whole.chaos import relay
from tests.whole.chaos.fault import Act, Fault, says
from tests.whole.chaos.stack import Stack, hurried, until

KILL, TERM, STOP, GO_ON = signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP, signal.SIGCONT
AGAIN = "started again within seconds"


def sends(number: signal.Signals, *names: str, times: int = 1) -> Act:
    """A signal to these processes, again when each has been started again."""

    @contextmanager
    def act(stack: Stack) -> Iterator[None]:
        for _ in range(times):
            pids = {name: stack.process(name).pid for name in names}
            for pid in pids.values():
                os.kill(pid, number)
            for name, pid in pids.items():
                until(lambda name=name, pid=pid: stack.has_begun_again(name, pid))  # type: ignore[misc]
        yield

    return act


def freezes(*names: str) -> Act:
    """These processes stand still during the fault."""

    @contextmanager
    def act(stack: Stack) -> Iterator[None]:
        pids = [stack.process(name).pid for name in names]
        for pid in pids:
            os.kill(pid, STOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, GO_ON)

    return act


@contextmanager
def killed_while_asking(stack: Stack) -> Iterator[None]:
    """The refresher dies while a request to the exchange is open."""
    with stack.relay.spoiling(relay.hang, ORDERS):
        count = len(stack.relay.paths)
        hurried(stack, lambda: ORDERS in stack.relay.paths[count:], lambda: "no request")
        stack.signal("refresher", KILL)
    yield


@contextmanager
def killed_while_writing(stack: Stack) -> Iterator[None]:
    """The refresher dies in its transaction, which waits for a lock."""
    with stack.engine.connect() as connection:
        connection.execute(text("LOCK TABLE refresh IN EXCLUSIVE MODE"))
        hurried(stack, lambda: waits_for_a_lock(stack), lambda: "no write")
        stack.signal("refresher", KILL)
        connection.rollback()
    yield


@contextmanager
def doubled(stack: Stack) -> Iterator[None]:
    """A second refresher stands by, and takes over while the first is killed."""
    environment = {**os.environ, **stack.environment}
    command = [sys.executable, "-m", "tests.whole.chaos.shifted_refresher"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as second:
        try:
            stack.signal("refresher", KILL)
            yield
        finally:
            second.kill()


@contextmanager
def exchange_stands_still(stack: Stack) -> Iterator[None]:
    os.kill(stack.exchange.process.pid, STOP)
    try:
        yield
    finally:
        os.kill(stack.exchange.process.pid, GO_ON)


def waits_for_a_lock(stack: Stack) -> bool:
    return bool(stack.run(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'stillframe-refresher' "
        "AND wait_event_type = 'Lock' AND wait_event <> 'advisory'"
    ))  # fmt: skip


def process_faults() -> Iterator[Fault]:
    yield Fault("refresher killed", AGAIN, sends(KILL, "refresher"), says("refresher was killed (SIGKILL)"))
    yield Fault("refresher ended", AGAIN, sends(TERM, "refresher"))
    yield Fault("refresher killed three times", AGAIN, sends(KILL, "refresher", times=3))
    yield Fault("refresher killed while it asks", AGAIN, killed_while_asking)
    yield Fault("refresher killed while it writes", "its refresh is complete or absent", killed_while_writing)
    yield Fault("refresher stands still", "ages grow", freezes("refresher"))
    yield Fault("refresher killed beside a second one", "the second one goes on", doubled)
    yield Fault("web killed", AGAIN, sends(KILL, "web"), says("web was killed (SIGKILL)"))
    yield Fault("web killed twice", AGAIN, sends(KILL, "web", times=2))
    yield Fault("refresher and web killed", AGAIN, sends(KILL, "refresher", "web"))
    yield Fault("exchange stands still", "ages grow", exchange_stands_still)
