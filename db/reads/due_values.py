"""Read which fills and transfers are to be valued, and the currencies whose rates that needs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection, text

from db.fill_values import FEE_CURRENCY, HASH_UNVALUED, IS_PROVISIONAL, TRADED, UNVALUED_FILLS
from domain.snapshot import Account

Place = tuple[datetime, str]  # time and key


@dataclass(frozen=True, slots=True)
class DueValue:
    """A fill or transfer to be valued at its time. None as a currency: no rate is needed."""

    at: datetime
    key: str
    currency: str | None
    fee_currency: str | None


@dataclass(frozen=True, slots=True)
class NewFills:
    """Fills without a value in some spans of time, [since, until) each.

    `moments` are the times in microseconds since 1970 at which the rate of a currency is needed. Fills that need none
    (in dollars, of an account in dollars) are in the spans alone.
    """

    spans: tuple[tuple[datetime, datetime], ...]
    moments: Mapping[str, Sequence[int]]


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


def read_new_fills(connection: Connection, account: Account, limit: int) -> NewFills | None:
    """Fills without a value, those of the newest days first: whole days of about `limit` fills. None if there are none.

    If a single day has more, its newest ones are taken.
    """
    scope: dict[str, object] = {"account_id": account.id, "currency": account.base_currency, "limit": limit}
    spans, count = _due_spans(connection, account.id, limit)
    if not spans:
        return None
    connection.execute(text(HASH_UNVALUED))
    if count > limit:
        since, until = spans[0]
        cut = connection.execute(text(_CUT), scope | {"since": since, "until": until}).scalar()
        spans = [(cut or since, until)]
    scope |= {"since": [since for since, _ in spans], "until": [until for _, until in spans]}
    moments = {row.currency: row.moments for row in connection.execute(text(_NEW_FILLS), scope)}
    return NewFills(tuple(spans), moments)


def _due_spans(connection: Connection, account_id: int, limit: int) -> tuple[list[tuple[datetime, datetime]], int]:
    """The newest days with fills without a value, joined where they touch, and how many such fills there are."""
    spans: list[tuple[datetime, datetime]] = []
    count = 0
    for day, due in connection.execute(text(_DUE_DAYS), {"account_id": account_id}):
        if count and count + due > limit:
            break
        count += due
        since = datetime.combine(day, time(), UTC)
        until = since + timedelta(days=1)
        if spans and spans[-1][0] == until:
            until = spans.pop()[1]
        spans.append((since, until))
    return spans, count


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


def read_coarse_fills(connection: Connection, account: Account, before: datetime, limit: int) -> Sequence[DueValue]:
    """Fills before a moment that no price of their minute values, and of which none was requested, the newest first.

    A price at most a minute away is as good as that of the minute.
    """
    return _again(connection, _COARSE_FILLS, account, "", before, (before, ""), limit)


def read_coarse_transfers(connection: Connection, account: Account, before: datetime, limit: int) -> Sequence[DueValue]:
    """Transfers before a moment that no price of their minute values, as for fills."""
    return _again(connection, _COARSE_TRANSFERS, account, "", before, (before, ""), limit)


def read_value_progress(connection: Connection, account_id: int) -> ValueProgress:
    """How many fills and transfers of an account are valued."""
    row = connection.execute(text(_PROGRESS), {"account_id": account_id}).one()
    return ValueProgress(*(int(count) for count in row))


def read_left_to_value(connection: Connection, account_ids: Collection[int]) -> int:
    """How many fills and transfers of these accounts have no value yet, or one that their minute's candle may move.

    Nobody requests candles for an account that is not configured: its values stay.
    """
    return int(connection.execute(text(_LEFT), {"account_ids": list(account_ids)}).scalar_one())


def read_next_provisional(connection: Connection, account_id: int, since: datetime) -> datetime | None:
    """The time of the first fill or transfer since a moment whose value a candle of its minute may move."""
    scope = {"account_id": account_id, "since": since}
    at: datetime | None = connection.execute(text(_NEXT_PROVISIONAL), scope).scalar_one()
    return at


def has_provisional_before(connection: Connection, account_id: int, until: datetime) -> bool:
    """True if a candle of its own minute may still move the value of a fill or transfer before a moment."""
    scope = {"account_id": account_id, "until": until}
    return bool(connection.execute(text(_HAS_PROVISIONAL), scope).scalar_one())


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

# The moment of the last one of as many fills as a part may have.
_CUT = """
SELECT at
FROM fill
WHERE account_id = :account_id AND at >= :since AND at < :until AND NOT EXISTS (
    SELECT FROM fill_value AS worth
    WHERE worth.account_id = :account_id AND worth.key = fill.key AND worth.at >= :since AND worth.at < :until
)
ORDER BY at DESC
OFFSET :limit - 1
LIMIT 1
"""

_NEW_FILLS = f"""
SELECT needed.currency, array_agg(CAST(extract(epoch FROM fill.at) * 1000000 AS bigint)) AS moments
FROM {UNVALUED_FILLS}
{TRADED}
CROSS JOIN LATERAL (VALUES (traded.currency), ({FEE_CURRENCY})) AS needed (currency)
WHERE needed.currency IS NOT NULL AND NOT (needed.currency = :currency AND :currency = 'USD')
GROUP BY needed.currency
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

