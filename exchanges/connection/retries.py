"""Retries: one request is tried again where that can help, within its circuit and before its deadline."""

import random
from collections.abc import Callable
from decimal import localcontext
from typing import Any

import tenacity

from exchanges.connection.circuit import Circuits
from exchanges.connection.clock import Clock
from exchanges.connection.errors import CircuitOpen, ExchangeError, OutOfTurn, RateLimited, Temporary
from exchanges.connection.refusals import Secrets, library_error
from exchanges.connection.session import ReadOnlySession

ATTEMPTS = 3
# Full jitter: a random pause up to this many seconds, doubling by attempt.
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 2.0
# Pause after a rate limit error without a Retry-After header.
RATE_LIMIT_PAUSE = 1.0


class Retries:
    """How one account's requests are tried again. Thread-safe."""

    def __init__(self, circuits: Circuits, session: ReadOnlySession, clock: Clock, secrets: Secrets) -> None:
        self._circuits = circuits
        self._session = session
        self._clock = clock
        self._secrets = secrets

    def run(self, path: str, is_private: bool, request: Callable[[], Any]) -> Any:
        """Run the request within its circuit, with retries and full jitter, never past the deadline."""
        with self._session.within(self._session.remaining()):
            self._wait_out_pause()
            retrying = tenacity.Retrying(
                sleep=self._clock.sleep,
                retry=tenacity.retry_if_exception(_may_pass),
                wait=_pause,
                stop=self._is_enough,
                reraise=True,
            )
            failure: ExchangeError
            try:
                with self._circuits.attempt(path, is_private):
                    return retrying(self._once, request)
            except ExchangeError as error:
                failure = error
        # The frames below held the signed request: they are left behind, so that no traceback can show them.
        raise failure.with_traceback(None) from failure.__cause__

    def _once(self, request: Callable[[], Any]) -> Any:
        try:
            with localcontext():  # ccxt changes the rounding of the thread that it works in
                return request()
        except ExchangeError as error:
            failure = error
        except Exception as error:  # exceptions of ccxt are translated here, at their entry
            failure = library_error(error, self._secrets)
        if isinstance(failure, RateLimited):
            self._circuits.rate_limited(failure)
        raise failure

    def _wait_out_pause(self) -> None:
        """Wait for the end of the exchange's pause. Raises CircuitOpen if it ends after the deadline."""
        pause = self._circuits.pause_seconds()
        if pause >= self._session.remaining():
            raise CircuitOpen("no request sent: the exchange asked for a pause", self._circuits.pause_ends_at())
        if pause:
            self._clock.sleep(pause + random.uniform(0, 0.1))  # noqa: S311  jitter, no secret

    def _is_enough(self, state: tenacity.RetryCallState) -> bool:
        return state.attempt_number >= ATTEMPTS or state.upcoming_sleep + 0.05 >= self._session.remaining()


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, Temporary) and not isinstance(error, OutOfTurn)


def _pause(state: tenacity.RetryCallState) -> float:
    """Seconds before the next attempt: the exchange's own pause plus full jitter under a doubling cap."""
    jitter = random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**state.attempt_number))  # noqa: S311
    error = state.outcome.exception() if state.outcome else None
    stated_pause = (error.retry_after or RATE_LIMIT_PAUSE) if isinstance(error, RateLimited) else 0.0
    return stated_pause + jitter
