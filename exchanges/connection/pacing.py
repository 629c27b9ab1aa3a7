"""Pacing: requests stay within the exchange's rate limit, urgent ones first, and none waits past its deadline."""

import threading
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from exchanges.connection.calls import Call
from exchanges.connection.clock import Clock
from exchanges.connection.errors import OutOfTurn
from exchanges.connection.rate_limits import Priority, RateLimit, Scope, spaced
from exchanges.connection.thread_values import ThreadValue
from exchanges.contracts import AccountConnection

# History requests leave this share of a budget to the next refresh.
_RESERVE = 0.5
# Waiting requests check again after at most this many seconds, because others may have given up.
_LOOK_AGAIN = 0.25
_LEAST_PAUSE = 0.001
# For this many seconds after its source began, a costly list yields to the account's wallets and positions.
_YIELDS_FOR = 1.0
# A request is costly when the next one would have to wait this long for it.
_COSTLY_SECONDS = 0.1


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """A request that waits: the more urgent one first, then the one that came first."""

    priority: Priority
    number: int
    cost: float = field(compare=False)


class Bucket:
    """One budget of an exchange and the requests that wait for their turn. Thread-safe.

    A request that costs more than the whole burst goes when the bucket is full and leaves it in debt.
    """

    def __init__(self, limit: RateLimit, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._level = limit.burst
        self._at = clock.now()
        self._waiting: list[_Place] = []
        self._numbers = count()
        self._lock = threading.Lock()

    def wait(self, cost: float, turn: "Turn", patience: float) -> None:
        """Wait for the turn of a request, at most `patience` seconds.

        Raises OutOfTurn as soon as the turn is certain to come later. Then no budget is used.
        """
        give_up = self._clock.now() + patience
        with self._lock:
            request = _Place(turn.priority, next(self._numbers), cost * self._limit.units)
            insort(self._waiting, request)
        try:
            while (pause := self._taken_or_pause(request, turn)) > 0:
                if self._clock.now() + pause >= give_up:
                    raise OutOfTurn(
                        "no request sent in time: the exchange's rate limit allows none before the deadline"
                    )
                self._clock.sleep(min(pause, _LOOK_AGAIN))
        finally:
            with self._lock:
                self._waiting.remove(request)

    def _taken_or_pause(self, request: _Place, turn: "Turn") -> float:
        """0 where the request may go now: its cost is taken. Else the seconds until it may."""
        with self._lock:
            now = self._clock.now()
            self._level = min(self._limit.burst, self._level + (now - self._at) * self._limit.per_second)
            self._at = now
            if turn.lets_others_go_first(now) and self._delays_others(request.cost):
                return _LOOK_AGAIN / 5
            ahead = sum(other.cost for other in self._waiting if other < request)
            reserve = self._limit.burst * _RESERVE if request.priority is Priority.REST else 0.0
            missing = ahead + min(self._limit.burst, request.cost + reserve) - self._level
            if missing > 1e-9:
                return max(missing / self._limit.per_second, _LEAST_PAUSE)
            self._level -= request.cost
            return 0.0

    def _delays_others(self, cost: float) -> bool:
        debt = cost - self._level
        return debt > 0 and debt / self._limit.per_second > _COSTLY_SECONDS


class SharedLimits:
    """The budgets of every exchange that this process requests. Thread-safe. One instance per process."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self._buckets: dict[tuple[object, ...], Bucket] = {}
        self._lock = threading.Lock()

    def bucket(self, limit: RateLimit, exchange: str, base_url: str | None, account: str, path: str) -> Bucket:
        """The bucket of a request: one for all accounts or one for each, one for all paths or one for each."""
        key = (
            limit,
            limit.budget or exchange,
            base_url,
            account if limit.scope is Scope.ACCOUNT else None,
            path if limit.per_path else None,
        )
        with self._lock:
            if key not in self._buckets:
                self._buckets[key] = Bucket(limit, self.clock)
            return self._buckets[key]


@dataclass(slots=True, eq=False)
class Turn:
    """The urgency of one thread's requests and the time when it began."""

    pace: "Pace"
    priority: Priority
    since: float

    def lets_others_go_first(self, now: float) -> bool:
        """True while wallets or positions of the account are being read and this is neither."""
        is_young = now < self.since + _YIELDS_FOR
        return is_young and self.priority > Priority.POSITIONS and self.pace.reads_urgently


class Pace:
    """The turns of one account on its exchange. Thread-safe."""

    def __init__(
        self,
        shared: SharedLimits,
        limits: tuple[RateLimit, ...],
        account: AccountConnection,
        milliseconds: Callable[[], float],
    ) -> None:
        """The first of `limits` that covers a request applies. Without one, requests are `milliseconds` apart."""
        self._shared = shared
        self._limits = limits
        self._milliseconds = milliseconds
        self._whose = (account.exchange, account.base_url, account.name)
        self._turn = ThreadValue[Turn]()
        self._urgent = 0
        self._lock = threading.Lock()

    @property
    def reads_urgently(self) -> bool:
        """True while wallets or positions are being read."""
        return self._urgent > 0

    @contextmanager
    def reading(self, priority: Priority | None) -> Iterator[None]:
        """All requests of this thread inside are as urgent as `priority`. None: as before."""
        if priority is None:
            yield
            return
        outer = self._turn.get()
        is_urgent = priority in (Priority.BALANCES, Priority.POSITIONS)
        self._turn.set(Turn(self, priority, self._shared.clock.now()))
        self._count(is_urgent)
        try:
            yield
        finally:
            self._turn.set(outer)
            self._count(-is_urgent)

    def wait(self, group: str, path: str, cost: float, patience: float) -> None:
        """Wait for the turn of a request of this thread. Raises OutOfTurn."""
        declared = (limit for limit in self._limits if limit.covers(group))
        limit = next(declared, None) or spaced(self._milliseconds(), group)
        turn = self._turn.get() or Turn(self, Priority.REST, self._shared.clock.now())
        self._shared.bucket(limit, *self._whose, path).wait(cost, turn, patience)

    def wait_for_call(self, call: Call, patience: float) -> None:
        """Wait for the turn of a call with its own limit. Returns at once for other calls."""
        if call.every:
            limit = RateLimit(0.0, 1 / call.every, per_path=True)
            turn = Turn(self, Priority.REST, self._shared.clock.now())
            self._shared.bucket(limit, *self._whose, call.path).wait(1.0, turn, patience)

    def _count(self, change: int) -> None:
        with self._lock:
            self._urgent += change