_IS_UNKNOWN = "source = 'unknown' AND (split_part(candles, ' ', 1) <> :candles OR at > :recent)"
_IS_ASSUMED = "source = 'assumed' AND split_part(candles, ' ', 1) <> :candles"
_UNKNOWN_FILLS = _AGAIN.format(columns=_OF_FILL, table="fill", joined=TRADED, condition=_IS_UNKNOWN)
_ASSUMED_FILLS = _AGAIN.format(columns=_OF_FILL, table="fill", joined=TRADED, condition=_IS_ASSUMED)
_COARSE_FILLS = _AGAIN.format(columns=_OF_FILL, table="fill", joined=TRADED, condition=IS_PROVISIONAL)
_COARSE_TRANSFERS = _AGAIN.format(columns=_OF_TRANSFER, table="transfer", joined="", condition=IS_PROVISIONAL)
_UNKNOWN_TRANSFERS = _AGAIN.format(columns=_OF_TRANSFER, table="transfer", joined="", condition=_IS_UNKNOWN)
_ASSUMED_TRANSFERS = _AGAIN.format(columns=_OF_TRANSFER, table="transfer", joined="", condition=_IS_ASSUMED)

_PROVISIONAL_OF_CONFIGURED = " ".join(
    f"""
     + (SELECT count(*) FROM {table}_value
        WHERE account_id IN (SELECT id FROM account WHERE id = ANY(:account_ids) AND is_configured)
          AND {IS_PROVISIONAL})"""  # noqa: S608 - SQL from code
    for table in ("fill", "transfer")
)
_LEFT = f"""
SELECT (SELECT coalesce(sum(fills - valued), 0) FROM fill_month WHERE account_id = ANY(:account_ids))
     + (SELECT count(*) FROM transfer WHERE account_id = ANY(:account_ids))
     - (SELECT count(*) FROM transfer_value WHERE account_id = ANY(:account_ids))
     {_PROVISIONAL_OF_CONFIGURED}
"""  # noqa: S608 - SQL from code
_HAS_PROVISIONAL = " UNION ALL ".join(
    f"SELECT FROM {table}_value WHERE account_id = :account_id AND at < :until AND {IS_PROVISIONAL}"
    for table in ("fill", "transfer")
)
_HAS_PROVISIONAL = f"SELECT EXISTS ({_HAS_PROVISIONAL})"
_FIRST_PROVISIONAL = (
    f"(SELECT min(at) FROM {table}_value WHERE account_id = :account_id AND at >= :since AND {IS_PROVISIONAL})"  # noqa: S608
    for table in ("fill", "transfer")
)
_NEXT_PROVISIONAL = f"SELECT least({', '.join(_FIRST_PROVISIONAL)})"
_PROGRESS = """
SELECT coalesce(sum(fills), 0), coalesce(sum(valued), 0),
       (SELECT count(*) FROM transfer WHERE account_id = :account_id),
       (SELECT count(*) FROM transfer_value WHERE account_id = :account_id)
FROM fill_month
WHERE account_id = :account_id
"""
