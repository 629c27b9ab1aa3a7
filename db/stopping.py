"""Stopping: a signal ends the process between two steps, never within a transaction."""

import os
import select
import signal
import threading
from types import FrameType


class Stopped(Exception):
    """The process is asked to end. Leave the current work. Nothing of it is lost."""


class Stop:
    """The stop request of this process.

    The main thread waits on a pipe and other threads on an event. A signal handler must not set an event that the
    interrupted thread itself may hold: a second signal may come while the first one sets it.
    """

    def __init__(self) -> None:
        self._is_asked = False
        self._event = threading.Event()
        self._read, self._write = os.pipe()

    def listen(self, *further: signal.Signals) -> None:
        """Let SIGTERM, SIGINT and `further` signals request the end of this process. Call it in the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT, *further):
            signal.signal(number, self._on_signal)

    def request(self) -> None:
        """Ask the process to end. Calling it again is harmless, also by a signal within the first call."""
        if self._is_asked:
            return
        self._is_asked = True
        self._event.set()
        os.write(self._write, b"x")

    @property
    def requested(self) -> bool:
        """True if the process was asked to end."""
        return self._event.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait in a worker thread. Returns True if the process was asked to end."""
        return self._event.wait(seconds)

    def wait_in_main(self, seconds: float | None = None) -> bool:
        """Wait in the main thread, where signals arrive. Returns True if the process was asked to end."""
        if not self.requested:
            select.select([self._read], [], [], seconds)
        return self.requested

    def check(self) -> None:
        """Raise Stopped if the process was asked to end."""
        if self.requested:
            raise Stopped

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.request()
