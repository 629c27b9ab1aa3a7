"""Clock: the time, waiting, and threads that wait. Tests put a simulated one in its place."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Running(Protocol):
    """Work that runs in another thread."""

    def is_alive(self) -> bool:
        """True until the work has ended."""
        ...


class Clock:
    """The machine's own time."""

    def now(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def moment(self) -> datetime:
        """The time of day, aware UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait this many seconds."""
        time.sleep(seconds)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait at most `seconds` for the event. Returns True if it is set."""
        return event.wait(seconds)

    def start(self, work: Callable[[], None], name: str) -> Running:
        """Run `work` in a thread of its own, which never keeps the process alive."""
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        return thread
