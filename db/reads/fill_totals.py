"""Read totals of fills over a filter: count, volume, fees and realised profit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from typing import Any

from sqlalchemy import Connection, text

from db.fill_sums import ADDED, COUNTED, OF_COINS, SUM_COLUMNS
from db.reads.day_rates import RateOfDay, read_rates_of_days
from db.reads.fill_filter import FillFilter
from domain.lots import EXACT
from domain.markets import Side
from domain.snapshot import Account
from domain.worth import NO_WORTH, Worth


@dataclass(frozen=True, slots=True)
class QuoteTotals:
    """Totals in one currency. Sums leave out unknown values, and *_unknown counts the fills left out.

    Count and volume of a fill belong to its quote currency. Profit by market and fees belong to its profit currency,
    which is the coin for inverse contracts. Realised profit belongs to the base currency of the account.
    """

    fills: int = 0
    bought: Decimal = Decimal(0)  # value of buys without fees
    sold: Decimal = Decimal(0)
    fee_value: Decimal = Decimal(0)  # fees of all currencies, valued at the time of each fill
    fee_values_unknown: int = 0
    realised: Decimal = Decimal(0)  # after fees, of all coins that the fills moved, at their moments
    realised_unknown: int = 0  # fills with an unknown or partly unknown profit
    realised_assumed: int = 0  # fills with a profit for which a dollar coin counted as one dollar
    realised_by_market: Decimal = Decimal(0)  # after fees, each market alone
    realised_by_market_unknown: int = 0

    def __add__(self, other: "QuoteTotals") -> "QuoteTotals":
        return QuoteTotals(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class FillTotals:
    """Totals of fills. None as a key is an unknown currency."""

    fills: int = 0
    by_quote: Mapping[str | None, QuoteTotals] = field(default_factory=dict)
    fees: Mapping[str | None, Decimal] = field(default_factory=dict)  # paid minus received, by fee currency
    fees_unknown: int = 0
    # At the moments of the fills, in the currency that was asked for: by quote, and of fees by fee currency. Fees that
    # the exchange does not state are in none of them.
    bought_worths: Mapping[str | None, Worth] = field(default_factory=dict)
    sold_worths: Mapping[str | None, Worth] = field(default_factory=dict)
    fee_worths: Mapping[str | None, Worth] = field(default_factory=dict)
    # Realised profit by the base currency of the accounts. Its counts say only that there is any.
    realised_worths: Mapping[str | None, Worth] = field(default_factory=dict)

    @property
    def realised(self) -> Mapping[str | None, Decimal]:
        """Realised profit by base currency. A sum of zero counts too: its days may have different rates."""
        return {
            base: row.realised
            for base, row in self.by_quote.items()
            if row.realised or self.realised_worths.get(base, NO_WORTH) != NO_WORTH
        }


def read_fill_totals(
    connection: Connection, accounts: Sequence[Account], filters: FillFilter, currency: str = "USD"
) -> FillTotals:
    """The totals of all fills that match, independent of paging.

    Sums of whole months and days (UTC) are stored. Only days that the filter cuts are summed from fills. Worths are in
    `currency`, by stored values. Values are stored in the base currency of the account and in USD. For any other the
    sums of each day are converted at the rate of the day. So is realised profit in all but the base currency.
    """
    account_ids = filters.accounts_among(tuple(account.id for account in accounts))
    is_by_day = any(account.base_currency != currency for account in accounts)
    selects, parameters = _selects_for(filters, is_by_day)
    if not selects:
        return FillTotals()
    statement = text(_TOTALS.format(selects=" UNION ALL ".join(selects)))
    scope = {**filters.parameters(), **parameters, "accounts": account_ids, "currency": currency}
    rows = [dict(row._mapping) for row in connection.execute(statement, scope)]
    venues = {account.id: account.venue for account in accounts}
    needed = [(venues[row["account_id"]], "USD", row["worth_day"]) for row in rows]
    needed += [(venues[row["account_id"]], row["books_in"], row["books_day"]) for row in rows if row["realised"]]
    rates = read_rates_of_days(connection, needed, currency)
    with localcontext(EXACT):
        bought, sold, fees = _worths_from_rows(rows, venues, rates)
        realised = _realised_worths(rows, venues, rates, currency)
        totals = _totals_from_rows(rows)
        return replace(totals, bought_worths=bought, sold_worths=sold, fee_worths=fees, realised_worths=realised)


def _worths_from_rows(
    rows: Iterable[Mapping[str, Any]],
    venues: Mapping[int, str],
    rates: Mapping[RateOfDay, Decimal | None],
) -> tuple[Mapping[str | None, Worth], ...]:
    """The worths of buys and sales by quote, and of fees by fee currency."""
    bought: dict[str | None, Worth] = {}
    sold: dict[str | None, Worth] = {}
    fees: dict[str | None, Worth] = {}

    def add(worths: dict[str | None, Worth], currency: str | None, worth: Worth, row: Mapping[str, Any]) -> None:
        day = row["worth_day"]
        converted = worth if day is None else worth.at_rate(rates[venues[row["account_id"]], "USD", day])
        worths[currency] = worths.get(currency, NO_WORTH) + converted

    for row in rows:
        kind, fills = "base" if row["is_base"] else "usd", int(row["fills"])
        unknown, fees_unknown = int(row[f"value_{kind}_unknown"]), int(row[f"fee_{kind}_unknown"])
        is_assumed = row["assumed"] > 0
        add(
            bought if row["side"] == Side.BUY else sold,
            row["quote"] or None,
            Worth(row[f"value_{kind}"], fills - unknown, unknown, is_assumed),
            row,
        )
        is_fee_assumed = is_assumed and bool(row["fee"])
        fee = Worth(row[f"fee_{kind}"], fills - fees_unknown, fees_unknown - int(row["fees_unknown"]), is_fee_assumed)
        if fee.known or fee.unknown:
            add(fees, row["fee_currency"] or None, fee, row)
    return bought, sold, fees


def _realised_worths(
    rows: Iterable[Mapping[str, Any]],
    venues: Mapping[int, str],
    rates: Mapping[RateOfDay, Decimal | None],
    currency: str,
) -> Mapping[str | None, Worth]:
    worths: dict[str | None, Worth] = {}
    for row in rows:
        base, worth = row["books_in"], Worth(row["realised"], int(bool(row["realised"])))
        if worth.known and base != currency:
            worth = worth.at_rate(rates.get((venues[row["account_id"]], base, row["books_day"])))
        worths[base] = worths.get(base, NO_WORTH) + worth
    return worths


def _totals_from_rows(rows: Iterable[Mapping[str, Any]]) -> FillTotals:
    by_quote: dict[str | None, QuoteTotals] = {}
    fees: dict[str | None, Decimal] = {}
    count = fees_unknown = 0
    for row in rows:
        quote, profit_currency, fee_currency = (
            row["quote"] or None,
            row["gains_in"] or None,
            row["fee_currency"] or None,
        )
        is_buy = row["side"] == Side.BUY
        by_quote[quote] = by_quote.get(quote, QuoteTotals()) + QuoteTotals(
            fills=int(row["fills"]),
            bought=row["value"] if is_buy else Decimal(0),
            sold=Decimal(0) if is_buy else row["value"],
        )
        by_quote[profit_currency] = by_quote.get(profit_currency, QuoteTotals()) + QuoteTotals(
            fee_value=row["fee_value"],
            fee_values_unknown=int(row["fee_values_unknown"]),
            realised_by_market=row["realised_by_market"],
            realised_by_market_unknown=int(row["realised_by_market_unknown"]),
        )
        gained_in = row["books_in"]
        by_quote[gained_in] = by_quote.get(gained_in, QuoteTotals()) + QuoteTotals(
            realised=row["realised"],
            realised_unknown=int(row["realised_unknown"]),
            realised_assumed=int(row["realised_assumed"]),
        )
        count, fees_unknown = count + int(row["fills"]), fees_unknown + int(row["fees_unknown"])
        if row["fees_unknown"] < row["fills"]:
            fees[fee_currency] = fees.get(fee_currency, Decimal(0)) + row["fee"]
    return FillTotals(count, by_quote, fees, fees_unknown)


def _selects_for(filters: FillFilter, is_by_day: bool) -> tuple[list[str], dict[str, object]]:
    """SELECTs over months, days and single fills that together cover the filter, with their parameters."""
    if filters.order_id is not None:
        return [_SUMS_OF_FILLS.format(conditions=filters.conditions(), day=_DAY_OF_FILL)], {}
    selects: list[str] = []
    parameters: dict[str, object] = {}
    for period, since, until in _periods(filters.since, filters.until, is_by_day):
        n = len(selects)
        column = "at" if period == "fill" else period
        time_condition = f" AND {column} >= :since_{n}" * (since is not None) + f" AND {column} < :until_{n}" * (
            until is not None
        )
        parameters |= {f"since_{n}": since, f"until_{n}": until}
        day = {"fill": _DAY_OF_FILL, "day": "day", "month": "CAST(NULL AS date)"}[period]
        template = _SUMS_OF_FILLS if period == "fill" else _STORED_SUMS
        conditions = filters.conditions(times=False) + time_condition
        selects.append(template.format(period=period, conditions=conditions, day=day))
    return selects, parameters


def _periods(since: datetime | None, until: datetime | None, is_by_day: bool) -> Iterator[tuple[str, object, object]]:
    """[since, until) split into months, days of cut months, and fills of cut days: (table, since, until).

    `is_by_day`: days of whole months, too.
    """
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
    if not is_by_day:
        yield from _months(first, last)
    elif first is None or last is None or first < last:
        yield "day", first, last


def _months(first: date | None, last: date | None) -> Iterator[tuple[str, object, object]]:
    """The days [first, last) split into months, and days of cut months."""
    first_month = None if first is None else _month_from(first)
    last_month = None if last is None else last.replace(day=1)
    if first_month is not None and last_month is not None and first_month > last_month:
        if first != last:
            yield "day", first, last
        return
    if first != first_month:
        yield "day", first, first_month
    if last != last_month:
        yield "day", last_month, last
    if first_month is None or first_month != last_month:
        yield "month", first_month, last_month


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day_from(at: datetime) -> date:
    """The first day (UTC) that starts at or after a moment."""
    day = at.astimezone(UTC).date()
    return day if _midnight(day) == at else day + timedelta(days=1)


def _month_from(day: date) -> date:
    """The first day of a month at or after a day."""
    return day if day.day == 1 else (day.replace(day=1) + timedelta(days=32)).replace(day=1)


# The profit currency: the quote currency, or the coin of an inverse contract (domain.movements.is_inverse).
_GAINS_IN = """
    CASE WHEN strpos({symbol}, ':') > 0
          AND split_part(split_part({symbol}, ':', 2), '-', 1) = split_part({symbol}, '/', 1)
         THEN split_part({symbol}, '/', 1) ELSE coalesce({quote}, '') END AS gains_in
