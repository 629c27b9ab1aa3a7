"""Read the tax export: a closed year as it was closed with its corrections, and any other as it is known now."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from db.reads.accounts import read_accounts
from db.reads.coin_books import read_coin_books_state
from db.reads.due_values import has_provisional_before
from db.reads.tax import HAS_UNCOUNTED, read_senders, read_tax_years
from db.reads.tax_closings import read_closed_year
from domain.coin_lots import LotMethod
from domain.snapshot import Account
from domain.tax import bounds_of
from domain.tax_entries import TaxYearName
from domain.tax_rows import AccountYear


def read_tax_export(
    connection: Connection,
    accounts: Sequence[Account],
    method: LotMethod | None,
    year: int,
    zone: ZoneInfo,
    currency: str | None = None,
) -> Sequence[AccountYear]:
    """The year of each account. `method` None is that of its books, `currency` None its base currency."""
    closed = {
        account.id: closed_year
        for account in accounts
        if (closed_year := read_closed_year(connection, account, name_of_year(account, method, year, zone, currency)))
    }
    others = [account for account in accounts if account.id not in closed]
    years = read_tax_years(connection, others, method, *bounds_of(year, zone), currency) if others else ()
    live = {account.id: known_now for account, known_now in zip(others, years, strict=True)}
    return [closed.get(account.id) or live[account.id] for account in accounts]


def read_live_year(connection: Connection, account: Account, name: TaxYearName) -> AccountYear:
    """The year as it is known now, whether or not it is closed."""
    since, until = bounds_of(name.year, ZoneInfo(name.zone))
    (account_year,) = read_tax_years(connection, [account], name.method, since, until, name.currency)
    return account_year


def name_of_year(
    account: Account, method: LotMethod | None, year: int, zone: ZoneInfo, currency: str | None
) -> TaxYearName:
    """The name of a year of an account, with the defaults of the account."""
    method = method or LotMethod(account.cost_method.value)
    return TaxYearName(account.id, year, zone.key, currency or account.base_currency, method)


def why_not_counted(connection: Connection, account: Account, until: datetime) -> str:
    """Why the events before a moment are not all counted yet at values that stay, "" if they are.

    Those of accounts from which coins came count too, as long as they are configured.
    """
    configured = {other.id for other in read_accounts(connection) if other.is_configured}
    senders = [other for other in read_senders(connection, [account]) if other.id in configured]
    for other in (account, *senders):
        state = read_coin_books_state(connection, other.id)
        if state is None or state.counted_at is None:
            return f"The books of {other.name} are not worked out yet."
        scope = {"account_id": other.id, "counted_at": state.counted_at, "until": until}
        if connection.execute(text(HAS_UNCOUNTED), scope).scalar():
            return f"Some events of {other.name} are not worked out yet."
        if state.overtaken_at is not None and state.overtaken_at < until:
            return f"The books of {other.name} are being worked out again."
        if has_provisional_before(connection, other.id, until):
            return f"Some events of {other.name} are still being valued."
    return ""
