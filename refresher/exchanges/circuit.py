"""Circuits: what fails again and again is asked gently, by one probe at a time after a growing pause."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from refresher.exchanges.errors import CircuitOpen, ExchangeError, ForbiddenCall, Permanent, RateLimited

# A probe whose thread died without a word is given up after this many seconds.
_PROBE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Pauses:
    """When a circuit opens and how long it stays open: `first` seconds, doubling up to `longest`."""

    after: int  # failures in a row
    first: float
    longest: float


# One endpoint: a refused one (key, permission) is not asked again at once; one that stumbles is given a few refreshes.
ENDPOINT_REFUSED = Pauses(after=1, first=15.0, longest=300.0)
ENDPOINT_STUMBLED = Pauses(after=5, first=5.0, longest=60.0)
# All private endpoints of an account together: a wrong key refuses every one, and then a single probe is enough.
ACCOUNT_REFUSED = Pauses(after=3, first=15.0, longest=300.0)
ACCOUNT_STUMBLED = Pauses(after=12, first=5.0, longest=60.0)


@dataclass(slots=True, eq=False)
class _Circuit:
    """One circuit. Closed while `open_until` is 0; half-open once it has passed: one probe at a time may try."""

    refused: Pauses
    stumbled: Pauses
    failures: int = 0
    openings: int = 0
    open_until: float = 0.0
    probing_since: float | None = None
    error: str = ""

    def may_ask(self, now: float) -> bool:
        if self.open_until == 0.0:
            return True
        is_probing = self.probing_since is not None and now - self.probing_since < _PROBE_SECONDS
        return now >= self.open_until and not is_probing

    def asked(self, now: float) -> None:
        if self.open_until:
            self.probing_since = now

    def succeeded(self) -> None:
        self.failures = self.openings = 0
        self.open_until, self.probing_since, self.error = 0.0, None, ""

    def failed(self, error: ExchangeError, now: float, jitter: float) -> None:
        pauses = self.refused if isinstance(error, Permanent) else self.stumbled
        self.failures += 1
        self.error = str(error)
        if self.open_until or self.failures >= pauses.after:
            pause = min(pauses.longest, pauses.first * 2.0 ** min(self.openings, 20))
            self.openings += 1
            # Never sooner than three quarters of the pause, never all accounts at the same moment.
            self.open_until = now + pause * (0.75 + 0.25 * jitter)
        self.probing_since = None


@dataclass(slots=True)
class Circuits:
    """The circuits of one account: one for each endpoint, and one for all private endpoints together. Thread-safe.

    A success of any private endpoint closes the account's circuit, so that one endpoint that is refused (a key without
    the permission for it) never stops the others (Lesson 3).
    """

    clock: Callable[[], float] = time.monotonic
    _account: _Circuit = field(default_factory=lambda: _Circuit(ACCOUNT_REFUSED, ACCOUNT_STUMBLED))
    _endpoints: dict[str, _Circuit] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _rest_until: float = 0.0

    @contextmanager
    def asking(self, path: str, is_private: bool) -> Iterator[None]:
        """Around one call with all its retries. Raises CircuitOpen when it is not its turn."""
        circuits = self._admit(path, is_private)
        try:
            yield
        except ForbiddenCall:
            self._release(circuits)
            raise
        except ExchangeError as error:
            self._record(circuits, error)
            raise
        except BaseException:
            self._release(circuits)
            raise
        self._succeeded(circuits)

    def expect(self, endpoints: int) -> None:
        """Refusals of so many endpoints in a row do not mean the whole account."""
        with self._lock:
            refused = self._account.refused
            self._account.refused = replace(refused, after=max(refused.after, endpoints + 1))

    def rest(self) -> float:
        """Seconds that the exchange asked this account to stay away, and that are not over yet."""
        return max(0.0, self._rest_until - self.clock())

    def probe(self) -> None:
        """Let everything be asked once now: a person wants to know. A pause that the exchange asked for stands."""
        with self._lock:
            for circuit in (self._account, *self._endpoints.values()):
                circuit.open_until = min(circuit.open_until, self.clock())

    def rest_ends(self) -> datetime:
        """When the exchange may be asked again."""
        return _moment_in(self.rest())

    def rate_limited(self, error: RateLimited) -> None:
        """Remember for how long the exchange asked to be left alone; every endpoint of the account obeys."""
        if error.retry_after:
            with self._lock:
                self._rest_until = max(self._rest_until, self.clock() + error.retry_after)

    def _admit(self, path: str, is_private: bool) -> list[_Circuit]:
        with self._lock:
            now = self.clock()
            endpoint = self._endpoints.setdefault(path, _Circuit(ENDPOINT_REFUSED, ENDPOINT_STUMBLED))
            if is_private and self._account.open_until:
                # The probe for the account is a probe for whatever endpoint comes first.
                blocked = None if self._account.may_ask(now) else self._account
            else:
                blocked = None if endpoint.may_ask(now) else endpoint
            if blocked is not None:
                again = _moment_in(max(1.0, blocked.open_until - now))
                times = "once" if blocked.failures == 1 else f"{blocked.failures} times in a row"
                raise CircuitOpen(f"not asked, since it failed {times}: {blocked.error}", again)
            circuits = [endpoint, self._account] if is_private else [endpoint]
            for circuit in circuits:
                circuit.asked(now)
            return circuits

    def _record(self, circuits: list[_Circuit], error: ExchangeError) -> None:
        with self._lock:
            for circuit in circuits:
                circuit.failed(error, self.clock(), random.random())  # noqa: S311  jitter, no secret

    def _succeeded(self, circuits: list[_Circuit]) -> None:
        with self._lock:
            if self._account in circuits and self._account.open_until:
                # What stopped the account is over: whatever else it had refused may be tried at once.
                for endpoint in self._endpoints.values():
                    endpoint.open_until = min(endpoint.open_until, self.clock())
            for circuit in circuits:
                circuit.succeeded()

    def _release(self, circuits: list[_Circuit]) -> None:
        with self._lock:
            for circuit in circuits:
                circuit.probing_since = None


def _moment_in(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)
