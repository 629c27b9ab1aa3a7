"""Description of the bar. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from pages.components.chart.model import milliseconds
from pages.components.payload import apart, packed, unpacked

# The cookie of a browser's choices, as the query of an address, and the choices in it. The bar writes it (keeping.js,
# which gets both from here).
KEPT_COOKIE = "stillframe_kept"
KEPT = ("currency", "hide_amounts", "colours")


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page: its path in the app, its name, and its address with the choices of the view."""

    path: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Moments:
    """The choice of a moment. `chosen` is a shortcut, "" for another moment. `value` and `latest` are local times."""

    shortcuts: Sequence[str]
    chosen: str
    value: str
    latest: str
    zone: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One choice of the menu. `options` are empty for a switch, whose `chosen` is "true" or "false"."""

    name: str
    label: str
    chosen: str
    options: Sequence[str] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class RefreshState:
    """The button for a refresh, and what became of the last request."""

    is_waiting: bool
    words: str


@dataclass(frozen=True, slots=True)
class Badge:
    """The freshness: `ages` as `payload_of` of pages/components/age, at a moment of the server."""

    ages: bytes
    at: datetime
    refresh: RefreshState | None


@dataclass(frozen=True, slots=True)
class Bar:
    """All of the bar. `here` is the path of the present page. `viewer` and `sign_out_token` are "" without sign-in.

    `badge` is None while nothing is known. The search finds `coins`, a payload that may name its
    place.
    """

    is_demo: bool
    pages: Sequence[PageLink]
    here: str
    accounts: Sequence[str]
    chosen_accounts: Sequence[str]
    moments: Moments
    currencies: Sequence[str]
    currency: str
    settings: Sequence[Setting]
    zone_words: str
    viewer: str
    sign_out_token: str
    badge: Badge | None
    coins: bytes = b""


def payload_of(bar: Bar) -> bytes:
    """The bar as the browser gets it."""
    place, payload = _placed(bar.coins)
    coins = unpacked(payload)["coins"] if payload else []
    badge = None if bar.badge is None else _badge_content(bar.badge)
    return packed({**asdict(bar), "badge": badge, "coins": coins, "coins_place": place})


def _placed(payload: bytes) -> tuple[str, bytes]:
    """The place where the stream renews a payload, "" without one, and the payload by itself."""
    head, body = apart(payload)
    return head[1:-1].decode(), body


def _badge_content(badge: Badge) -> dict[str, object]:
    place, ages = _placed(badge.ages)
    refresh = None if badge.refresh is None else asdict(badge.refresh)
    return {"place": place, "ages": {**unpacked(ages), "at": milliseconds(badge.at)}, "refresh": refresh}
