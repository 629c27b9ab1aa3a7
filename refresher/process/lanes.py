"""Lanes: the bounded pool of threads for jobs, shared by exchanges so that none takes all of it.

A hundred accounts of an exchange that hangs would otherwise hold every thread for as long as their requests may take.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from logs.lines import log

# The share of the threads that one lane may hold.
LARGEST_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class _Task:
    name: str
    lane: str
    due_at: datetime
    work: Callable[[], None]


class Lanes:
    """Threads that run tasks by lane. A task that waits already is not added again.

    `on_begin` gets the name of each task and how late it begins.
    """

    def __init__(self, threads: int, on_begin: Callable[[str, timedelta], None] = lambda *_: None) -> None:
        self.threads = threads
        self.busy = 0
        self._most = max(1, round(threads * LARGEST_SHARE))
        self._on_begin = on_begin
        self._change = threading.Condition()
        self._waiting: dict[str, deque[_Task]] = {}
        self._names: set[str] = set()
        self._running: dict[str, int] = defaultdict(int)
        self._idle = 0
        self._started = 0
        self._is_closed = False

    def submit(self, name: str, lane: str, due_at: datetime, work: Callable[[], None]) -> bool:
        """Run `work` as soon as a thread is free and its lane has room. False if a task of this name waits already."""
        with self._change:
            if name in self._names or self._is_closed:
                return False
            self._names.add(name)
            self._waiting.setdefault(lane, deque()).append(_Task(name, lane, due_at, work))
            if self._idle == 0 and self._started < self.threads:
                self._started += 1
                threading.Thread(target=self._serve, name=f"jobs-{self._started}", daemon=True).start()
            self._change.notify()
        return True

    def waiting(self) -> int:
        """The number of tasks that wait for a thread."""
        with self._change:
            return len(self._names)

    def close(self) -> None:
        """Begin no more tasks. Running ones end by themselves."""
        with self._change:
            self._is_closed = True
            self._waiting.clear()
            self._names.clear()
            self._change.notify_all()

    def _serve(self) -> None:
        while (task := self._next()) is not None:
            self._on_begin(task.name, datetime.now(UTC) - task.due_at)
            try:
                task.work()
            except BaseException as error:  # the thread serves other tasks too
                log().error("job failed", job=task.name, error=type(error).__name__)
            finally:
                with self._change:
                    self.busy -= 1
                    self._running[task.lane] -= 1
                    self._change.notify()

    def _next(self) -> _Task | None:
        """The next task: the lanes take turns. Waits for one. None when closed."""
        with self._change:
            while not self._is_closed:
                if (task := self._take()) is not None:
                    return task
                self._idle += 1
                self._change.wait()
                self._idle -= 1
        return None

    def _take(self) -> _Task | None:
        for lane in list(self._waiting):
            if self._running[lane] >= self._most:
                continue
            task = self._waiting[lane].popleft()
            rest = self._waiting.pop(lane)
            if rest:
                self._waiting[lane] = rest  # at the end of the order, so that the next lane has its turn
            self._names.discard(task.name)
            self._running[lane] += 1
            self.busy += 1
            return task
        return None
