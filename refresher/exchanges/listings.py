"""Listings: ccxt's own tables of markets, loaded once for all accounts on an exchange."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from refresher.exchanges.errors import ExchangeError, Temporary

# Instruments are listed and delisted daily at most.
KEEP_SECONDS = 6 * 3600.0
# A failure to load is remembered for so long: the sources of one refresh do not each try again.
FAILED_SECONDS = 15.0


@dataclass(slots=True)
class _Listed:
    tables: Mapping[str, Any] | None = None
    until: float = 0.0
    error: ExchangeError | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Listings:
    """The market tables of every exchange that this process reads. Thread-safe; one for the process.

    They cost seconds and tens of megabytes, so accounts share the very same objects.
    """

    clock: Callable[[], float] = time.monotonic
    _listed: dict[tuple[str, str | None], _Listed] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, exchange: str, base_url: str | None, load: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """The tables of one exchange; loaded by the first who asks, while the others wait.

        What was loaded before stands where loading anew fails. Raises an ExchangeError where nothing is known yet.
        """
        with self._lock:
            listed = self._listed.setdefault((exchange, base_url), _Listed())
        with listed.lock:
            if self.clock() >= listed.until:
                self._load(listed, load)
            if listed.tables is None:
                raise Temporary(f"the markets of the exchange could not be loaded ({listed.error})")
            return listed.tables

    def _load(self, listed: _Listed, load: Callable[[], Mapping[str, Any]]) -> None:
        try:
            listed.tables, listed.error = load(), None
        except ExchangeError as error:
            listed.error = error
        listed.until = self.clock() + (KEEP_SECONDS if listed.error is None else FAILED_SECONDS)
