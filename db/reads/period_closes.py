"""Read recorded months and years with their corrections, and the figures of a period as they are known now."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal, localcontext
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from db.reads.attribution import read_attribution
from db.reads.history_progress import read_history_progress
from db.reads.history_source_states import read_history_source_states
from db.reads.performance import read_performance
from domain.attribution import Line
from domain.lots import EXACT, ZERO
from domain.performance import chained
from domain.period_close import FRACTION, PeriodCorrection, PeriodFigures, PeriodKind, RecordedPeriod
from domain.periods import closing_of
from domain.snapshot import Account
from domain.sources import SourceKind

_UTC = ZoneInfo("UTC")


def read_recorded_periods(
    connection: Connection, account_ids: Collection[int], since: datetime | None = None, until: datetime | None = None
) -> Sequence[RecordedPeriod]:
    """The recorded periods that end after `since` and begin before `until`, the newest first."""
    scope = {"accounts": list(account_ids), "since": since, "until": until}
    corrections: dict[tuple[int, str, datetime], list[PeriodCorrection]] = {}
    for account_id, kind, begin, known_at, was, now, cause in connection.execute(text(_CORRECTIONS), scope):
        correction = PeriodCorrection(known_at, PeriodFigures.from_json(was), PeriodFigures.from_json(now), cause)
        corrections.setdefault((account_id, kind, begin), []).append(correction)
    return [
        RecordedPeriod(
            account_id, PeriodKind(kind), begin, end, currency, recorded_at, PeriodFigures.from_json(figures),
            tuple(corrections.get((account_id, kind, begin), ())), changes,
        )
        for account_id, kind, begin, end, currency, recorded_at, figures, changes in connection.execute(
            text(_PERIODS), scope
        )
    ]  # fmt: skip


def read_due_periods(connection: Connection, account: Account) -> Sequence[RecordedPeriod]:
    """The recorded periods of an account whose books were worked out again since they were compared."""
    due = {(kind, since) for kind, since in connection.execute(text(_DUE), {"account_id": account.id})}
    periods = read_recorded_periods(connection, [account.id]) if due else ()
    return [period for period in periods if (period.kind.value, period.since) in due]


def read_period_figures(connection: Connection, account: Account, since: datetime, until: datetime) -> PeriodFigures:
    """The figures of a period as they are known now, in the base currency of the account, by days of UTC."""
    progress = read_history_progress(connection)
    performance = read_performance(
        connection, [account], since, closing_of(until), _UTC, account.base_currency, progress
    )
    total = chained(performance.days)
    amounts: dict[str, Decimal | None] = {"gain": total.gain, "flows": total.flows, FRACTION: total.fraction}
    explained = read_attribution(
        connection, [account], (performance.since, performance.until), account.base_currency
    ).attribution
    for line in Line:
        if line not in (Line.FLOWS, Line.CURRENCY):
            amounts[line.value] = None if explained is None else explained.lines.get(line)
    amounts["rest"] = None if explained is None else explained.rest
    with localcontext(EXACT):
        amounts["realised"] = None if explained is None else sum((e.realised for e in explained.effects), ZERO)
    fills, transfers, *evidence = connection.execute(
        text(_FACTS), {"account_id": account.id, "since": performance.since, "until": performance.until}
    ).one()
    kinds = dict(zip(_EVIDENCE, map(str, evidence), strict=True)) | {"method": account.cost_method.value}
    return PeriodFigures(amounts, fills, transfers, evidence=kinds)


def is_history_read(connection: Connection, account: Account, until: datetime) -> bool:
    """True if all fills and transfers before a moment were read, as far as the exchange lists them."""
    states = read_history_source_states(connection, account, until)
    needed = [state for source, state in states.items() if source.kind in (SourceKind.FILLS, SourceKind.TRANSFERS)]
    return all(state.as_of is not None and state.as_of >= until for state in needed)


_WITHIN = "account_id = ANY(CAST(:accounts AS integer[]))"

_PERIODS = f"""
SELECT account_id, kind, since, until, currency, recorded_at, figures, changes
FROM period_close
WHERE {_WITHIN} AND until > coalesce(:since, CAST('-infinity' AS timestamptz))
  AND since < coalesce(:until, CAST('infinity' AS timestamptz))
ORDER BY since DESC, kind, account_id
"""  # noqa: S608 - conditions from code

_CORRECTIONS = f"""
SELECT account_id, kind, since, known_at, was, now, cause
FROM period_correction
WHERE {_WITHIN} AND since < coalesce(:until, CAST('infinity' AS timestamptz))
ORDER BY number
"""  # noqa: S608 - conditions from code

_DUE = "SELECT kind, since FROM period_close WHERE account_id = :account_id AND changes <> compared"

_EVIDENCE = ("fees", "transfers", "values", "costs")  # domain.period_close says what each change is called
_IN_PERIOD = "WHERE account_id = :account_id AND at > :since AND at <= :until"
_HASHES = "SELECT coalesce(sum(hashtextextended(CAST(ROW({columns}) AS text), 0)), 0) FROM {table}"
_WORTH = "key, value, value_usd, fee, fee_usd"
_FACTS = f"""
SELECT (SELECT count(*) FROM fill {_IN_PERIOD}),
       (SELECT count(*) FROM transfer {_IN_PERIOD}),
       ({_HASHES.format(columns="key, fee, fee_currency", table="fill")} {_IN_PERIOD}),
       ({_HASHES.format(columns="key, kind, asset, amount, fee, fee_currency", table="transfer")} {_IN_PERIOD}),
       ({_HASHES.format(columns=_WORTH, table="fill_value")} {_IN_PERIOD})
       + ({_HASHES.format(columns=_WORTH, table="transfer_value")} {_IN_PERIOD}),
       ({_HASHES.format(columns="key, cost, currency, extract(epoch FROM acquired_at), origin", table="stated_cost")}
        WHERE account_id = :account_id)
"""  # noqa: S608 - SQL from code