"""

# The currency of realised profit: the base currency in which the coin books are worked out, or will be.
_BOOKS_IN = """
    coalesce((SELECT books.currency FROM coin_books_state AS books WHERE books.account_id = {table}.account_id),
             (SELECT account.base_currency FROM account WHERE account.id = {table}.account_id)) AS books_in
"""

_DAY_OF_FILL = "CAST(fill.at AT TIME ZONE 'UTC' AS date)"

_STORED_SUMS = f"""
SELECT account_id, {{day}} AS day, {_GAINS_IN.format(symbol="symbol", quote="quote")},
       {_BOOKS_IN.format(table="fill_{period}")}, quote, side, fee_currency, {", ".join(SUM_COLUMNS)}
FROM fill_{{period}}
WHERE account_id = ANY(:accounts){{conditions}}
"""  # noqa: S608 - column names from code

_SUMS_OF_FILLS = f"""
SELECT fill.account_id, {{day}} AS day, {_GAINS_IN.format(symbol="fill.symbol", quote="fill.quote")},
       {_BOOKS_IN.format(table="fill")},
       coalesce(quote, '') AS quote, side, coalesce(fee_currency, '') AS fee_currency, {COUNTED}
FROM (SELECT * FROM fill WHERE account_id = ANY(:accounts){{conditions}}) AS fill
LEFT JOIN fill_profit AS profit ON profit.account_id = fill.account_id AND profit.key = fill.key
LEFT JOIN fill_value AS worth ON worth.account_id = fill.account_id AND worth.key = fill.key
{OF_COINS}
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608 - column names from code

# `worth_day` is NULL where values in the currency are stored, `books_day` where the books are in it.
_TOTALS = f"""
SELECT account_id, gains_in, books_in, quote, side, fee_currency, account.base_currency = :currency AS is_base,
       CASE WHEN :currency NOT IN ('USD', account.base_currency) THEN day END AS worth_day,
       CASE WHEN books_in <> :currency THEN day END AS books_day, {ADDED}
FROM ({{selects}}) AS sums
JOIN account ON account.id = sums.account_id
GROUP BY account_id, gains_in, books_in, quote, side, fee_currency, is_base, worth_day, books_day
"""  # noqa: S608 - column names from code
