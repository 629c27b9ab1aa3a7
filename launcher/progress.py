"""Progress: the current steps with their duration, and a line when each is done."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

REMIND_AFTER = 15


class Steps:
    """The steps of a start, several at a time. Lines of processes appear above them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        # Without a terminal nothing is redrawn, so each step prints two plain lines.
        self._progress = Progress(*columns, console=console, transient=True) if console.is_terminal else None

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show steps inside this context."""
        if self._progress is None:
            yield
            return
        with self._progress:
            yield

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """One step, from beginning to end."""
        began = time.monotonic()
        task = self._progress.add_task(doing) if self._progress is not None else None
        if task is None:
            self.say(f"{doing} …")
        yield
        if self._progress is not None and task is not None:
            self._progress.remove_task(task)
        self.say(f"{doing}: done in {time.monotonic() - began:.1f} s")

    def say(self, line: str) -> None:
        """Print one line of our own."""
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)


class StandardOutput:
    """The standard output at the moment of writing, because Rich replaces it while it draws progress.

    A terminal may show no more than 24 lines, so a reminder is repeated below every `REMIND_AFTER` lines of processes.
    """

    def __init__(self) -> None:
        self.reminder = ""
        self._lines = 0

    def write(self, text: str) -> int:
        """Write text, and the reminder when it is due."""
        self._lines += text.count("\n")
        written = sys.stdout.write(text)
        if self.reminder and self._lines >= REMIND_AFTER:
            self._lines = 0
            sys.stdout.write(f"{self.reminder}\n")
        return written

    def remind(self, line: str) -> None:
        """Repeat this line from now on. It was printed just now."""
        self.reminder, self._lines = line, 0

    def flush(self) -> None:
        """Pass on the text."""
        sys.stdout.flush()

    def isatty(self) -> bool:
        """True if the terminal shows colours."""
        return sys.stdout.isatty()
