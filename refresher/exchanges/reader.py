"""Opening an account: chooses the adapter that reads it."""

from refresher.exchanges import gateway
from refresher.exchanges.answers import (
    AccountConnection,
    AccountReader,
    Answer,
    Permissions,
    Reach,
    Wanted,
)
from refresher.exchanges.cryptocom import CryptocomReader
from refresher.exchanges.errors import Permanent
from refresher.exchanges.markets import SharedMarkets

__all__ = [
    "AccountConnection",
    "AccountReader",
    "Answer",
    "Permissions",
    "Reach",
    "SharedMarkets",
    "Wanted",
    "known_exchanges",
    "open_reader",
    "supported_exchanges",
]

_READERS = {"cryptocom": CryptocomReader}


def supported_exchanges() -> tuple[str, ...]:
    """The exchanges that an account can be configured on."""
    return tuple(_READERS)


def known_exchanges() -> tuple[str, ...]:
    """Every exchange that ccxt knows, to tell a misspelt name from one that is not supported yet."""
    return gateway.exchange_names()


def open_reader(account: AccountConnection, shared: SharedMarkets) -> AccountReader:
    """The reader of an account; asks nothing yet. `shared` is one for the process: markets are loaded once.

    Raises Permanent for an exchange that cannot be read.
    """
    reader = _READERS.get(account.exchange)
    if reader is None:
        raise Permanent(f"{account.exchange} is not supported: choose one of {', '.join(_READERS)}")
    return reader(account, shared, gateway.Gateway(account))
