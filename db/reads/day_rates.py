"""Read the rate of each day, for sums of days in a currency in which no values are stored."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from db.reads.moment_prices import read_price_history

# A venue, a currency and a day.
RateOfDay = tuple[str, str, date]
# The moments of a day whose price may be its rate: noon, else its beginning or end (UTC).
MOMENTS = (timedelta(hours=12), timedelta(0), timedelta(hours=24))


def read_day_rates(
    connection: Connection, venue: str, base: str, quote: str, days: Iterable[date]
) -> Mapping[date, Decimal | None]:
    """Units of `quote` for one `base` on each day. None without a price at noon, at its beginning and at its end."""
    starts = {day: datetime.combine(day, time(), UTC) for day in set(days)}
    moments = [start + passed for start in starts.values() for passed in MOMENTS]
    history = read_price_history(connection, venue, (), (base, quote), moments)
    rates: dict[date, Decimal | None] = {}
    for day, start in starts.items():
        rates_by_day = (history.found(base, quote, start + passed).value for passed in MOMENTS)
        rates[day] = next((rate for rate in rates_by_day if rate is not None), None)
    return rates


def read_rates_of_days(
    connection: Connection, places: Iterable[tuple[str, str, date | None]], quote: str
) -> Mapping[RateOfDay, Decimal | None]:
    """Units of `quote` for one of each currency by venue and day. Rows without a day need no rate."""
    days: dict[tuple[str, str], set[date]] = {}
    for venue, base, day in places:
        if day is not None:
            days.setdefault((venue, base), set()).add(day)
    return {
        (venue, base, day): rate
        for (venue, base), of_venue in days.items()
        for day, rate in read_day_rates(connection, venue, base, quote, of_venue).items()
    }
