"""Supervising the server of `make run`: up again at once after a crash, left alone after a shutdown somebody wanted."""

import sys
import threading
import time

from db.embedded.account import EmbeddedPostgresError
from db.embedded.cluster import Cluster, State
from db.embedded.sharing import Share, keep_running, supervising

LOOK_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
# How long the processes that use the server may take to finish when everything stops.
GRACE_SECONDS = 6.0


def serve(cluster: Cluster, stop: threading.Event) -> None:
    """Keep the server running until `stop` is set; then let its users finish, and shut it down."""
    cluster.make_home()
    with supervising(cluster.home):
        keep_running(cluster)
        _say(f"Postgres runs in {cluster.data}")
        try:
            _watch(cluster, stop)
        finally:
            _wait_for_users(Share(cluster))
            cluster.stop()


def _watch(cluster: Cluster, stop: threading.Event) -> None:
    pause, was = LOOK_SECONDS, State.RUNNING
    while not stop.wait(pause):
        pause, state = LOOK_SECONDS, cluster.state()
        if state is State.CRASHED:
            try:
                keep_running(cluster)
                state = State.RUNNING
                _say("Postgres was killed or crashed: started again")
            except EmbeddedPostgresError as error:
                # What is left of a killed server may hold its memory for a moment; a full disk holds longer.
                pause = min(pause * 2 if was is State.CRASHED else LOOK_SECONDS, LONGEST_PAUSE_SECONDS)
                if was is not State.CRASHED:
                    _say(f"{error}; trying again")
        elif state is State.STARTING:
            continue
        elif state is not was:
            _say(_WORDS[state])
        was = state


def _wait_for_users(share: Share) -> None:
    deadline = time.monotonic() + GRACE_SECONDS
    while share.others() and time.monotonic() < deadline:
        time.sleep(0.05)


def _say(line: str) -> None:
    sys.stderr.write(f"stillframe: {line}\n")
    sys.stderr.flush()


_WORDS = {
    State.STOPPED: "Postgres was shut down; start it again by `python -m db start`",
    State.RUNNING: "Postgres runs again",
    State.ABSENT: "the data of Postgres is gone from under it; stop this and start anew",
}
