"""Heartbeat: a small file that is touched while the refresher is well, for the container's health check to look at."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from logs.lines import log
from refresher.process.stopping import Stop

BEAT_SECONDS = 5.0


def heartbeat_file() -> Path:
    """Where it beats: a place that stays writable under a read-only root. deploy/healthcheck.py looks there."""
    return Path(tempfile.gettempdir()) / f"stillframe-refresher-{os.getuid()}.alive"


class Heartbeat:
    """Beats whenever it is told to. A file that cannot be written is told once and stops nothing."""

    def __init__(self) -> None:
        self._file = heartbeat_file()
        self._is_told = False

    def beat(self) -> None:
        """Say that this process is well now."""
        try:
            # Never through a link that somebody laid in a directory that all may write.
            file = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                os.utime(file)
            finally:
                os.close(file)
        except OSError as error:
            if not self._is_told:
                log().warning("no heartbeat for the health check", file=str(self._file), error=str(error))
            self._is_told = True


def beat_until_stopped(heart: Heartbeat, is_well: Callable[[], bool], stop: Stop) -> None:
    """Wait in the main thread until the process is asked to end, beating for as long as it is well."""
    while not stop.wait_in_main(BEAT_SECONDS):
        if is_well():
            heart.beat()
