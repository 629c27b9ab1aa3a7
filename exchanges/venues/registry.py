"""Registry: the venue of an exchange, from the one file that bears its name."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from exchanges import venues
from exchanges.venues._shared.venue import Venue

GENERIC = Venue()


@cache
def venue_of(exchange: str) -> Venue:
    """The VENUE of exchanges/venues/<exchange>.py. A generic one without such a file."""
    module = f"exchanges.venues.{exchange}"
    if find_spec(module) is None:
        return GENERIC
    venue = import_module(module).VENUE
    assert isinstance(venue, Venue)
    return venue


@cache
def declared_exchanges() -> tuple[str, ...]:
    """Every exchange with a file of its own. A file whose name begins with "_" is none, or a part of one."""
    names = (module.name for module in iter_modules(venues.__path__))
    return tuple(sorted(name for name in names if not name.startswith("_") and name != "registry"))
