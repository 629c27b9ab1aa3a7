"""Opening an account: chooses the adapter that reads it."""

from refresher.exchanges.answers import (
    AccountConnection,
    AccountReader,
    Answer,
    Permissions,
    Reach,
    Wanted,
)
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


def supported_exchanges() -> tuple[str, ...]:
    """The exchanges that an account can be configured on."""
    return ("cryptocom",)


def known_exchanges() -> tuple[str, ...]:
    """Every exchange that ccxt knows, to tell a misspelt name from one that is not supported yet."""
    raise NotImplementedError


def open_reader(account: AccountConnection, shared: SharedMarkets) -> AccountReader:
    """The reader of an account; asks nothing yet. `shared` is one for the process: markets are loaded once."""
    raise NotImplementedError
