"""Tax: what a year's disposals gained, lot by lot, its income, and the lots held at its end, as CSV or JSON."""

from decimal import localcontext
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.params import EARLIEST, RequestScope, words_of
from api.responses import Csv, Refusal
from db.reads.tax_export import read_tax_export
from domain.coin_lots import LotMethod
from domain.csv_lines import csv_of
from domain.lots import EXACT, ZERO
from domain.tax import Disposal, Receipt, bounds_of
from domain.tax_entries import Correction, Section
from domain.tax_rows import COLUMNS, AccountYear, days_held, tax_rows

FIELDS = ("account", "year", "method", "zone", "currency", "format")
Word = TypeVar("Word", bound=StrEnum)
# Another method than that of the books counts the whole history again.
TAX_SECONDS = 120.0


class Format(StrEnum):
    """How the year is sent."""

    CSV = "csv"
    JSON = "json"


def read_tax_response(connection: Connection, scope: RequestScope) -> dict[str, Any] | Csv:
    """The tax year of each account, one after the other."""
    params = scope.params
    year, zone, method = _year(scope), params.zone, _one_of("method", scope, LotMethod)
    since, until = bounds_of(year, zone)
    years = read_tax_export(connection, scope.accounts, method, year, zone, params.currency)
    if _one_of("format", scope, Format) is Format.JSON:
        return {
            "year": year,
            "zone": zone.key,
            "since": since,
            "until": until,
            "accounts": [_response(result, zone) for result in years],
        }
    name = "-".join(filter(None, ("tax", str(year), method and method.value))) + ".csv"
    return Csv(name, csv_of(COLUMNS, tax_rows(years, zone)))


def _year(scope: RequestScope) -> int:
    """The year asked for. By default the last full one in the filer's zone."""
    this_year = scope.params.now.astimezone(scope.params.zone).year
    value = scope.params.given.get("year", (str(this_year - 1),))[0]
    if not (value.isascii() and value.isdigit() and EARLIEST.year < int(value) <= this_year):
        raise Refusal(400, f"year={value!r:.80} is not a year: give one from 1971 to {this_year}")
    return int(value)


def _one_of(name: str, scope: RequestScope, words: type[Word]) -> Word | None:
    result = words_of(name, scope.params.given, words)
    return None if result is None else result[0]


def _response(account_year: AccountYear, zone: ZoneInfo) -> dict[str, Any]:
    year = account_year.year
    return {
        "account": account_year.account,
        "currency": account_year.currency,
        "method": year.method,
        "gain": year.gain,
        "gain_of_fills": year.gain_of_fills,
        "gains_unknown": len(year.unknown),
        "income": year.income,
        "income_unknown": sum(1 for receipt in year.receipts if receipt.remark),
        "missing": account_year.missing,
        "closed_at": account_year.closed_at,
        "compared_at": account_year.compared_at,
        "corrected": _corrected(account_year),
        "corrections": [_correction(correction) for correction in account_year.corrections],
        "disposals": [_disposal(disposal, zone) for disposal in year.disposals],
        "receipts": [_receipt(receipt) for receipt in year.receipts],
        "open_lots": [
            {"coin": coin, "acquired": lot.acquired_at, "quantity": lot.quantity, "cost": lot.cost_with_fees}
            for coin, lots in year.open_lots.items()
            for lot in lots
        ],
    }


def _corrected(account_year: AccountYear) -> dict[str, Any] | None:
    """The sums of a closed year with all corrections. None while it is not closed."""
    if account_year.closed_at is None:
        return None
    with localcontext(EXACT):
        by_section = dict.fromkeys(Section, ZERO)
        for correction in account_year.corrections:
            by_section[correction.section] += correction.difference
        return {
            "gain": account_year.year.gain + by_section[Section.DISPOSAL],
            "income": account_year.year.income + by_section[Section.INCOME],
        }


def _correction(correction: Correction) -> dict[str, Any]:
    return {
        "known_at": correction.known_at,
        "section": correction.section,
        "key": correction.entry["key"],
        "coin": correction.entry["coin"],
        "role": correction.entry["role"],
        "old": correction.old,
        "new": correction.new,
        "difference": correction.difference,
        "was": correction.was,
        "now": correction.now,
    }


def _disposal(disposal: Disposal, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "key": disposal.key,
        "is_fill": disposal.is_fill,
        "coin": disposal.coin,
        "role": disposal.role,
        "acquired": disposal.acquired_at,
        "disposed": disposal.disposed_at,
        "quantity": disposal.quantity,
        "proceeds": disposal.proceeds,
        "cost": disposal.cost,
        "gain": disposal.gain,
        "days_held": days_held(disposal, zone),
        "remark": disposal.remark or None,
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "key": receipt.key,
        "kind": receipt.kind,
        "asset": receipt.asset,
        "at": receipt.at,
        "quantity": receipt.quantity,
        "value": receipt.value,
        "remark": receipt.remark or None,
    }
