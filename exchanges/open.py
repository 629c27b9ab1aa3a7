"""Opening an account: chooses the adapter that reads it."""

from exchanges.connection import gateway
from exchanges.connection.errors import Permanent
from exchanges.connection.markets import SharedMarkets
from exchanges.connection.reading_paths import NOT_TOLD_APART
from exchanges.contracts import (
    AccountConnection,
    AccountReader,
    Answer,
    Permissions,
    Reach,
    Wanted,
)
from exchanges.cryptocom.reader import CryptocomReader
from exchanges.unified.market_choice import known_markets
from exchanges.unified.reader import UnifiedReader

__all__ = [
    "AccountConnection",
    "AccountReader",
    "Answer",
    "Permissions",
    "Reach",
    "SharedMarkets",
    "Wanted",
    "known_exchanges",
    "markets_that_can_be_chosen",
    "open_reader",
    "supported_exchanges",
]

# Exchanges that are read by an adapter of their own; every other by ccxt's unified calls.
_READERS = {"cryptocom": CryptocomReader}


def supported_exchanges() -> tuple[str, ...]:
    """The exchanges that an account can be configured on: all of which ccxt reads balances and open orders, by calls
    that can be told from acts."""
    return tuple(name for name in gateway.readable_exchanges() if name not in NOT_TOLD_APART)


def known_exchanges() -> tuple[str, ...]:
    """Every exchange that ccxt knows, to tell a misspelt name from one that cannot be read."""
    return gateway.exchange_names()


def markets_that_can_be_chosen(exchange: str) -> tuple[str, ...]:
    """The markets of an exchange that an account may be asked of alone; none where it is not asked one by one."""
    return () if exchange in _READERS else known_markets(exchange, gateway.features_of(exchange))


def open_reader(account: AccountConnection, shared: SharedMarkets) -> AccountReader:
    """The reader of an account; asks nothing yet. `shared` is one for the process: markets are loaded once.

    Raises Permanent for an exchange that cannot be read.
    """
    if account.exchange not in supported_exchanges():
        raise Permanent(f"{account.exchange} cannot be read: choose another exchange")
    reader = _READERS.get(account.exchange, UnifiedReader)
    return reader(account, shared, gateway.Gateway(account))
