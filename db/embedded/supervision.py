"""The supervisor of `make run`. It restarts the server after a crash, but not after a shutdown on purpose."""

import subprocess
import sys
import time
from dataclasses import dataclass

from db.embedded.account import EmbeddedPostgresFailed
from db.embedded.cluster import Cluster, State
from db.embedded.sharing import Share, keep_running, supervising
from db.stopping import Stop

LOOK_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
# How long users of the server may take to finish at shutdown.
GRACE_SECONDS = 6.0


# Faults that pass by themselves: processes of a killed server hold its memory for a moment, a full disk lasts longer.
_PASSING = (EmbeddedPostgresFailed, OSError, subprocess.SubprocessError)


def serve(cluster: Cluster, stop: Stop) -> None:
    """Keep the server running until `stop` is requested. Then wait for its users and shut it down.

    Call it in the main thread. Only an error of the set-up is raised. Every other one is retried for ever, with
    growing pauses.
    """
    cluster.make_home()
    with supervising(cluster.home):
        try:
            _watch(cluster, stop)
        finally:
            _wait_for_users(Share(cluster))
            cluster.stop()


def _watch(cluster: Cluster, stop: Stop) -> None:
    message, pauses, previous, is_due = f"Postgres runs in {cluster.data}", Pauses(), State.RUNNING, True
    while True:
        if is_due and _start(cluster, message, pauses, stop):
            message, pauses, previous, is_due = _RESTARTED, Pauses(), State.RUNNING, False
        if stop.wait_in_main(pauses.seconds if is_due else LOOK_SECONDS):
            return
        state = cluster.state()
        if is_due or state is State.STARTING:  # a failed start may leave any state behind
            continue
        is_due = state is State.CRASHED
        if not is_due and state is not previous:
            _print_line(_MESSAGES[state])
        previous = state


@dataclass
class Pauses:
    """The pauses between attempts to start a server, and the last error that was printed."""

    seconds: float = LOOK_SECONDS
    printed: str = ""

    def note(self, error: Exception) -> None:
        """Print each error once, and wait longer from one attempt to the next."""
        line = " ".join(str(error).split())
        if line != self.printed:
            _print_line(f"{line}. Trying again")
        self.printed, self.seconds = line, min(self.seconds * 2, LONGEST_PAUSE_SECONDS)


def _start(cluster: Cluster, message: str, pauses: Pauses, stop: Stop) -> bool:
    """Start the server. Returns False if it did not start this time."""
    try:
        keep_running(cluster)
    except _PASSING as error:
        if not stop.requested:  # the signal that stops us also ends the program of Postgres that we wait for
            pauses.note(error)
        return False
    _print_line(message)
    return True


def _wait_for_users(share: Share) -> None:
    deadline = time.monotonic() + GRACE_SECONDS
    while share.others() and time.monotonic() < deadline:
        time.sleep(0.05)


def _print_line(line: str) -> None:
    sys.stderr.write(f"stillframe: {line}\n")
    sys.stderr.flush()


_RESTARTED = "Postgres was killed or crashed: started again"
_MESSAGES = {
    State.STOPPED: "Postgres was shut down. Start it again with `.venv/bin/python -m db start`",
    State.RUNNING: "Postgres runs again",
    State.ABSENT: "the data directory of Postgres is gone. Stop this process and start it again",
}
