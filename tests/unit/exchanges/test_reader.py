"""Opening an account: which exchanges can be read, and what an exchange that cannot says."""

import pytest

from domain.sources import Source
from refresher.exchanges.errors import Permanent
from refresher.exchanges.reader import (
    AccountConnection,
    SharedMarkets,
    Wanted,
    known_exchanges,
    open_reader,
    supported_exchanges,
)


def test_exchanges_are_known_by_name() -> None:
    assert supported_exchanges() == ("cryptocom",)
    assert {"cryptocom", "binance", "kraken"} <= set(known_exchanges())


@pytest.mark.parametrize("exchange", ["kraken", "nowhere"])
def test_an_exchange_that_cannot_be_read_says_which_can(exchange: str) -> None:
    with pytest.raises(Permanent, match=f"{exchange} is not supported: choose one of cryptocom"):
        open_reader(AccountConnection("main", exchange, "key", "secret"), SharedMarkets())


def test_a_source_that_is_not_read_says_so() -> None:
    reader = open_reader(AccountConnection("main", "cryptocom", "key", "secret"), SharedMarkets())
    with pytest.raises(Permanent, match="fills is not read"):
        reader.fetch(Source.FILLS, Wanted())
