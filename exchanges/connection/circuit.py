"""Circuit breakers: after repeated failures, only one probe at a time is sent, after a growing pause."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from exchanges.connection.errors import CircuitOpen, ExchangeError, ForbiddenCall, OutOfTurn, Permanent, RateLimited

# A probe whose thread died without a word is given up after this many seconds.
_PROBE_SECONDS = 60.0
# An endpoint that holds the probe but sends no request for this many seconds gives it up to others that wait.
_TURN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Pauses:
    """When a circuit opens and how long it stays open: `first` seconds, doubling up to `longest`."""

    after: int  # failures in a row
    first: float
    longest: float


# One endpoint. A refusal (key, permission) opens it at once. Other failures open it after a few refreshes.
ENDPOINT_REFUSED = Pauses(after=1, first=15.0, longest=300.0)
ENDPOINT_STUMBLED = Pauses(after=5, first=5.0, longest=60.0)
# All private endpoints of an account together: a wrong key refuses every one, and then a single probe is enough.
ACCOUNT_REFUSED = Pauses(after=3, first=15.0, longest=300.0)
ACCOUNT_STUMBLED = Pauses(after=12, first=5.0, longest=60.0)


@dataclass(slots=True, eq=False)
class _Circuit:
    """One circuit breaker. Closed while `open_until` is 0. Half-open after `open_until`: one probe may try."""

    refused: Pauses
    stumbled: Pauses
    is_private: bool = True
    refusals: int = 0  # refusals and stumbles since the last success, counted separately
    stumbles: int = 0
    openings: int = 0
    open_until: float = 0.0
    probing_since: float | None = None
    error: str = ""

    @property
    def failures(self) -> int:
        return self.refusals + self.stumbles

    def may_try(self, now: float) -> bool:
        if self.open_until == 0.0:
            return True
        is_probing = self.probing_since is not None and now - self.probing_since < _PROBE_SECONDS
        return now >= self.open_until and not is_probing

    def started(self, now: float) -> None:
        if self.open_until:
            self.probing_since = now

    def succeeded(self) -> None:
        self.refusals = self.stumbles = self.openings = 0
        self.open_until, self.probing_since, self.error = 0.0, None, ""

    def failed(self, error: ExchangeError, now: float, jitter: float, may_open: bool = True) -> None:
        if isinstance(error, Permanent):
            self.refusals += 1
            pauses, count = self.refused, self.refusals
        else:
            self.stumbles += 1
            pauses, count = self.stumbled, self.stumbles
        self.error = str(error)
        if self.open_until or (may_open and count >= pauses.after):
            pause = min(pauses.longest, pauses.first * 2.0 ** min(self.openings, 20))
            self.openings += 1
            # Never sooner than three quarters of the pause, never all accounts at the same moment.
            self.open_until = now + pause * (0.75 + 0.25 * jitter)
        self.probing_since = None


@dataclass(frozen=True, slots=True)
class _Turn:
    """One admitted request. `is_probe`: it tries for the whole account, whose circuit is open."""

    endpoint: _Circuit
    is_probe: bool


@dataclass(slots=True)
class Circuits:
    """The circuits of one account: one per endpoint, and one for all private endpoints together. Thread-safe.

    An endpoint's circuit never blocks another endpoint. An endpoint refused while others work (a missing permission of
    the key) keeps its own pace. It neither counts for the account nor probes for it, because a wrong key is refused
    everywhere. Probes for the account rotate: the endpoint that was blocked first tries first. A success of any private
    endpoint closes the account's circuit.
    """

    clock: Callable[[], float] = time.monotonic
    _account: _Circuit = field(default_factory=lambda: _Circuit(ACCOUNT_REFUSED, ACCOUNT_STUMBLED))
    _endpoints: dict[str, _Circuit] = field(default_factory=dict)
    # Those turned away while the account's circuit is open, the first one first, each with when it came: the first
    # time since the probe was due.
    _waiting: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pause_until: float = 0.0

    @contextmanager
    def attempt(self, path: str, is_private: bool) -> Iterator[None]:
        """Around one call with all its retries. Raises CircuitOpen when it is not its turn."""
        turn = self._admit(path, is_private)
        try:
            yield
        except (ForbiddenCall, OutOfTurn):
            self._release(turn)
            raise
        except ExchangeError as error:
            self._record(turn, error)
            raise
        except BaseException:
            self._release(turn)
            raise
        self._succeeded(turn)

    def allow_refusals(self, endpoints: int) -> None:
        """Open the account's circuit only after more refusals in a row than this number of endpoints."""
        with self._lock:
            refused = self._account.refused
            self._account.refused = replace(refused, after=max(refused.after, endpoints + 1))

    def pause_seconds(self) -> float:
        """Seconds left of the pause that the exchange asked for."""
        return max(0.0, self._pause_until - self.clock())

    def probe(self) -> None:
        """Allow one attempt everywhere now, because a person asked. A pause that the exchange asked for stays."""
        with self._lock:
            for circuit in (self._account, *self._endpoints.values()):
                circuit.open_until = min(circuit.open_until, self.clock())

    def pause_ends_at(self) -> datetime:
        """When the pause that the exchange asked for ends."""
        return _moment_in(self.pause_seconds())

    def rate_limited(self, error: RateLimited) -> None:
        """Remember the pause that the exchange asked for. It holds for every endpoint of the account."""
        if error.retry_after:
            with self._lock:
                self._pause_until = max(self._pause_until, self.clock() + error.retry_after)

    def _admit(self, path: str, is_private: bool) -> _Turn:
        with self._lock:
            now = self.clock()
            endpoint = self._endpoints.setdefault(path, _Circuit(ENDPOINT_REFUSED, ENDPOINT_STUMBLED, is_private))
            is_probe = is_private and bool(self._account.open_until) and not self._is_refused_alone(endpoint)
            if is_probe:
                # The probe for the account is a probe for the endpoint whose turn it is.
                blocked = None if self._account.may_try(now) and self._has_turn(path, now) else self._account
            else:
                blocked = None if endpoint.may_try(now) else endpoint
            if blocked is not None:
                if is_probe:
                    self._turn_away(path, now)
                again = _moment_in(max(1.0, blocked.open_until - now))
                times = "once" if blocked.failures == 1 else f"{blocked.failures} times in a row"
                raise CircuitOpen(f"no request sent, because it failed {times}: {blocked.error}", again)
            endpoint.started(now)
            if is_probe:
                self._waiting.pop(path, None)
                self._account.started(now)
            return _Turn(endpoint, is_probe)

    def _has_turn(self, path: str, now: float) -> bool:
        """True if no active endpoint was blocked before this one."""
        due = self._account.open_until
        came = self._waiting.get(path)
        if came is not None and due <= came <= now - _TURN_SECONDS:
            self._waiting = {other: at for other, at in self._waiting.items() if at >= due}
        return next(iter(self._waiting), path) == path

    def _turn_away(self, path: str, now: float) -> None:
        if self._waiting.get(path, float("-inf")) < self._account.open_until:
            self._waiting[path] = now

    def _is_refused_alone(self, endpoint: _Circuit) -> bool:
        """True if this endpoint is refused while another private one is not. Then the key is valid."""
        return endpoint.refusals > 0 and any(
            other.is_private and not other.refusals for other in self._endpoints.values()
        )

    def _record(self, turn: _Turn, error: ExchangeError) -> None:
        with self._lock:
            now, jitter = self.clock(), random.random()  # noqa: S311  jitter, no secret
            was_refused_alone = self._is_refused_alone(turn.endpoint)
            turn.endpoint.failed(error, now, jitter)
            if not turn.endpoint.is_private or was_refused_alone:
                return
            # Requests in flight when the account's circuit opened give no new information.
            if turn.is_probe or not self._account.open_until:
                self._account.failed(error, now, jitter, may_open=not self._is_refused_alone(turn.endpoint))

    def _succeeded(self, turn: _Turn) -> None:
        with self._lock:
            turn.endpoint.succeeded()
            if not turn.endpoint.is_private:
                return
            if self._account.open_until:
                # The cause for the whole account is gone, so other refused endpoints may retry at once.
                for endpoint in self._endpoints.values():
                    endpoint.open_until = min(endpoint.open_until, self.clock())
            self._account.succeeded()
            self._waiting.clear()

    def _release(self, turn: _Turn) -> None:
        with self._lock:
            turn.endpoint.probing_since = None
            if turn.is_probe:
                self._account.probing_since = None


def _moment_in(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)
