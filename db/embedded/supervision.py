"""The supervisor of `make run`. It restarts the server after a crash, but not after a shutdown on purpose."""

import sys
import threading
import time

from db.embedded.account import EmbeddedPostgresError
from db.embedded.cluster import Cluster, State
from db.embedded.sharing import Share, keep_running, supervising

LOOK_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
# How long users of the server may take to finish at shutdown.
GRACE_SECONDS = 6.0


def serve(cluster: Cluster, stop: threading.Event) -> None:
    """Keep the server running until `stop` is set. Then wait for its users and shut it down."""
    cluster.make_home()
    with supervising(cluster.home):
        keep_running(cluster)
        _print_line(f"Postgres runs in {cluster.data}")
        try:
            _watch(cluster, stop)
        finally:
            _wait_for_users(Share(cluster))
            cluster.stop()


def _watch(cluster: Cluster, stop: threading.Event) -> None:
    pause, previous = LOOK_SECONDS, State.RUNNING
    while not stop.wait(pause):
        pause, state = LOOK_SECONDS, cluster.state()
        if state is State.CRASHED:
            try:
                keep_running(cluster)
                state = State.RUNNING
                _print_line("Postgres was killed or crashed: started again")
            except EmbeddedPostgresError as error:
                # Processes of a killed server may hold its shared memory for a moment. A full disk lasts longer.
                pause = min(pause * 2 if previous is State.CRASHED else LOOK_SECONDS, LONGEST_PAUSE_SECONDS)
                if previous is not State.CRASHED:
                    _print_line(f"{error}. Trying again")
        elif state is State.STARTING:
            continue
        elif state is not previous:
            _print_line(_MESSAGES[state])
        previous = state


def _wait_for_users(share: Share) -> None:
    deadline = time.monotonic() + GRACE_SECONDS
    while share.others() and time.monotonic() < deadline:
        time.sleep(0.05)


def _print_line(line: str) -> None:
    sys.stderr.write(f"stillframe: {line}\n")
    sys.stderr.flush()


_MESSAGES = {
    State.STOPPED: "Postgres was shut down. Start it again with `.venv/bin/python -m db start`",
    State.RUNNING: "Postgres runs again",
    State.ABSENT: "the data directory of Postgres is gone. Stop this process and start it again",
}
