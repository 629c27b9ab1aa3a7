"""Heartbeat: a small file, touched while the refresher is well, for the container's health check."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from db.stopping import Stop
from logs.lines import log

BEAT_SECONDS = 5.0


def heartbeat_file() -> Path:
    """The path, in a directory that stays writable under a read-only root. deploy/healthcheck.py reads it."""
    return Path(tempfile.gettempdir()) / f"stillframe-refresher-{os.getuid()}.alive"


class Heartbeat:
    """Touches the file at each call. A failure to write it is logged once and stops nothing."""

    def __init__(self) -> None:
        self._file = heartbeat_file()
        self._is_logged = False

    def beat(self) -> None:
        """Touch the file."""
        try:
            # O_NOFOLLOW, because anybody may place a link in this shared directory.
            file = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                os.utime(file)
            finally:
                os.close(file)
        except OSError as error:
            if not self._is_logged:
                log().warning("no heartbeat for the health check", file=str(self._file), error=str(error))
            self._is_logged = True


def beat_until_stopped(
    heart: Heartbeat, is_well: Callable[[], bool], stop: Stop, is_over: Callable[[], bool] = lambda: False
) -> None:
    """Wait in the main thread until the process is asked to end or `is_over`, with heartbeats while it is well."""
    while not stop.wait_in_main(BEAT_SECONDS):
        if is_well():
            heart.beat()
        if is_over():
            stop.request()
