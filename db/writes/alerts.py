"""Write what alerts do: the state by compare and set, its event and its messages in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text

from db.copying import json_text
from domain.alert_states import AlertState
from domain.alerts import AlertEventKind, SubjectKey
from domain.rules import Rule


@dataclass(frozen=True, slots=True)
class AlertWrite:
    """The step of one alert. `row_version` is that of the state it began from, None for a new alert.

    `evaluated_at` is the newest moment that was evaluated. It is before `at` if only the health changed. `channels` get
    a message about `event`, not before `due_at`. `late_at` is when an event was evaluated that came late.
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
    evaluated_at: datetime | None = None  # None: `at`
    late_at: datetime | None = None


def write_alert(engine: Engine, step: AlertWrite) -> bool:
    """Write a step. False, and nothing is written, if another refresher changed the alert meanwhile."""
    return write_alerts(engine, [step]) == [True]


def write_alerts(engine: Engine, steps: Sequence[AlertWrite]) -> list[bool]:
    """Write one step of each of these alerts in one transaction, with its event and its messages.

    A step of an alert that another refresher changed meanwhile is not written, and its place is False.
    """
    begins, changes = ([s for s in steps if (s.row_version is None) is is_new] for is_new in (True, False))
    written: set[tuple[int, str]] = set()
    with engine.begin() as connection:
        for statement, of_kind in ((_NEW, begins), (_CHANGE, changes)):
            if of_kind:
                rows = connection.execute(text(statement), {"steps": json_text([_row(step) for step in of_kind])})
                written.update((row.rule_id, row.subject) for row in rows)
    return [(step.rule.id, str(step.subject)) in written for step in steps]


def write_evaluated(engine: Engine, evaluated: Sequence[tuple[int, int, datetime]]) -> None:
    """Note for alerts, by id and row version, the newest moment that was evaluated.

    Nothing is noted for an alert of another row version: some step of it was not written, or was another refresher's.
    """
    ids, versions, moments = zip(*evaluated, strict=True)
    row = {"ids": list(ids), "versions": list(versions), "moments": list(moments)}
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
    engine: Engine,
    owner: str | None,
    scope: str,
    target: str,
    until: datetime,
    muted_by: str | None,
    subject: SubjectKey | None = None,
) -> None:
    """Mute something until a moment, instead of an earlier mute of it. A past moment ends the mute."""
    row = {"owner": owner, "scope": scope, "target": target, "until": until, "by": muted_by}
    row["subject"] = None if subject is None else str(subject)
    with engine.begin() as connection:
        connection.execute(text(_UNMUTE), row)
        connection.execute(text(_MUTE), row)


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
        "evaluated_at": step.evaluated_at or step.at,
        "explanation": step.explanation,
        "late_at": step.late_at,
        "reason": step.reason,
        "event": None if step.event is None else step.event.value,
        "version": step.rule.version,
        "channels": list(step.channels),
        "due_at": step.due_at or step.at,
        "severity": step.rule.definition.severity.value,
        "label": f"{step.rule.name}: {step.subject.label}",
    }


# The order of the rows keeps two refreshers from waiting for each other.
_STEPS = """
step AS MATERIALIZED (
    SELECT row_number() OVER () AS number, listed.*
    FROM jsonb_to_recordset(CAST(:steps AS jsonb)) AS listed (
        rule_id bigint, owner text, account_id integer, subject text, row_version integer, state text, health text,
        since timestamptz, fired_at timestamptz, at timestamptz, evaluated_at timestamptz, explanation jsonb,
        reason text, event text, version integer, channels text[], due_at timestamptz, late_at timestamptz,
        severity text, label text
    )
)
"""
_EVENTS = """
event AS (
    INSERT INTO alert_event (alert_id, rule_id, owner, account_id, event, at, rule_version, explanation)
    SELECT written.id, rule_id, step.owner, step.account_id, event, at, version,
           CASE WHEN late_at IS NULL THEN explanation
                ELSE coalesce(explanation, '{}') || jsonb_build_object('late_at', late_at) END
    FROM written
    JOIN step USING (rule_id, subject)
    WHERE event IS NOT NULL
    ORDER BY number
    RETURNING id, alert_id
), message AS (
    INSERT INTO outbox (owner, account_id, channel, alert_event_id, kind, severity, subject, due_at)
    SELECT step.owner, step.account_id, channel, event.id, 'alert', severity, label, due_at
    FROM event
    JOIN written ON written.id = event.alert_id
    JOIN step USING (rule_id, subject)
    CROSS JOIN unnest(channels) AS channel
    ORDER BY number
)
SELECT rule_id, subject FROM written
"""
_NEW = f"""
WITH {_STEPS}, written AS (
    INSERT INTO alert (rule_id, owner, account_id, subject, state, health, since, fired_at, evaluated_at, changed_at,
                       explanation, reason, reminded_at)
    SELECT rule_id, owner, account_id, subject, state, health, since, fired_at, evaluated_at, at, explanation, reason,
           CASE WHEN event = 'fired' THEN late_at END
    FROM step
    ORDER BY rule_id, subject
    ON CONFLICT DO NOTHING
    RETURNING id, rule_id, subject
), {_EVENTS}
"""  # noqa: S608 - text from code
_CHANGE = f"""
WITH {_STEPS}, held AS MATERIALIZED (
    SELECT alert.id
    FROM alert
    JOIN step USING (rule_id, subject, row_version)
    ORDER BY alert.id
    FOR UPDATE OF alert
), written AS (
    UPDATE alert SET
        row_version = alert.row_version + 1, state = step.state, health = step.health, since = step.since,
        fired_at = step.fired_at, evaluated_at = step.evaluated_at, changed_at = at, explanation = step.explanation,
        reason = step.reason,
        reminded_at = CASE WHEN event = 'fired' THEN late_at ELSE reminded_at END,
        acknowledged_at = CASE WHEN event = 'fired' THEN NULL ELSE acknowledged_at END,
        acknowledged_by = CASE WHEN event = 'fired' THEN NULL ELSE acknowledged_by END
    FROM step
    WHERE alert.rule_id = step.rule_id AND alert.subject = step.subject AND alert.row_version = step.row_version
      AND alert.id IN (SELECT id FROM held)
    RETURNING alert.id, alert.rule_id, alert.subject
), {_EVENTS}
"""  # noqa: S608 - text from code
_EVALUATED = """
WITH held AS MATERIALIZED (
    SELECT id, listed.at
    FROM alert
    JOIN unnest(CAST(:ids AS bigint[]), CAST(:versions AS integer[]), CAST(:moments AS timestamptz[]))
        AS listed (id, row_version, at) USING (id, row_version)
    WHERE evaluated_at < listed.at
    ORDER BY id
    FOR UPDATE OF alert
)
UPDATE alert SET evaluated_at = held.at FROM held WHERE alert.id = held.id
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
  AND subject IS NOT DISTINCT FROM :subject
"""
_MUTE = """
INSERT INTO mute (owner, scope, target, until, muted_by, subject)
SELECT :owner, :scope, :target, :until, :by, :subject WHERE CAST(:until AS timestamptz) > now()
"""
