"""Market tables: the listed markets of each exchange, loaded once for all accounts and renewed in the background."""

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
    tables: T | None = None
    until: float = 0.0
    error: str = ""
    loaded: threading.Event = field(default_factory=threading.Event)  # not set: being loaded
    is_loading: bool = False


@dataclass(slots=True)
class MarketTables(Generic[T]):
    """The listed markets of every exchange that this process reads. Thread-safe. One instance per process.

    ccxt's tables cost seconds and tens of megabytes, so accounts share the same objects. `start` runs a load in the
    background.
    """

    clock: Callable[[], float] = time.monotonic
    start: Callable[[Callable[[], None]], object] = _beside
    wait: Callable[[threading.Event, float], bool] = threading.Event.wait
    _listed: dict[tuple[str, str | None], _Listed[T]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, exchange: str, base_url: str | None, load: Callable[[], T], patience: float) -> T:
        """The tables of one exchange. Waits at most `patience` seconds, and only if none were loaded yet.

        Later calls get the last tables at once, even if a renewal fails. Raises Temporary if there are none yet.
        """
        with self._lock:
            listed = self._listed.setdefault((exchange, base_url), _Listed())
            must_load = not listed.is_loading and self.clock() >= listed.until
            if must_load:
                listed.is_loading = True
                listed.loaded.clear()
        if must_load:
            self.start(lambda: self._load(listed, load))
        if listed.tables is None and not self.wait(listed.loaded, patience):
            raise Temporary("the markets of the exchange are still being loaded")
        if listed.tables is None:
            raise Temporary(f"the markets of the exchange could not be loaded ({listed.error})")
        return listed.tables

    def _load(self, listed: _Listed[T], load: Callable[[], T]) -> None:
        keep = FAILED_SECONDS
        try:
            listed.tables, keep = load(), KEEP_SECONDS
        except ExchangeError as error:
            listed.error = str(error)
        except Exception as error:  # an unexpected fault in our own thread is logged and retried
            log().exception("markets could not be read")
            listed.error = f"they could not be understood ({type(error).__name__})"
        finally:
            with self._lock:
                listed.until, listed.is_loading = self.clock() + keep, False
                listed.loaded.set()
