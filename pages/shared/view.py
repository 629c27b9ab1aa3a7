"""View: the settings of the top bar. They are the same on every page and all in the URL."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pages.shared.formats import Number, masked, money_text, quantity_text
from pages.shared.theme import GainColours, Inks, inks_of

ZONE_UTC = ZoneInfo("UTC")
# No exchange is older. The first years of the calendar have no valid moment in some zones.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class View:
    """The accounts, currency and moment to show, and the number formats.

    `accounts` holds names and is empty for all. `as_of` is None for now.
    """

    accounts: tuple[str, ...] = ()
    currency: str = "USD"
    as_of: datetime | None = None
    hide_small: bool = False
    hide_amounts: bool = False
    gains: GainColours = GainColours.USUAL
    zone: ZoneInfo = ZONE_UTC

    @property
    def inks(self) -> Inks:
        """The colours of gain and loss."""
        return inks_of(self.gains)

    def money(self, value: Number, *, signed: bool = False) -> str:
        """An amount in the display currency, masked if amounts are hidden."""
        return money_text(value, self.currency, signed=signed, hidden=self.hide_amounts)

    def quantity(self, value: Number) -> str:
        """A quantity, masked if amounts are hidden."""
        return masked(quantity_text(value), self.hide_amounts)


def moment_in_url(text: str | None, zone: ZoneInfo = ZONE_UTC) -> datetime | None:
    """Parse the moment of a link: ISO 8601, in the viewer's zone if it has no offset. None if absent or invalid."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        moment = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):  # the year 1 has no UTC moment east of Greenwich
        return None
    return moment if moment >= EARLIEST else None


def moment_for_url(at: datetime) -> str:
    """A moment for a link, in UTC. A fraction of a second stays: the whole second is before what was seen then."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
