"""Opening an account: chooses the adapter that reads it."""

from exchanges.connection.errors import Permanent
from exchanges.connection.gateway import exchange_names, features_of, readable_exchanges
from exchanges.connection.markets import SharedMarkets
from exchanges.contracts import (
    AccountConnection,
    AccountReader,
    AccountScope,
    Permissions,
    RoundTrip,
    SourceResult,
)
from exchanges.cryptocom.reader import CryptocomReader
from exchanges.unified import permissions
from exchanges.unified.market_choice import known_markets
from exchanges.unified.reader import UnifiedReader
from exchanges.venues.registry import venue_of

__all__ = [
    "AccountConnection",
    "AccountReader",
    "AccountScope",
    "Permissions",
    "RoundTrip",
    "SharedMarkets",
    "SourceResult",
    "api_of",
    "fills_count_from_settlement",
    "fills_name_position",
    "is_read_by_address",
    "known_exchanges",
    "markets_that_can_be_chosen",
    "open_reader",
    "orders_name_position_in_hedge_mode_only",
    "settles",
    "states_permissions",
    "supported_exchanges",
]

# Exchanges with a separate reader. All others use ccxt's unified calls.
_READERS = {"cryptocom": CryptocomReader}


def supported_exchanges() -> tuple[str, ...]:
    """The configurable exchanges: ccxt reads their balances and open orders, and reads have separate paths."""
    return tuple(name for name in readable_exchanges() if not venue_of(name).reads_and_acts_share_a_path)


def known_exchanges() -> tuple[str, ...]:
    """Every exchange in ccxt, to tell a misspelt name from an unreadable exchange."""
    return exchange_names()


def markets_that_can_be_chosen(exchange: str) -> tuple[str, ...]:
    """The markets that an account can be limited to. Empty if the exchange is not read by market."""
    return () if exchange in _READERS else known_markets(venue_of(exchange), features_of(exchange))


def open_reader(account: AccountConnection, shared: SharedMarkets) -> AccountReader:
    """Open the reader of an account. Sends no request. `shared` is one instance per process.

    Raises Permanent for an exchange that cannot be read.
    """
    if account.exchange not in supported_exchanges():
        raise Permanent(f"{account.exchange} cannot be read: choose another exchange")
    reader = _READERS.get(account.exchange, UnifiedReader)
    return reader(account, shared, venue_of(account.exchange))


def api_of(exchange: str) -> str:
    """The exchange whose API a key of this one opens: itself, or the one whose API it shares."""
    return venue_of(exchange).shares_api_with or exchange


def fills_name_position(exchange: str) -> bool:
    """True if every contract fill of the exchange names its position in hedge mode."""
    return venue_of(exchange).fills_name_position


def settles(exchange: str) -> str:
    """When the exchange pays open profit of contracts into the wallet, in words. "" if never, or if unknown."""
    return venue_of(exchange).settles


def fills_count_from_settlement(exchange: str) -> bool:
    """True if the profit that a fill states counts from the last settlement, and a ledger lists each settlement."""
    return venue_of(exchange).fills_count_from_settlement


def orders_name_position_in_hedge_mode_only(exchange: str) -> bool:
    """True if an order that names a position proves hedge mode: two positions of one symbol are possible."""
    return not venue_of(exchange).one_way_orders_name_position


def states_permissions(exchange: str) -> bool:
    """True if the exchange states a key's permissions."""
    return permissions.states_permissions(venue_of(exchange))


def is_read_by_address(exchange: str) -> bool:
    """True if accounts are read by a public address, without a key."""
    return venue_of(exchange).is_keyless
