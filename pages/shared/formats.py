"""Formats: numbers, moments and ages as texts, the same on every page, and in exports.

Numbers may be Decimal (records) or float (frames). None and NaN are unknown and show as an en dash, never as zero.
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from math import isfinite
from zoneinfo import ZoneInfo

from domain.freshness import MOST_AHEAD
from domain.money import is_money

Number = Decimal | float | int | None

UNKNOWN = "–"
NOT_KNOWN = f"{UNKNOWN} not known"  # where nothing beside it gives the reason
MASK = "••••"  # of fixed length, so that it hides the number of digits
MINUS = "−"
UP, DOWN, LEVEL = "▲", "▼", "▬"

SIGNIFICANT = 4  # digits of numbers smaller than 0.01
EXACT, WORKED_OUT = 12, 8  # no exchange quotes a price of more digits than EXACT. A longer one was worked out
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_DECIMALS = {"BTC": 8}
_CENTS_BELOW = 10_000  # larger amounts of money have no decimals
_ROUNDING = Context(prec=60, rounding=ROUND_HALF_EVEN)
# Sums and shares beyond these sizes are not written out: "1.235e400" instead of 400 digits.
_WRITTEN_BELOW, _WRITTEN_FROM = 24, -24  # powers of ten
# A moment as domain.delivery.moment_text writes it.
_STORED_MOMENT = re.compile(r"\b(?P<day>\d{2} [A-Z][a-z]{2})(?: (?P<year>\d{4}))? (?P<minute>\d{2}:\d{2}) UTC\b")


def exactly(value: Number) -> Decimal | None:
    """A number as a Decimal. None if unknown or not finite. A float is taken by its shortest decimal text."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(repr(float(value))) if isfinite(value) else None


def decimals_for(value: Decimal) -> int:
    """The number of decimals by size: 0 from 1,000 on, 2 from 1, 4 from 0.01, then 4 significant digits."""
    size = abs(value)
    if size == 0 or size >= 1000:
        return 0
    if size >= 1:
        return 2
    if size >= Decimal("0.01"):
        return 4
    return SIGNIFICANT - 1 - size.adjusted()


def number_text(value: Number, *, signed: bool = False, decimals: int | None = None) -> str:
    """A number with decimals by size (or as given), thousands separators, and a sign if `signed`."""
    exact = exactly(value)
    if exact is None:
        return UNKNOWN
    if not _is_written_out(exact):
        return _with_sign(exact, _in_powers(exact), signed)
    places = decimals_for(exact) if decimals is None else decimals
    rounded = _rounded(exact, places)
    if decimals is None and decimals_for(rounded) < places:
        rounded = _rounded(exact, decimals_for(rounded))
    return _with_sign(rounded, f"{abs(rounded):,f}", signed)


def price_text(price: Number) -> str:
    """A price in the quote currency of its market, as the exchange gave it.

    A price that was worked out, such as a mean, has eight significant digits. Values in the display currency
    are no such prices: `number_text` writes them by size.
    """
    exact = exactly(price)
    if exact is not None and len(exact.normalize().as_tuple().digits) > EXACT:
        exact = Context(prec=WORKED_OUT).plus(exact)
    return quantity_text(exact)


def quantity_text(value: Number, *, signed: bool = False) -> str:
    """A quantity with the exchange's own precision, not rounded."""
    exact = exactly(value)
    if exact is None:
        return UNKNOWN
    if not _is_written_out(exact):
        return _with_sign(exact, _in_powers(exact), signed)
    plain = f"{abs(exact):,f}"
    return _with_sign(exact, plain.rstrip("0").rstrip(".") if "." in plain else plain, signed)


def money_text(value: Number, currency: str = "", *, signed: bool = False, hidden: bool = False) -> str:
    """An amount of money, with a symbol before it or a currency code behind it.

    Money has two decimals below 10,000 and none above. An amount that would be 0.00 has two digits, as in "$0.0042".
    "<$0.01" would hide by how much it differs from another. Coins have decimals by size.
    """
    return with_symbol(masked(amount_text(value, currency, signed=signed), hidden), currency)


def with_symbol(text: str, currency: str) -> str:
    """An amount as text with the symbol or the code of its currency. The unknown has none."""
    if text == UNKNOWN:
        return text
    symbol = _SYMBOLS.get(currency)
    if symbol is None:
        return f"{text} {currency}".strip()
    sign = text[0] if text[0] in f"+{MINUS}" else ""
    return f"{sign}{symbol}{text[len(sign) :]}"


def amount_text(value: Number, currency: str | None, *, signed: bool = False) -> str:
    """An amount as `money_text` writes it, without its currency. For a column or sentence that names the currency."""
    exact = exactly(value)
    if exact is None:
        return UNKNOWN
    decimals = _money_decimals(exact) if is_money(currency or "") else _DECIMALS.get(currency or "")
    return number_text(exact, signed=signed, decimals=decimals)


def ledger_text(value: Number, currency: str, *, signed: bool = False) -> str:
    """An amount as a statement of account shows it: money with all its cents, coins with all digits."""
    exact = exactly(value)
    if exact is None or not is_money(currency) or not _is_written_out(exact) or not _rounded(exact, 2):
        return quantity_text(value, signed=signed)
    return number_text(exact, signed=signed, decimals=2)


def _money_decimals(amount: Decimal) -> int | None:
    """The decimals of an amount of money. None for sizes that are not written out."""
    if not amount:
        return 0
    if not _is_written_out(amount):
        return None
    cents = _rounded(amount, 2)
    if not cents:
        return 1 - amount.adjusted()
    return 2 if abs(cents) < _CENTS_BELOW else 0


