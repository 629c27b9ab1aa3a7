"""Write what alerts do: the state by compare and set, its event and its messages in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from db.copying import json_text
from domain.alert_states import AlertState
from domain.alerts import AlertEventKind, SubjectKey
from domain.rules import Rule


@dataclass(frozen=True, slots=True)
class AlertWrite:
    """The step of one alert. `row_version` is that of the state it began from, None for a new alert.

    `channels` get a message about `event`, not before `due_at`.
    """

    rule: Rule
    subject: SubjectKey
    account_id: int | None
    row_version: int | None
    after: AlertState
    at: datetime
    explanation: Mapping[str, Any] | None = None
    reason: str | None = None
    event: AlertEventKind | None = None
    channels: tuple[str, ...] = ()
    due_at: datetime | None = None


def write_alert(engine: Engine, step: AlertWrite) -> bool:
    """Write a step. False, and nothing is written, if another refresher changed the alert meanwhile."""
    with engine.begin() as connection:
        statement = _NEW if step.row_version is None else _CHANGE
        alert_id = connection.execute(text(statement), _row(step)).scalar()
        if alert_id is None:
            return False
        if step.event is not None:
            _write_event(connection, alert_id, step)
    return True


def write_evaluated(engine: Engine, evaluated: Sequence[tuple[int, datetime]]) -> None:
    """Note for alerts without a change, by id, the newest moment that was evaluated."""
    row = {"ids": [alert_id for alert_id, _ in evaluated], "moments": [at for _, at in evaluated]}
    with engine.begin() as connection:
        connection.execute(text(_EVALUATED), row)


def write_reminder(engine: Engine, alert_id: int, row_version: int, at: datetime, channels: Collection[str]) -> bool:
    """Remind of an alert that still fires. False if it changed meanwhile."""
    row = {"id": alert_id, "row_version": row_version, "at": at, "channels": list(channels)}
    with engine.begin() as connection:
        return connection.execute(text(_REMIND), row).rowcount > 0


def acknowledge(engine: Engine, alert_id: int, viewer: str | None) -> bool:
    """Note that somebody has seen a firing alert. False if it fires no more."""
    with engine.begin() as connection:
        return connection.execute(text(_ACKNOWLEDGE), {"id": alert_id, "viewer": viewer}).rowcount == 1


def write_mute(
    engine: Engine, owner: str | None, scope: str, target: str, until: datetime, muted_by: str | None
) -> None:
    """Mute something until a moment, instead of an earlier mute of it. A moment that is over ends the mute."""
    row = {"owner": owner, "scope": scope, "target": target, "until": until, "by": muted_by}
    with engine.begin() as connection:
        connection.execute(text(_UNMUTE), row)
        connection.execute(text(_MUTE), row)


def _write_event(connection: Connection, alert_id: int, step: AlertWrite) -> None:
    assert step.event is not None
    row = _row(step) | {
        "alert_id": alert_id, "event": step.event.value, "version": step.rule.version,
        "channels": list(step.channels), "due_at": step.due_at or step.at,
        "severity": step.rule.definition.severity.value, "label": f"{step.rule.name}: {step.subject.label}",
    }  # fmt: skip
    connection.execute(text(_EVENT), row)


def _row(step: AlertWrite) -> dict[str, Any]:
    return {
        "rule_id": step.rule.id,
        "owner": step.rule.owner,
        "account_id": step.account_id,
        "subject": str(step.subject),
        "row_version": step.row_version,
        "state": step.after.state.value,
        "health": step.after.health.value,
        "since": step.after.since,
        "fired_at": step.after.fired_at,
        "at": step.at,
        "explanation": None if step.explanation is None else json_text(dict(step.explanation)),
        "reason": step.reason,
        "fires": step.event is AlertEventKind.FIRED,
    }


_NEW = """
INSERT INTO alert (rule_id, owner, account_id, subject, state, health, since, fired_at, evaluated_at, changed_at,
                   explanation, reason)
VALUES (:rule_id, :owner, :account_id, :subject, :state, :health, :since, :fired_at, :at, :at,
        CAST(:explanation AS jsonb), :reason)
ON CONFLICT DO NOTHING
RETURNING id
"""
_CHANGE = """
UPDATE alert SET
    row_version = row_version + 1, state = :state, health = :health, since = :since, fired_at = :fired_at,
    evaluated_at = :at, changed_at = :at, explanation = CAST(:explanation AS jsonb), reason = :reason,
    reminded_at = CASE WHEN :fires THEN NULL ELSE reminded_at END,
    acknowledged_at = CASE WHEN :fires THEN NULL ELSE acknowledged_at END,
    acknowledged_by = CASE WHEN :fires THEN NULL ELSE acknowledged_by END
WHERE rule_id = :rule_id AND subject = :subject AND row_version = :row_version
RETURNING id
"""
_EVENT = """
WITH event AS (
    INSERT INTO alert_event (alert_id, rule_id, owner, account_id, event, at, rule_version, explanation)
    VALUES (:alert_id, :rule_id, :owner, :account_id, :event, :at, :version, CAST(:explanation AS jsonb))
    RETURNING id
)
INSERT INTO outbox (owner, account_id, channel, alert_event_id, kind, severity, subject, due_at)
SELECT :owner, :account_id, channel, event.id, 'alert', :severity, :label, :due_at
FROM event CROSS JOIN unnest(CAST(:channels AS text[])) AS channel
"""
_EVALUATED = """
UPDATE alert SET evaluated_at = listed.at
FROM unnest(CAST(:ids AS bigint[]), CAST(:moments AS timestamptz[])) AS listed (id, at)
WHERE alert.id = listed.id AND evaluated_at < listed.at
"""
_REMIND = """
WITH reminded AS (
    UPDATE alert SET reminded_at = :at, row_version = row_version + 1
    WHERE id = :id AND row_version = :row_version
    RETURNING *
), event AS (
    INSERT INTO alert_event (alert_id, rule_id, owner, account_id, event, at, rule_version, explanation)
    SELECT reminded.id, rule_id, reminded.owner, account_id, 'reminder', :at, rule.version, explanation
    FROM reminded JOIN rule ON rule.id = rule_id
    RETURNING *
)
INSERT INTO outbox (owner, account_id, channel, alert_event_id, kind, severity, subject, due_at)
SELECT event.owner, event.account_id, channel, event.id, 'alert', rule.definition ->> 'severity', rule.name, :at
FROM event
JOIN rule ON rule.id = event.rule_id
CROSS JOIN unnest(CAST(:channels AS text[])) AS channel
"""
_ACKNOWLEDGE = """
UPDATE alert SET acknowledged_at = now(), acknowledged_by = :viewer
WHERE id = :id AND state IN ('firing', 'recovering') AND acknowledged_at IS NULL
"""
_UNMUTE = """
UPDATE mute SET until = now()
WHERE owner IS NOT DISTINCT FROM :owner AND scope = :scope AND target = :target AND until > now()
"""
_MUTE = """
INSERT INTO mute (owner, scope, target, until, muted_by)
SELECT :owner, :scope, :target, :until, :by WHERE CAST(:until AS timestamptz) > now()
"""
