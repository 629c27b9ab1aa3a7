"""Read which fills and transfers are to be valued, and the currencies whose rates that needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from db.fill_values import FEE_CURRENCY, TRADED
from domain.snapshot import Account

Place = tuple[datetime, str]  # time and key


@dataclass(frozen=True, slots=True)
class DueValue:
    """A fill or transfer to be valued at its time. None as a currency: no rate is needed."""

    at: datetime
    key: str
    currency: str | None
    fee_currency: str | None


def read_assumed_with(connection: Connection, account_id: int) -> str | None:
    """The candles with which all assumed values of an account were tried, None if they were not tried to the end."""
    statement = text("SELECT assumed_with FROM value_state WHERE account_id = :account_id")
    return connection.execute(statement, {"account_id": account_id}).scalar()


@dataclass(frozen=True, slots=True)
class ValueProgress:
    """How many fills and transfers of an account are valued."""

    fills: int = 0
    fills_valued: int = 0
    transfers: int = 0
    transfers_valued: int = 0


def read_new_fills(connection: Connection, account: Account, limit: int) -> Sequence[DueValue]:
    """Fills without a value, those of the newest days first."""
    days: list[date] = []
    count = 0
    for day, due in connection.execute(text(_DUE_DAYS), {"account_id": account.id}):
        days.append(day)
        count += due
        if count >= limit:
            break
    scope = {"account_id": account.id, "days": days, "limit": limit}
    return _rows(connection, _NEW_FILLS, scope) if days else ()


def read_new_transfers(connection: Connection, account: Account, limit: int) -> Sequence[DueValue]:
    """Transfers without a value, the newest first."""
    return _rows(connection, _NEW_TRANSFERS, {"account_id": account.id, "limit": limit})


def read_unknown_fills(
    connection: Connection, account: Account, candles: str, recent: datetime, before: Place, limit: int
) -> Sequence[DueValue]:
    """Fills before a place whose value was unknown with other candles, or that are more recent than `recent`."""
    return _again(connection, _UNKNOWN_FILLS, account, candles, recent, before, limit)


def read_unknown_transfers(
    connection: Connection, account: Account, candles: str, recent: datetime, before: Place, limit: int
) -> Sequence[DueValue]:
    """Transfers before a place whose value was unknown, as for fills."""
    return _again(connection, _UNKNOWN_TRANSFERS, account, candles, recent, before, limit)


def read_assumed_fills(
    connection: Connection, account: Account, candles: str, recent: datetime, before: Place, limit: int
) -> Sequence[DueValue]:
    """Fills before a place for which a dollar coin counted as one dollar with other candles."""
    return _again(connection, _ASSUMED_FILLS, account, candles, recent, before, limit)


def read_assumed_transfers(
    connection: Connection, account: Account, candles: str, recent: datetime, before: Place, limit: int
) -> Sequence[DueValue]:
    """Transfers before a place for which a dollar coin counted as one dollar with other candles."""
    return _again(connection, _ASSUMED_TRANSFERS, account, candles, recent, before, limit)


def read_value_progress(connection: Connection, account_id: int) -> ValueProgress:
    """How many fills and transfers of an account are valued."""
    row = connection.execute(text(_PROGRESS), {"account_id": account_id}).one()
    return ValueProgress(*(int(count) for count in row))


def _again(
    connection: Connection, sql: str, account: Account, candles: str, recent: datetime, before: Place, limit: int
) -> Sequence[DueValue]:
    scope = {
        "account_id": account.id, "candles": candles, "recent": recent, "limit": limit,
        "before": before[0], "before_key": before[1],
    }  # fmt: skip
    return _rows(connection, sql, scope)


def _rows(connection: Connection, sql: str, scope: dict[str, object]) -> Sequence[DueValue]:
    return [DueValue(*row) for row in connection.execute(text(sql), scope)]


_DUE_DAYS = """
SELECT day.day, sum(day.fills - day.valued)
FROM (SELECT DISTINCT month FROM fill_month WHERE account_id = :account_id AND fills > valued) AS due
JOIN fill_day AS day ON day.account_id = :account_id AND day.day >= due.month
 AND day.day < due.month + interval '1 month' AND day.fills > day.valued
GROUP BY day.day
ORDER BY day.day DESC
"""

_OF_FILL = f"fill.at, fill.key, traded.currency, {FEE_CURRENCY}"
_OF_TRANSFER = "transfer.at, transfer.key, transfer.asset, CASE WHEN transfer.fee <> 0 THEN transfer.fee_currency END"

_NEW_FILLS = f"""
SELECT {_OF_FILL}
FROM unnest(CAST(:days AS date[])) AS due (day)
CROSS JOIN LATERAL (
    SELECT *
    FROM fill
    WHERE account_id = :account_id AND at >= CAST(due.day AS timestamp) AT TIME ZONE 'UTC'
      AND at < CAST(due.day + 1 AS timestamp) AT TIME ZONE 'UTC'
      AND NOT EXISTS (SELECT FROM fill_value AS worth WHERE worth.account_id = :account_id AND worth.key = fill.key)
    OFFSET 0
) AS fill
{TRADED}
LIMIT :limit
"""  # noqa: S608 - SQL from code

_NEW_TRANSFERS = f"""
SELECT {_OF_TRANSFER}
FROM transfer
WHERE account_id = :account_id
  AND NOT EXISTS (SELECT FROM transfer_value AS worth WHERE worth.account_id = :account_id AND worth.key = transfer.key)
ORDER BY at DESC, key DESC
LIMIT :limit
"""  # noqa: S608 - SQL from code

_AGAIN = """
SELECT {columns}
FROM (
    SELECT key, at AS valued_at
    FROM {table}_value
    WHERE account_id = :account_id AND {condition} AND (at, key) < (:before, :before_key)
    ORDER BY at DESC, key DESC
    LIMIT :limit
) AS worth
JOIN {table} ON {table}.account_id = :account_id AND {table}.key = worth.key
{joined}
ORDER BY worth.valued_at DESC, worth.key DESC
"""

_IS_UNKNOWN = "source = 'unknown' AND (candles <> :candles OR at > :recent)"
_IS_ASSUMED = "source = 'assumed' AND candles <> :candles"
_UNKNOWN_FILLS = _AGAIN.format(columns=_OF_FILL, table="fill", joined=TRADED, condition=_IS_UNKNOWN)
_ASSUMED_FILLS = _AGAIN.format(columns=_OF_FILL, table="fill", joined=TRADED, condition=_IS_ASSUMED)
_UNKNOWN_TRANSFERS = _AGAIN.format(columns=_OF_TRANSFER, table="transfer", joined="", condition=_IS_UNKNOWN)
_ASSUMED_TRANSFERS = _AGAIN.format(columns=_OF_TRANSFER, table="transfer", joined="", condition=_IS_ASSUMED)

_PROGRESS = """
SELECT coalesce(sum(fills), 0), coalesce(sum(valued), 0),
       (SELECT count(*) FROM transfer WHERE account_id = :account_id),
       (SELECT count(*) FROM transfer_value WHERE account_id = :account_id)
FROM fill_month
WHERE account_id = :account_id
"""
