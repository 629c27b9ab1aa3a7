"""Read what decides about messages that are due."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from domain.alert_states import AlertState, Health, State
from domain.alerts import AlertEventKind, SubjectKey, subject_from


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event behind a message, with the present state of its rule and alert."""

    id: int
    alert_id: int
    event: AlertEventKind
    at: datetime
    rule: str
    rule_text: str
    is_rule_active: bool
    subject: SubjectKey
    account: str | None
    base_currency: str | None  # of the account
    fired_at: datetime | None
    alert: AlertState  # now
    evaluated_at: datetime
    explanation: Mapping[str, Any] | None
    no_data: str | None  # the reason, while values are unknown
    is_acknowledged: bool


def read_event_facts(connection: Connection, event_ids: Collection[int]) -> Mapping[int, EventFacts]:
    """The facts of these events, by id."""
    rows = connection.execute(text(_FACTS), {"ids": list(event_ids)})
    return {
        row.id: EventFacts(
            id=row.id,
            alert_id=row.alert_id,
            event=AlertEventKind(row.event),
            at=row.at,
            rule=row.name,
            rule_text=row.rule_text,
            is_rule_active=row.is_active,
            subject=subject_from(row.subject),
            account=row.account,
            base_currency=row.base_currency,
            fired_at=row.fired_at,
            alert=AlertState(State(row.state), row.since, row.alert_fired_at, Health(row.health)),
            evaluated_at=row.evaluated_at,
            explanation=row.explanation,
            no_data=row.no_data,
            is_acknowledged=row.is_acknowledged,
        )
        for row in rows
    }


def read_held_firings(connection: Connection, channel: str, event_ids: Collection[int]) -> frozenset[int]:
    """Those of these events that resolved an alert, if this channel got no message that it fired."""
    rows = connection.execute(text(_HELD), {"channel": channel, "ids": list(event_ids)})
    return frozenset(rows.scalars())


def read_due_channels(connection: Connection, now: datetime) -> Sequence[str]:
    """The channels with a due message that nobody claimed."""
    return tuple(connection.execute(text(_DUE), {"now": now}).scalars())


def read_capped(connection: Connection, channel: str) -> int:
    """The number of messages that the cap of the newest capped hour held back."""
    count = connection.execute(text("SELECT capped FROM channel WHERE name = :channel"), {"channel": channel}).scalar()
    return int(count or 0)


def read_digested(connection: Connection, day: date) -> frozenset[str]:
    """The channels whose digest of a day is written."""
    statement = text("SELECT channel FROM outbox WHERE digest_day = :day")
    return frozenset(connection.execute(statement, {"day": day}).scalars())


_FACTS = """
SELECT alert_event.id, alert_event.alert_id, alert_event.event, alert_event.at, rule.name,
       rule.definition ->> 'text' AS rule_text,
       rule.ended_at IS NULL AND CAST(rule.definition ->> 'enabled' AS boolean) AS is_active,
       alert.subject, account.name AS account, account.base_currency, alert_event.explanation,
       (
           SELECT fired.at FROM alert_event AS fired
           WHERE fired.alert_id = alert.id AND fired.event = 'fired' AND fired.id <= alert_event.id
           ORDER BY fired.id DESC LIMIT 1
       ) AS fired_at,
       alert.state, alert.since, alert.fired_at AS alert_fired_at, alert.health, alert.evaluated_at,
       CASE WHEN alert.health = 'no_data' THEN coalesce(alert.reason, 'no data') END AS no_data,
       alert.acknowledged_at IS NOT NULL AS is_acknowledged
FROM alert_event
JOIN alert ON alert.id = alert_event.alert_id
JOIN rule ON rule.id = alert_event.rule_id
LEFT JOIN account ON account.id = alert_event.account_id
WHERE alert_event.id = ANY(CAST(:ids AS bigint[]))
"""
_HELD = """
SELECT resolved.id
FROM alert_event AS resolved
CROSS JOIN LATERAL (
    SELECT fired.id, fired.explanation FROM alert_event AS fired
    WHERE fired.alert_id = resolved.alert_id AND fired.event = 'fired' AND fired.id < resolved.id
    ORDER BY fired.id DESC LIMIT 1
) AS fired
LEFT JOIN outbox ON outbox.alert_event_id = fired.id AND outbox.channel = :channel
WHERE resolved.id = ANY(CAST(:ids AS bigint[])) AND resolved.event = 'resolved'
  AND (
      coalesce(outbox.state, 'held') IN ('held', 'failed')
      -- A late message that still waits has no use once its alert has resolved. A claimed one may be on its way.
      OR (outbox.state = 'waiting' AND outbox.claimed_until IS NULL AND fired.explanation ->> 'late_at' IS NOT NULL)
  )
"""
_DUE = """
SELECT DISTINCT channel FROM outbox
WHERE state = 'waiting' AND due_at <= :now AND (claimed_until IS NULL OR claimed_until <= :now)
"""
