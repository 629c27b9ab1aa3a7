"""Permissions of a key, as stated by the exchange. Without a statement only reading is tried.

No action is ever tried. An unknown word makes the permission unknown, never "no".
"""

from collections.abc import Callable

from exchanges.connection.errors import ExchangeError, Permanent, Temporary
from exchanges.connection.gateway import Gateway
from exchanges.contracts import Permissions
from exchanges.venues._shared.venue import Venue

NOTE = (
    "Stillframe cannot read this key's other permissions here and never tests them: open the key's settings on the "
    "exchange and allow it to read only"
)
WITHOUT_KEY = "the account is read by its public address, which allows no action"


def states_permissions(venue: Venue) -> bool:
    """True if the exchange states a key's permissions."""
    return venue.is_keyless or venue.key_permissions is not None


def permissions_of(venue: Venue, gateway: Gateway, key: str, request: Callable[[], object]) -> Permissions:
    """The key's permissions. Without a stated permission, `request` reads something private.

    Raises Temporary if the exchange is unavailable. A response that cannot be understood means unknown.
    """
    reason = NOTE
    if venue.key_permissions is not None:
        try:
            return venue.key_permissions(gateway, key)
        except Temporary:
            raise
        except ExchangeError as error:
            reason = f"the exchange does not state the key's permissions: {error}"
    try:
        request()
    except Permanent as error:
        return Permissions(False, None, None, str(error))
    if venue.is_keyless:
        return Permissions(True, False, False, WITHOUT_KEY)
    return Permissions(True, None, None, reason)
