"""Choices: the view that an address asks for, and links that keep it. Pure.

Amounts are hidden in doubt: only "false" shows them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.snapshot import Account
from pages.components.bar.model import KEPT
from pages.shared.theme import GainColours
from pages.shared.view import ZONE_UTC, View, moment_for_url, moment_in_url

# The choices that every page has in its address, in the order of its links.
SHARED = ("account", "currency", "as_of", "hide_small", "hide_amounts", "colours")
CURRENCIES = ("USD", "EUR", "BTC")
# Names on the screen. The address holds them too.
GAIN_NAMES = {
    "Green up": GainColours.USUAL,
    "Red up": GainColours.SWAPPED,
    "Blue up": GainColours.BLUE_ORANGE,
}
_LONGEST_QUERY = 4000
_FAR_EAST, _FAR_WEST = ZoneInfo("Etc/GMT-14"), ZoneInfo("Etc/GMT+12")

Query = Mapping[str, Sequence[str]]
# The choices of a link, by name.
Choices = Mapping[str, str] | Iterable[tuple[str, str]]


def query_of(text: str) -> Query:
    """The parameters of an address, empty ones too. Raises ValueError for one that is too long."""
    if len(text) > _LONGEST_QUERY:
        raise ValueError(f"more than {_LONGEST_QUERY} characters")
    return parse_qs(text, keep_blank_values=True, max_num_fields=60)


def kept_in(cookie: str) -> Query:
    """The choices in the cookie that the bar writes (pages/components/bar/keeping.js). None in one that is too long."""
    try:
        return {name: values for name, values in query_of(unquote(cookie)).items() if name in KEPT}
    except ValueError:
        return {}


def completed(query: Query, kept: Query) -> Query:
    """The choices of an address, with the kept ones that it does not name."""
    return {**kept, **query}


def view_of(query: Query, accounts: Sequence[Account], zone: ZoneInfo, now: datetime) -> View:
    """The view of an address. Invalid values count as absent, as on the pages."""
    configured = [account for account in accounts if account.is_configured]
    names = tuple(account.name for account in configured if account.name in query.get("account", ()))
    as_of = moment_in_url(_last(query, "as_of"), zone)
    return View(
        accounts=names,
        currency=_currency(_last(query, "currency"), configured),
        as_of=None if as_of is None or as_of >= now else as_of,
        hide_small=_last(query, "hide_small").lower() == "true",
        hide_amounts="hide_amounts" in query and _last(query, "hide_amounts").lower() != "false",
        gains=GAIN_NAMES.get(_last(query, "colours"), GainColours.USUAL),
        zone=zone,
    )


def zone_of(name: str) -> ZoneInfo | None:
    """A time zone by its name. None if there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def needs_zone(query: Query) -> bool:
    """True if the address names a moment without its offset, which only the browser's time zone completes."""
    text = _last(query, "as_of")
    return text != "" and moment_in_url(text, _FAR_EAST) != moment_in_url(text, _FAR_WEST)


def link_to(path: str, query: Query, **choices: str) -> str:
    """A link to a page, with the shared choices of this address."""
    pairs = [(name, value) for name in SHARED for value in query.get(name, ())]
    following = urlencode([*pairs, *choices.items()])
    return f"{path}?{following}" if following else path


def shared_choices_of(view: View) -> list[tuple[str, str]]:
    """The shared choices of a view, as pairs of an address."""
    pairs = [*(("account", name) for name in view.accounts), ("currency", view.currency)]
    if view.as_of is not None:
        pairs.append(("as_of", moment_for_url(view.as_of)))
    pairs += [(name, "true") for name in ("hide_small", "hide_amounts") if getattr(view, name)]
    if view.gains is not GainColours.USUAL:
        pairs += [("colours", name) for name, gains in GAIN_NAMES.items() if gains is view.gains]
    return pairs


def address_of(path: str, view: View, choices: Choices) -> str:
    """The address of a page with these choices first, and all shared choices of the view that they do not replace.

    Every link within a page comes from here, so that none shows amounts that are hidden.
    """
    (address,) = addresses_of(path, view, [choices])
    return address


def addresses_of(path: str, view: View, rows: Iterable[Choices]) -> Sequence[str]:
    """The address of each row of a list, as `address_of`. The shared choices are written once for all."""
    shared: dict[frozenset[str], str] = {}
    addresses = []
    for choices in rows:
        pairs = list(choices.items() if isinstance(choices, Mapping) else choices)
        replaced = frozenset(name for name, _ in pairs)
        if replaced not in shared:
            shared[replaced] = urlencode([pair for pair in shared_choices_of(view) if pair[0] not in replaced])
        addresses.append(f"{path}?" + "&".join(filter(None, (urlencode(pairs), shared[replaced]))))
    return addresses


def _last(query: Query, name: str) -> str:
    return (query.get(name) or [""])[-1]


def _currency(asked: str, accounts: Sequence[Account]) -> str:
    """The currency asked for if an account knows it, else that of the first account."""
    options = currencies_of(accounts)
    return asked if asked in options else options[0]


def currencies_of(accounts: Sequence[Account]) -> list[str]:
    """The currencies to choose from. The first is that of the first account."""
    recorded = [currency for a in accounts for currency in (a.base_currency, *a.display_currencies)]
    return list(dict.fromkeys([*(recorded[:1] or CURRENCIES[:1]), *CURRENCIES, *recorded]))


def zone_or_utc(zone: ZoneInfo | None) -> ZoneInfo:
    """The zone, or UTC while the browser's is not known."""
    return zone or ZONE_UTC
