"""Helpers for tests: store what fills and transfers were worth, by given rates."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, Engine, text

from db.reads.coin_events import ValuedFill, read_coin_rows
from domain.fills import Fill
from domain.movements import is_inverse
from domain.snapshot import Account
from domain.transfers import Transfer

# Units of the base currency for one of a currency at a moment. None is unknown.
RateAt = Callable[[str | None, datetime], Decimal | None]


def dollars(currency: str | None, at: datetime) -> Decimal | None:
    """Only dollars have a value."""
    return Decimal(1) if currency == "USD" else None


def dollar_coins(currency: str | None, at: datetime) -> Decimal | None:
    """Only dollars and USDT have a value. A value in USDT is stored as an assumed one."""
    return Decimal(1) if currency in ("USD", "USDT") else None


def store_values(engine: Engine, account: Account, rate_at: RateAt = dollars) -> None:
    """Value everything that is not valued yet."""
    with engine.begin() as connection:
        rows, _ = read_coin_rows(connection, account, None, 1_000_000)
        for row in (row for row in rows if row.values is None):
            if isinstance(row, ValuedFill):
                fill = row.fill
                size, unit = (fill.amount, fill.base) if is_inverse(fill) else (fill.value, fill.quote)
                store(connection, account, fill, _times(size, rate_at(unit, fill.at)), rate_at)
            else:
                moved = row.transfer
                store(connection, account, moved, _times(moved.amount, rate_at(moved.asset, moved.at)), rate_at)


def store(
    connection: Connection, account: Account, row: Fill | Transfer, value: Decimal | None, rate_at: RateAt = dollars
) -> None:
    """One value. It takes the place of the one before, as the work on values does."""
    fee = row.fee if not row.fee else _times(row.fee, rate_at(row.fee_currency, row.at))
    table = "fill" if isinstance(row, Fill) else "transfer"
    connection.execute(text(_STORE.format(table=table)), {
        "account_id": account.id, "key": row.key, "at": row.at, "currency": account.base_currency, "value": value,
        "fee": fee, "source": _source(row, value),
    })  # fmt: skip


def _source(row: Fill | Transfer, value: Decimal | None) -> str:
    if value is None:
        return "unknown"
    return "assumed" if isinstance(row, Fill) and row.quote == "USDT" else "minute"


def _times(amount: Decimal, rate: Decimal | None) -> Decimal | None:
    return None if rate is None else amount * rate


_STORE = """
WITH changed AS (
    INSERT INTO {table}_value (account_id, key, at, currency, value, fee, source, candles)
    VALUES (:account_id, :key, :at, :currency, :value, :fee, :source, '')
    ON CONFLICT (account_id, key) DO UPDATE SET currency = excluded.currency, value = excluded.value,
        fee = excluded.fee, source = excluded.source
    RETURNING account_id, at
)
UPDATE coin_books_state AS books
SET overtaken_at = least(books.overtaken_at, changed.at), changes = books.changes + 1
FROM changed
WHERE books.account_id = changed.account_id
"""
