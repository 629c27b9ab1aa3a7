"""Write what events did to the coin books of an account, and how far they are worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from db.copying import field_text, json_text, stage_lines
from db.locks import lock_history_writes
from db.writes.rollups import recount
from db.writes.tax_closings import mark_closed_periods
from domain.coin_books import CoinResult
from domain.cost_method import CostMethod
from domain.moments import microseconds_of

# Places within one microsecond. A moment may have that many events before they run into the next one.
PLACES = 4096
ROWS_A_DELETE = 50_000

RESULT_COLUMNS = (
    "number", "coin", "at", "key", "role", "is_fill", "quantity", "value", "fees", "realised", "realised_before_fees",
    "unexplained", "quantity_after", "known_after", "cost_after", "cost_before_fees_after",
    "is_assumed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CoinPart:
    """The results of all events in (after, until], and the books after them."""

    after: datetime | None
    until: datetime
    events: int  # fills and transfers
    results: Sequence[tuple[CoinResult, bool]]  # with True for a fill
    state: Mapping[str, Any]  # {coin: CoinBook.state()}
    lots: int  # in all books
    moved: Mapping[str, Sequence[Sequence[str | None]]] = field(default_factory=dict)  # by key of the withdrawal
    taken: Mapping[str, Any] = field(default_factory=dict)  # by key of the deposit, those of this part
    is_last: bool = False  # no event follows, so that later results are out of date


def begin_coin_books(engine: Engine, account_id: int, currency: str, method: CostMethod) -> None:
    """Begin anew: forget all results, which may be of another method or currency."""
    scope = {"account_id": account_id, "currency": currency, "method": str(method)}
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        for statement in (_BEGIN, *_FORGET):
            connection.execute(text(statement), scope)
    while True:
        with engine.begin() as connection:
            lock_history_writes(connection, account_id)
            deleted = connection.execute(text(_DELETE_SOME), {**scope, "limit": ROWS_A_DELETE}).rowcount
        if deleted < ROWS_A_DELETE:
            return


def write_coin_part(engine: Engine, account_id: int, part: CoinPart, changes: int, currency: str, spacing: int) -> bool:
    """Write a part. False, and nothing is written, if some event of it changed since `changes` was read.

    Checkpoints stand at least `spacing` events apart, or as many as there are lots.
    """
    scope = {
        "account_id": account_id, "after": part.after, "until": part.until, "is_last": part.is_last,
        "currency": currency,
    }  # fmt: skip
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        now, overtaken_at = connection.execute(text(_CHANGES), scope).one()
        if now != changes and overtaken_at is not None and overtaken_at <= part.until:
            return False
        _stage(connection, part)
        touched = {(symbol, day) for symbol, day in connection.execute(text(_TOUCHED), scope)}
        connection.execute(text(_DELETE), scope)
        connection.execute(text(_INSERT), scope)
        _write_moved(connection, scope, part)
        _write_checkpoint(connection, scope, part, spacing)
        connection.execute(text(_STATE), {**scope, "taken": json_text(dict(part.taken))})
        mark_closed_periods(connection, account_id, part.after)
        recount(connection, account_id, touched)
    return True


def _stage(connection: Connection, coin_part: CoinPart) -> None:
    stage_lines(connection, "coin_staged", "coin_result", RESULT_COLUMNS, _lines(coin_part.results))
    connection.execute(text("ANALYZE coin_staged (number)"))


def _lines(results: Sequence[tuple[CoinResult, bool]]) -> Sequence[str]:
    lines: list[str] = []
    moment, first, micros, at = None, 0, 0, ""
    for result, is_fill in results:
        event = result.event
        if event.at != moment:
            moment, first = event.at, len(lines)
            micros, at = microseconds_of(event.at) * PLACES, event.at.isoformat()
        names = field_text(event.coin), at, field_text(event.key), event.role.value, "t" if is_fill else "f"
        amounts = (
            event.quantity, event.value, event.fees, result.realised, result.realised_before_fees, result.unexplained,
            result.quantity_after, result.known_after, result.cost_after, result.cost_before_fees_after,
        )  # fmt: skip
        texts = ["\\N" if amount is None else str(amount) for amount in amounts]
        number = str(micros + len(lines) - first)
        lines.append("\t".join((number, *names, *texts, "t" if event.is_assumed else "f")))
    return lines


def _write_moved(connection: Connection, scope: Mapping[str, object], coin_part: CoinPart) -> None:
    rows = [{**scope, "key": key, "lots": json_text(list(lots))} for key, lots in coin_part.moved.items()]
    if rows:
        connection.execute(text(_MOVED), rows)


def _write_checkpoint(connection: Connection, scope: Mapping[str, object], coin_part: CoinPart, spacing: int) -> None:
    """Checkpoints after the part's start are out of date. The one at its start goes if it is near the one before."""
    connection.execute(text(_CLEAR_CHECKPOINTS), scope)
    lower = max(spacing, coin_part.lots)
    merged = connection.execute(text(_MERGE_CHECKPOINT), {**scope, "most": lower - coin_part.events}).scalar()
    events = coin_part.events + (merged or 0)
    connection.execute(text(_CHECKPOINT), {**scope, "events": events, "state": json_text(dict(coin_part.state))})


