"""Permissions: what a key may do, asked in the way of each exchange; where there is none, only reading is tried."""

from collections.abc import Callable, Mapping

from refresher.exchanges.answers import Permissions
from refresher.exchanges.errors import Permanent
from refresher.exchanges.gateway import Gateway

NOTE = (
    "what else the key may do is not asked on this exchange, and never tried out: open the key's settings there and "
    "allow it to read only"
)

# By exchange: asks what the key may do by a call that is listed in calls.py. Raises an ExchangeError.
ASKED: Mapping[str, Callable[[Gateway], Permissions]] = {}


def permissions_of(exchange: str, gateway: Gateway, read: Callable[[], object]) -> Permissions:
    """What the key may do. `read` reads something private, for exchanges that do not tell."""
    ask = ASKED.get(exchange)
    if ask is not None:
        return ask(gateway)
    try:
        read()
    except Permanent as error:
        return Permissions(False, None, None, str(error))
    return Permissions(True, None, None, NOTE)
