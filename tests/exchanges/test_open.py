"""Opening an account: which exchanges can be read, and what an exchange that cannot says."""

import pytest

from domain.sources import Source
from exchanges.connection.errors import Permanent
from exchanges.open import (
    AccountConnection,
    AccountScope,
    SharedMarkets,
    known_exchanges,
    open_reader,
    supported_exchanges,
)
from exchanges.unified.venue_calls import transfer_calls
from exchanges.venues.registry import venue_of


def test_exchanges_are_known_by_name() -> None:
    assert {"cryptocom", "binance", "kraken"} <= set(supported_exchanges()) < set(known_exchanges())
    assert len(supported_exchanges()) > 90


@pytest.mark.parametrize("exchange", ["indodax", "paymium", "nowhere"])
def test_an_exchange_that_cannot_be_read_is_refused(exchange: str) -> None:
    """The reads of indodax cannot be told from its actions. ccxt reads no open orders of paymium."""
    with pytest.raises(Permanent, match=f"{exchange} cannot be read"):
        open_reader(AccountConnection("main", exchange, "key", "secret"), SharedMarkets())


def test_an_unsupported_source_is_a_permanent_failure() -> None:
    reader = open_reader(AccountConnection("main", "cryptocom", "key", "secret"), SharedMarkets())
    with pytest.raises(Permanent, match="fills is not read"):
        reader.fetch(Source.FILLS, AccountScope())


@pytest.mark.parametrize(
    ("exchange", "told"),
    [
        ("binance", ("deposits", "withdrawals", "ledger-linear", "ledger-inverse")),
        ("coinbase", ()),
        ("mexc", ("deposits", "withdrawals")),
        ("phemex", ("deposits", "withdrawals", "ledger")),
    ],
)
def test_transfers_without_a_call_of_the_exchange_are_no_source(exchange: str, told: tuple[str, ...]) -> None:
    assert tuple(one.name for one in transfer_calls(venue_of(exchange), lambda call: True)) == told


def test_order_kinds_missing_from_every_list_are_named() -> None:
    def unread(exchange: str, *markets: str) -> set[str]:
        account = AccountConnection("main", exchange, "key", "secret", markets=frozenset(markets))
        past = open_reader(account, SharedMarkets()).history
        assert past is not None
        return {str(kind) for kind in past.unread_transfers}

    assert unread("bybit") == set()
    assert unread("mexc") == {"funding", "interest", "rebate"}
    assert unread("mexc", "spot") == {"interest", "rebate"}
    assert unread("deribit") == {"funding", "interest", "rebate"}
    assert unread("binance", "spot") == {"interest", "rebate"}
