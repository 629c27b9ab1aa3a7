"""Tax years: close a year as a viewer asks."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from db.reads.tax_export import name_of_year
from domain.coin_lots import LotMethod
from domain.edits import Verdict, refused
from domain.snapshot import Account
from domain.tax_entries import TaxYearName
from refresher.past.closed_years import close_tax_year

FIRST_YEAR = 1971


class NoTaxYear(ValueError):
    """A field names no tax year. The message says which and why."""


def apply_tax_close(writer: Engine, account: Account, payload: Mapping[str, Any]) -> Verdict:
    """Close a year: {year, zone, currency, method}. The last three have the defaults of the account."""
    try:
        name = name_of(account, payload)
    except NoTaxYear as error:
        return refused(str(error))
    return close_tax_year(writer, account, name)


def name_of(account: Account, payload: Mapping[str, Any]) -> TaxYearName:
    """The year that a payload names. Raises NoTaxYear."""
    year, currency, method = payload.get("year"), payload.get("currency"), payload.get("method")
    if isinstance(year, bool) or not isinstance(year, int) or not FIRST_YEAR <= year <= 9000:
        raise NoTaxYear(f"year {year!r:.40} is not a year.")
    if currency is not None and not (isinstance(currency, str) and currency.isalnum() and len(currency) <= 20):
        raise NoTaxYear(f"currency {currency!r:.40} is not a currency code.")
    try:
        chosen = None if method is None else LotMethod(method)
    except ValueError as error:
        raise NoTaxYear(f"method {method!r:.40} is unknown: {', '.join(LotMethod)}.") from error
    return name_of_year(account, chosen, year, _zone(payload.get("zone") or "UTC"), currency)


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ValueError, OSError, KeyError) as error:
        raise NoTaxYear(f"zone {name!r:.40} is not a time zone.") from error