_BEGIN = """
INSERT INTO coin_books_state AS books (account_id, currency, method)
VALUES (:account_id, :currency, :method)
ON CONFLICT (account_id) DO UPDATE SET
    currency = excluded.currency, method = excluded.method, counted_at = NULL, overtaken_at = NULL, taken = '{}',
    changes = books.changes + 1
"""

_FORGET = (
    "DELETE FROM coin_checkpoint WHERE account_id = :account_id",
    "DELETE FROM moved_lots WHERE account_id = :account_id",
    "UPDATE fill_day SET realised = 0, realised_unknown = fills, realised_assumed = 0 WHERE account_id = :account_id",
    "UPDATE fill_month SET realised = 0, realised_unknown = fills, realised_assumed = 0 WHERE account_id = :account_id",
)

_DELETE_SOME = """
DELETE FROM coin_result
WHERE account_id = :account_id AND number IN (
    SELECT number FROM coin_result WHERE account_id = :account_id ORDER BY number LIMIT :limit
)
"""

_CHANGES = "SELECT changes, overtaken_at FROM coin_books_state WHERE account_id = :account_id FOR UPDATE"

_WITHIN = """
    account_id = :account_id AND at > coalesce(:after, CAST('-infinity' AS timestamptz)) AND (at <= :until OR :is_last)
"""

# The symbols and days (UTC) of fills with another gain than before, or another mark of it.
_TOUCHED = f"""
SELECT DISTINCT fill.symbol, CAST(fill.at AT TIME ZONE 'UTC' AS date)
FROM (
    SELECT unnest(ARRAY[former.key, staged.key]) AS key
    FROM (SELECT * FROM coin_result WHERE {_WITHIN}) AS former
    FULL JOIN coin_staged AS staged USING (number)
    WHERE (former.is_fill OR staged.is_fill)
      AND (former.key, former.realised, former.unexplained, former.quantity < 0, former.is_assumed)
          IS DISTINCT FROM (staged.key, staged.realised, staged.unexplained, staged.quantity < 0, staged.is_assumed)
    OFFSET 0
) AS other
JOIN fill ON fill.account_id = :account_id AND fill.key = other.key
"""  # noqa: S608 - conditions from code

_FORMER, _STAGED = (", ".join(f"{row}.{column}" for column in RESULT_COLUMNS) for row in ("former", "staged"))

_DELETE = f"""
DELETE FROM coin_result AS former
WHERE {_WITHIN} AND NOT EXISTS (
    SELECT FROM coin_staged AS staged
    WHERE staged.number = former.number AND ({_STAGED}) IS NOT DISTINCT FROM ({_FORMER})
)
"""  # noqa: S608 - conditions from code

_INSERT = f"""
INSERT INTO coin_result (account_id, {", ".join(RESULT_COLUMNS)})
SELECT :account_id, {", ".join(RESULT_COLUMNS)}
FROM coin_staged
WHERE number NOT IN (SELECT number FROM coin_result WHERE {_WITHIN})
"""  # noqa: S608 - conditions from code

_MOVED = """
INSERT INTO moved_lots (account_id, key, currency, lots)
VALUES (:account_id, :key, :currency, CAST(:lots AS jsonb))
ON CONFLICT (account_id, key) DO UPDATE SET currency = excluded.currency, lots = excluded.lots
"""

_CLEAR_CHECKPOINTS = """
DELETE FROM coin_checkpoint WHERE account_id = :account_id
  AND at > coalesce(:after, CAST('-infinity' AS timestamptz))
"""

_MERGE_CHECKPOINT = """
DELETE FROM coin_checkpoint WHERE account_id = :account_id AND at = :after AND events <= :most RETURNING events
"""

_CHECKPOINT = """
INSERT INTO coin_checkpoint (account_id, at, events, state)
VALUES (:account_id, :until, :events, CAST(:state AS jsonb))
"""

_STATE = """
UPDATE coin_books_state SET
    counted_at = :until,
    overtaken_at = CASE WHEN overtaken_at > :until THEN overtaken_at END,
    taken = taken || CAST(:taken AS jsonb)
WHERE account_id = :account_id
"""
