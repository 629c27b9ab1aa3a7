"""Listings: what an exchange lists, loaded once for all accounts on it and renewed beside those who read it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from exchanges.connection.errors import ExchangeError, Temporary
from logs.lines import log

T = TypeVar("T")

# Instruments are listed and delisted daily at most.
KEEP_SECONDS = 6 * 3600.0
# A failure to load is remembered for so long: the sources of one refresh do not each try again.
FAILED_SECONDS = 15.0


def _beside(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="load-markets", daemon=True).start()


@dataclass(slots=True)
class _Listed(Generic[T]):
    known: T | None = None
    until: float = 0.0
    error: str = ""
    loaded: threading.Event = field(default_factory=threading.Event)  # not set: being loaded
    is_loading: bool = False


@dataclass(slots=True)
class Listings(Generic[T]):
    """What is listed on every exchange that this process reads. Thread-safe; one for the process.

    ccxt's tables cost seconds and tens of megabytes, so accounts share the very same objects. `start` runs the loading
    beside whoever asked.
    """

    clock: Callable[[], float] = time.monotonic
    start: Callable[[Callable[[], None]], object] = _beside
    wait: Callable[[threading.Event, float], bool] = threading.Event.wait
    _listed: dict[tuple[str, str | None], _Listed[T]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, exchange: str, base_url: str | None, load: Callable[[], T], patience: float) -> T:
        """What one exchange lists. Only while nothing is known yet is a load waited for, `patience` seconds at most.

        After that nobody waits: what was loaded before stands until it is renewed, and where that fails.
        Raises Temporary where nothing is known yet.
        """
        with self._lock:
            listed = self._listed.setdefault((exchange, base_url), _Listed())
            begins = not listed.is_loading and self.clock() >= listed.until
            if begins:
                listed.is_loading = True
                listed.loaded.clear()
        if begins:
            self.start(lambda: self._load(listed, load))
        if listed.known is None and not self.wait(listed.loaded, patience):
            raise Temporary("the markets of the exchange are still being loaded")
        if listed.known is None:
            raise Temporary(f"the markets of the exchange could not be loaded ({listed.error})")
        return listed.known

    def _load(self, listed: _Listed[T], load: Callable[[], T]) -> None:
        keep = FAILED_SECONDS
        try:
            listed.known, keep = load(), KEEP_SECONDS
        except ExchangeError as error:
            listed.error = str(error)
        except Exception as error:  # a fault of ours in a thread of its own: told, and tried again
            log().exception("markets could not be read")
            listed.error = f"they could not be understood ({type(error).__name__})"
        finally:
            with self._lock:
                listed.until, listed.is_loading = self.clock() + keep, False
                listed.loaded.set()
