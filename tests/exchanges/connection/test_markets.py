"""Markets are loaded once for all accounts, and a failure to load them stops nothing."""

import threading
from collections.abc import Callable

import pytest

from domain.markets import MarketType
from exchanges.connection.errors import Temporary
from exchanges.connection.market_tables import FAILED_SECONDS, KEEP_SECONDS, MarketTables
from exchanges.connection.markets import Market, Markets, SharedMarkets
from tests.exchanges.simulated_clock import ManualClock

LISTED: Markets = {"BTC_USD": Market("BTC_USD", "BTC/USD", "BTC", "USD", MarketType.SPOT)}


class Loading:
    """Loads markets and counts the loads. Fails on request."""

    def __init__(self) -> None:
        self.times = 0
        self.fails = False

    def __call__(self) -> Markets:
        self.times += 1
        if self.fails:
            raise Temporary("down")
        return LISTED


def test_markets_are_loaded_once_for_all_accounts_of_an_exchange() -> None:
    shared, load = SharedMarkets(), Loading()
    started = threading.Barrier(8)

    def ask() -> None:
        started.wait()
        assert shared.of("cryptocom", None, load) == LISTED

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert load.times == 1
    shared.of("cryptocom", "http://127.0.0.1:9", load)
    assert load.times == 2


def test_a_failure_to_load_is_no_failure_and_is_remembered_for_a_while() -> None:
    clock = ManualClock()
    shared, load = SharedMarkets(clock), Loading()
    load.fails = True
    assert shared.of("cryptocom", None, load) == {}
    assert shared.of("cryptocom", None, load) == {}
    assert load.times == 1
    clock.seconds += FAILED_SECONDS + 1
    load.fails = False
    assert shared.of("cryptocom", None, load) == LISTED


def test_loaded_markets_stay_when_a_reload_fails() -> None:
    now = [0.0]
    listings: MarketTables[Markets] = MarketTables(lambda: now[0], start=lambda load: load())
    load = Loading()
    listings.of("cryptocom", None, load, 9.0)
    now[0] += KEEP_SECONDS + 1
    load.fails = True
    assert [listings.of("cryptocom", None, load, 9.0) for _ in range(3)] == [LISTED] * 3
    assert load.times == 2


def test_readers_do_not_wait_while_markets_reload() -> None:
    """Others read the last markets meanwhile, and start no second load."""
    now, begun = [0.0], list[Callable[[], None]]()
    listings: MarketTables[str] = MarketTables(lambda: now[0], start=begun.append)
    with pytest.raises(Temporary, match="still being loaded"):
        listings.of("kraken", None, lambda: "old", 0.0)
    begun.pop()()
    now[0] += KEEP_SECONDS + 1
    assert [listings.of("kraken", None, lambda: "new", 9.0) for _ in range(3)] == ["old"] * 3
    (renewing,) = begun
    renewing()
    assert listings.of("kraken", None, lambda: "newer", 9.0) == "new"


@pytest.mark.parametrize("error", [Temporary("down"), KeyError("odd")])
def test_a_failed_load_of_any_kind_is_logged_and_retried(error: Exception) -> None:
    now = [0.0]
    listings: MarketTables[str] = MarketTables(lambda: now[0])

    def fail() -> str:
        raise error

    for _ in range(2):
        with pytest.raises(Temporary, match="could not be loaded"):
            listings.of("kraken", None, fail, 9.0)
    now[0] += FAILED_SECONDS + 1
    assert listings.of("kraken", None, lambda: "there", 9.0) == "there"
