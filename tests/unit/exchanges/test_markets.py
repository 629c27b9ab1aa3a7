"""Markets are loaded once for all accounts, and a failure to load them stops nothing."""

import threading

from domain.markets import MarketType
from refresher.exchanges.errors import Temporary
from refresher.exchanges.markets import FAILED_SECONDS, KEEP_SECONDS, Market, Markets, SharedMarkets

LISTED: Markets = {"BTC_USD": Market("BTC_USD", "BTC/USD", "BTC", "USD", MarketType.SPOT)}


class Loading:
    """Loads markets and counts how often; fails while told to."""

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
    now = [0.0]
    shared, load = SharedMarkets(lambda: now[0]), Loading()
    load.fails = True
    assert shared.of("cryptocom", None, load) == {}
    assert shared.of("cryptocom", None, load) == {}
    assert load.times == 1
    now[0] += FAILED_SECONDS + 1
    load.fails = False
    assert shared.of("cryptocom", None, load) == LISTED


def test_what_was_loaded_stands_when_loading_again_fails() -> None:
    now = [0.0]
    shared, load = SharedMarkets(lambda: now[0]), Loading()
    shared.of("cryptocom", None, load)
    now[0] += KEEP_SECONDS + 1
    load.fails = True
    assert shared.of("cryptocom", None, load) == LISTED
    assert load.times == 2
