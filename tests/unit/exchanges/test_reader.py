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
from refresher.exchanges.unified_past import movements_of


def test_exchanges_are_known_by_name() -> None:
    assert {"cryptocom", "binance", "kraken"} <= set(supported_exchanges()) < set(known_exchanges())
    assert len(supported_exchanges()) > 90


@pytest.mark.parametrize("exchange", ["indodax", "paymium", "nowhere"])
def test_an_exchange_that_cannot_be_read_is_refused(exchange: str) -> None:
    """Of indodax acts cannot be told from reading, of paymium ccxt reads no open orders."""
    with pytest.raises(Permanent, match=f"{exchange} cannot be read"):
        open_reader(AccountConnection("main", exchange, "key", "secret"), SharedMarkets())


def test_a_source_that_is_not_read_says_so() -> None:
    reader = open_reader(AccountConnection("main", "cryptocom", "key", "secret"), SharedMarkets())
    with pytest.raises(Permanent, match="fills is not read"):
        reader.fetch(Source.FILLS, Wanted())


@pytest.mark.parametrize(
    ("exchange", "told"),
    [("binance", ("deposits", "withdrawals")), ("coinbase", ()), ("deribit", ("ledger",)), ("kraken", None)],
)
def test_movements_that_an_exchange_cannot_be_asked_for_are_no_source_that_fails_for_ever(
    exchange: str, told: tuple[str, ...] | None
) -> None:
    """Lesson 29."""
    found = movements_of(exchange, lambda call: True)
    assert found == (told if told is not None else ("deposits", "withdrawals", "ledger"))