def masked(text: str, hidden: bool) -> str:
    """The text of an amount, or the mask if amounts are hidden. Unknown stays unknown."""
    return MASK if hidden and text != UNKNOWN else text


def percent_text(fraction: Number, *, signed: bool = False, decimals: int | None = None) -> str:
    """A fraction as a percentage: two decimals below 10 %, one below 1,000 %, none above."""
    exact = exactly(fraction)
    if exact is None:
        return UNKNOWN
    percent = _ROUNDING.multiply(exact, Decimal(100))
    if percent.adjusted() >= _WRITTEN_BELOW:
        return f"{_with_sign(percent, _in_powers(percent), signed)} %"
    size = abs(percent)
    places = decimals if decimals is not None else 2 if size < 10 else 1 if size < 1000 else 0
    rounded = _rounded(percent, places)
    return f"{_with_sign(rounded, f'{abs(rounded):,f}', signed)} %"


def change_text(fraction: Number) -> str:
    """A change with arrow and sign, so that colour is not the only difference between gain and loss."""
    text = percent_text(fraction, signed=True)
    if text == UNKNOWN:
        return text
    return f"{LEVEL} {text}" if text[0].isdigit() else f"{arrow(fraction)} {text}"


def arrow(value: Number) -> str:
    """The arrow for a number's sign."""
    exact = exactly(value)
    if exact is None:
        return ""
    return UP if exact > 0 else DOWN if exact < 0 else LEVEL


def age_text(age: timedelta | None, units: int = 2) -> str:
    """An age in at most two units: 12 s, 3 min, 2 h 5 min, 4 d 3 h, or in one. A moment of the future is negative."""
    if age is None:
        return UNKNOWN
    if age < -MOST_AHEAD:
        return f"{MINUS}{age_text(-age, units)}"
    seconds = max(int(age.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} min" if rest and units > 1 else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours and days < 10 and units > 1 else f"{days} d"


def moment_text(at: datetime | None, zone: ZoneInfo, now: datetime | None = None) -> str:
    """A moment in the viewer's zone, with the zone's name. The date is left out if it equals that of `now`."""
    if at is None:
        return UNKNOWN
    there = at.astimezone(zone)
    if now is not None and there.date() == now.astimezone(zone).date():
        return f"{there:%H:%M:%S} {zone_text(there)}"
    return f"{there.day} {there:%b %Y, %H:%M:%S} {zone_text(there)}"


def time_word(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A short moment. The column of UTC has the seconds, the heading the zone."""
    there, today = at.astimezone(zone), now.astimezone(zone)
    if there.date() == today.date():
        return f"{there:%H:%M:%S}"
    if there.year == today.year:
        return f"{there.day} {there:%b %H:%M}"
    return f"{there.day} {there:%b %Y %H:%M}"


def stored_text(text: str, zone: ZoneInfo, written_at: datetime) -> str:
    """A text of the refresher, with its moments ("02 Nov 07:00 UTC") in the viewer's zone.

    A moment without a year is the one that is nearest to the writing of the text.
    """
    return _STORED_MOMENT.sub(lambda match: _in_zone(match, zone, written_at), text)


def _in_zone(match: re.Match[str], zone: ZoneInfo, written_at: datetime) -> str:
    day, year, minute = match["day"], match["year"], match["minute"]
    years = [int(year)] if year else [written_at.year + step for step in (-1, 0, 1)]
    moments = []
    for each in years:
        with suppress(ValueError):  # 29 Feb is in leap years alone
            moments.append(datetime.strptime(f"{day} {each} {minute}", "%d %b %Y %H:%M").replace(tzinfo=UTC))
    if not moments:
        return match[0]
    there = min(moments, key=lambda moment: abs(moment - written_at)).astimezone(zone)
    return f"{there:%d %b %Y %H:%M} {zone_text(there)}" if year else f"{there:%d %b %H:%M} {zone_text(there)}"


def zone_text(there: datetime) -> str:
    """The name of a moment's zone. Zones without a name show their offset."""
    name = there.tzname() or ""
    return name if name[:1].isalpha() else f"UTC{name.replace('-', MINUS)}"


def utc_text(at: datetime | None) -> str:
    """A moment in UTC, for the hover and the column of UTC: "2 Nov 2026, 11:56:00 UTC"."""
    return moment_text(at, ZoneInfo("UTC"))


def day_text(day: date) -> str:
    """A day: "2 Nov 2026"."""
    return f"{day.day} {day:%b %Y}"


def count_text(count: int, noun: str) -> str:
    """A number with its noun: "1 fill", "2,000 fills"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def bytes_text(size: int | None) -> str:
    """A size in bytes, in a readable unit."""
    if size is None:
        return UNKNOWN
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if abs(amount) < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def _is_written_out(value: Decimal) -> bool:
    return not value or _WRITTEN_FROM <= value.adjusted() < _WRITTEN_BELOW


def _in_powers(value: Decimal) -> str:
    """The size of a number with four digits and a power of ten: "1.235e400"."""
    return f"{_ROUNDING.abs(value):.{SIGNIFICANT - 1}e}".replace("e+", "e")


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), context=_ROUNDING)


def _with_sign(value: Decimal, size: str, signed: bool) -> str:
    if value < 0:
        return f"{MINUS}{size}"
    return f"+{size}" if signed and value > 0 else size
