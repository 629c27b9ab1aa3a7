"""What do fills come to: how many, what changed hands, what it cost and what it realised, over a whole filter?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal, localcontext
from typing import Any

from sqlalchemy import Connection, text

from db.fill_sums import ADDED, COUNTED, SUM_COLUMNS
from db.reads.fill_filter import FillFilter
from domain.markets import Side
from domain.snapshot import Account

# Sums are exact, however many digits a coin has.
EXACT = Context(prec=20_000)


@dataclass(frozen=True, slots=True)
class QuoteTotals:
    """Fills of one currency, in it. Sums are of what is known, with how many fills are not in them.

    Fills count under their quote currency with what changed hands; what they realised and paid, under the currency
    in which they gain, which is the coin of inverse contracts.
    """

    fills: int = 0
    bought: Decimal = Decimal(0)  # what changed hands by buying, fees apart
    sold: Decimal = Decimal(0)
    fee_value: Decimal = Decimal(0)  # fees in whatever currency, at the time of each fill
    fee_values_unknown: int = 0
    realised: Decimal = Decimal(0)  # fees deducted, over all markets of a coin
    realised_unknown: int = 0  # fills, wholly or in part
    realised_by_market: Decimal = Decimal(0)  # the same, each market by itself
    realised_by_market_unknown: int = 0  # fills, wholly or in part

    def __add__(self, other: "QuoteTotals") -> "QuoteTotals":
        return QuoteTotals(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class FillTotals:
    """What fills come to. A currency that is not known is None."""

    fills: int = 0
    by_quote: Mapping[str | None, QuoteTotals] = field(default_factory=dict)
    fees: Mapping[str | None, Decimal] = field(default_factory=dict)  # paid less received, by their own currency
    fees_unknown: int = 0

    @property
    def fees_at_fills(self) -> Mapping[str | None, Decimal] | None:
        """Each fee as what it was worth at its fill, by the currency of that worth: so the sum of a past period stands
        still. None where a fee could not be valued then.
        """
        if any(part.fee_values_unknown for part in self.by_quote.values()):
            return None
        return {quote: part.fee_value for quote, part in self.by_quote.items()}


def read_fill_totals(connection: Connection, accounts: Sequence[Account], wanted: FillFilter) -> FillTotals:
    """The totals over everything that is meant, whatever a page shows.

    Whole months and days (UTC) are kept added up; only the days that the filter cuts are added up from their fills.
    """
    account_ids = wanted.accounts_among(tuple(account.id for account in accounts))
    parts, parameters = _parts(wanted)
    if not parts:
        return FillTotals()
    rows = connection.execute(
        text(_TOTALS.format(parts=" UNION ALL ".join(parts))),
        {**wanted.parameters(), **parameters, "accounts": account_ids},
    )
    with localcontext(EXACT):
        return _folded(dict(row) for row in rows.mappings())


def _folded(rows: Iterable[Mapping[str, Any]]) -> FillTotals:
    by_quote: dict[str | None, QuoteTotals] = {}
    fees: dict[str | None, Decimal] = {}
    count = unknown = 0
    for row in rows:
        quote, gains_in, currency = row["quote"] or None, row["gains_in"] or None, row["fee_currency"] or None
        is_buy = row["side"] == Side.BUY
        by_quote[quote] = by_quote.get(quote, QuoteTotals()) + QuoteTotals(
            fills=int(row["fills"]),
            bought=row["value"] if is_buy else Decimal(0),
            sold=Decimal(0) if is_buy else row["value"],
        )
        by_quote[gains_in] = by_quote.get(gains_in, QuoteTotals()) + QuoteTotals(
            fee_value=row["fee_value"],
            fee_values_unknown=int(row["fee_values_unknown"]),
            realised=row["realised"],
            realised_unknown=int(row["realised_unknown"]),
            realised_by_market=row["realised_by_market"],
            realised_by_market_unknown=int(row["realised_by_market_unknown"]),
        )
        count, unknown = count + int(row["fills"]), unknown + int(row["fees_unknown"])
        if row["fees_unknown"] < row["fills"]:
            fees[currency] = fees.get(currency, Decimal(0)) + row["fee"]
    return FillTotals(count, by_quote, fees, unknown)


def _parts(wanted: FillFilter) -> tuple[list[str], dict[str, object]]:
    """SELECTs of sums that together are the filter, with their parameters: months, days, and what they cannot tell."""
    if wanted.order_id is not None:
        return [_RAW.format(conditions=wanted.conditions())], {}
    parts: list[str] = []
    parameters: dict[str, object] = {}
    for period, since, until in _pieces(wanted.since, wanted.until):
        n = len(parts)
        column = "at" if period == "fill" else period
        within = f" AND {column} >= :since_{n}" * (since is not None) + f" AND {column} < :until_{n}" * (
            until is not None
        )
        parameters |= {f"since_{n}": since, f"until_{n}": until}
        template = _RAW if period == "fill" else _KEPT.format(period=period, conditions="{conditions}")
        parts.append(template.format(conditions=wanted.conditions(times=False) + within))
    return parts, parameters


def _pieces(since: datetime | None, until: datetime | None) -> Iterator[tuple[str, object, object]]:
    """[since, until) in months, in days where a month is cut, and in moments where a day is."""
    first = None if since is None else _day_from(since)
    last = None if until is None else until.astimezone(UTC).date()
    if first is not None and last is not None and first > last:
        if since is not None and until is not None and since < until:
            yield "fill", since, until
        return
    if since is not None and first is not None and since < _midnight(first):
        yield "fill", since, _midnight(first)
    if until is not None and last is not None and _midnight(last) < until:
        yield "fill", _midnight(last), until
    yield from _months(first, last)


def _months(first: date | None, last: date | None) -> Iterator[tuple[str, object, object]]:
    """The days [first, last) in months, and in days where a month is cut."""
    opens = None if first is None else _month_from(first)
    closes = None if last is None else last.replace(day=1)
    if opens is not None and closes is not None and opens > closes:
        if first != last:
            yield "day", first, last
        return
    if first != opens:
        yield "day", first, opens
    if last != closes:
        yield "day", closes, last
    if opens is None or opens != closes:
        yield "month", opens, closes


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day_from(at: datetime) -> date:
    """The first day that begins at or after a moment."""
    day = at.astimezone(UTC).date()
    return day if _midnight(day) == at else day + timedelta(days=1)


def _month_from(day: date) -> date:
    """The first day of a month at or after a day."""
    return day if day.day == 1 else (day.replace(day=1) + timedelta(days=32)).replace(day=1)


# The currency of the profit: the quote currency, or the coin of an inverse contract (domain.movements.is_inverse).
_GAINS_IN = """
    CASE WHEN strpos({symbol}, ':') > 0
          AND split_part(split_part({symbol}, ':', 2), '-', 1) = split_part({symbol}, '/', 1)
         THEN split_part({symbol}, '/', 1) ELSE coalesce({quote}, '') END AS gains_in
"""

_KEPT = f"""
SELECT {_GAINS_IN.format(symbol="symbol", quote="quote")}, quote, side, fee_currency, {", ".join(SUM_COLUMNS)}
FROM fill_{{period}}
WHERE account_id = ANY(:accounts){{conditions}}
"""  # noqa: S608 - column names from code

_RAW = f"""
SELECT {_GAINS_IN.format(symbol="fill.symbol", quote="fill.quote")},
       coalesce(quote, '') AS quote, side, coalesce(fee_currency, '') AS fee_currency, {COUNTED}
FROM (SELECT * FROM fill WHERE account_id = ANY(:accounts){{conditions}}) AS fill
LEFT JOIN fill_profit AS profit ON profit.account_id = fill.account_id AND profit.key = fill.key
LEFT JOIN fill_pool AS pool ON pool.account_id = fill.account_id AND pool.key = fill.key
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - column names from code

_TOTALS = f"""
SELECT gains_in, quote, side, fee_currency, {ADDED}
FROM ({{parts}}) AS parts
GROUP BY gains_in, quote, side, fee_currency
"""  # noqa: S608 - column names from code
