"""Read alerts, their events, the messages about them, mutes and channels. Row-level security leaves each its own."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from domain.alert_states import AlertState, Health, State
from domain.alerts import (
    Alert,
    AlertEvent,
    AlertEventKind,
    ChannelState,
    Delivery,
    DeliveryState,
    Mute,
    MuteScope,
    Standing,
    subject_from,
)
from domain.rules import Severity


def read_alerts(connection: Connection, states: Collection[State] | None = None) -> tuple[Alert, ...]:
    """Alerts of rules that were not removed, those that changed last first. All states if none are named."""
    names = [state.value for state in (State if states is None else states)]
    return _alerts(connection.execute(text(_ALERTS), {"states": names}))


def read_standings(connection: Connection) -> tuple[Standing, ...]:
    """The states of all alerts of rules that were not removed. There may be ten thousand."""
    return tuple(
        Standing(id_, rule_id, subject_from(subject), _state(*state), row_version, evaluated_at)
        for id_, rule_id, subject, row_version, evaluated_at, *state in connection.execute(text(_STANDINGS))
    )


def _state(state: str, since: datetime | None, fired_at: datetime | None, health: str) -> AlertState:
    return AlertState(State(state), since, fired_at, Health(health))


def read_alert(connection: Connection, alert_id: int) -> Alert | None:
    """One alert."""
    rows = _alerts(connection.execute(text(_ALERT), {"id": alert_id}))
    return rows[0] if rows else None


def read_alerts_firing_at(connection: Connection, as_of: datetime) -> tuple[AlertEvent, ...]:
    """The newest event of each alert that fired at a past moment and had not resolved, newest first.

    The removal of a rule ends its alerts without an event.
    """
    return _events(connection.execute(text(_FIRING_AT), {"as_of": as_of}))


def read_alert_events(
    connection: Connection, as_of: datetime, limit: int, before_id: int | None = None, alert_id: int | None = None
) -> tuple[AlertEvent, ...]:
    """Events until a moment, newest first. `before_id` is the last id of the page before."""
    scope = {"as_of": as_of, "limit": limit, "before": before_id, "alert": alert_id}
    return _events(connection.execute(text(_EVENTS), scope))


def read_deliveries(
    connection: Connection, as_of: datetime, limit: int, before_id: int | None = None
) -> tuple[Delivery, ...]:
    """Messages that were created until a moment, newest first: waiting, sent, held back and failed."""
    rows = connection.execute(text(_DELIVERIES), {"as_of": as_of, "limit": limit, "before": before_id})
    return tuple(_delivery(row) for row in rows)


def read_deliveries_of_events(connection: Connection, event_ids: Sequence[int]) -> tuple[Delivery, ...]:
    """The messages about these events."""
    rows = connection.execute(text(_OF_EVENTS), {"ids": list(event_ids)})
    return tuple(_delivery(row) for row in rows)


def read_mutes(connection: Connection, as_of: datetime) -> tuple[Mute, ...]:
    """The mutes in force at a moment."""
    rows = connection.execute(text(_MUTES), {"as_of": as_of})
    return tuple(
        Mute(
            row.id,
            row.owner,
            MuteScope(row.scope),
            row.target,
            row.since,
            row.until,
            row.muted_by,
            None if row.subject is None else subject_from(row.subject),
        )
        for row in rows
    )


def read_channels(connection: Connection) -> tuple[ChannelState, ...]:
    """The configured channels, by name."""
    rows = connection.execute(text(_CHANNELS))
    return tuple(
        ChannelState(
            row.name, row.owner, row.service, Severity(row.least_severity), row.failing_since, row.error,
            row.paused_until,
        )
        for row in rows
    )  # fmt: skip


def _alerts(rows: Iterable[Any]) -> tuple[Alert, ...]:
    return tuple(
        Alert(
            id=row.id,
            rule_id=row.rule_id,
            rule=row.name,
            severity=Severity(row.severity),
            owner=row.owner,
            account_id=row.account_id,
            subject=subject_from(row.subject),
            state=_state(row.state, row.since, row.fired_at, row.health),
            row_version=row.row_version,
            evaluated_at=row.evaluated_at,
            changed_at=row.changed_at,
            explanation=row.explanation,
            reason=row.reason,
            reminded_at=row.reminded_at,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=row.acknowledged_by,
        )
        for row in rows
    )


def _events(rows: Iterable[Any]) -> tuple[AlertEvent, ...]:
    return tuple(
        AlertEvent(
            id=row.id,
            alert_id=row.alert_id,
            rule=row.name,
            severity=Severity(row.severity),
            account_id=row.account_id,
            subject=subject_from(row.subject),
            event=AlertEventKind(row.event),
            at=row.at,
            rule_version=row.rule_version,
            explanation=row.explanation,
        )
        for row in rows
    )


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id,
        channel=row.channel,
        event_id=row.alert_event_id,
        kind=row.kind,
        severity=Severity(row.severity),
        subject=row.subject,
        created_at=row.created_at,
        due_at=row.due_at,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        reason=row.reason,
        message=row.message,
        sent_at=row.sent_at,
    )


_ALERT_ROWS = """
SELECT alert.*, rule.name, rule.definition ->> 'severity' AS severity
FROM alert
JOIN rule ON rule.id = alert.rule_id
"""
_ALERTS = f"""
{_ALERT_ROWS}
WHERE rule.ended_at IS NULL AND state = ANY(:states)
ORDER BY alert.changed_at DESC, alert.id DESC
"""
_STANDINGS = """
SELECT alert.id, rule_id, subject, row_version, nullif(evaluated_at, to_timestamp(0)), state, since, fired_at, health
FROM alert
JOIN rule ON rule.id = alert.rule_id
WHERE ended_at IS NULL
"""
_ALERT = f"{_ALERT_ROWS} WHERE alert.id = :id"

_EVENT_ROWS = """
SELECT alert_event.*, alert.subject, rule.name, rule.definition ->> 'severity' AS severity
FROM alert_event
JOIN alert ON alert.id = alert_event.alert_id
JOIN rule ON rule.id = alert_event.rule_id
"""
_EVENTS = f"""
{_EVENT_ROWS}
WHERE at <= :as_of AND (CAST(:before AS bigint) IS NULL OR alert_event.id < :before)
  AND (CAST(:alert AS bigint) IS NULL OR alert_id = :alert)
ORDER BY alert_event.id DESC
LIMIT :limit
"""
_FIRING_AT = f"""
SELECT * FROM (
    SELECT DISTINCT ON (newest.alert_id) newest.*
    FROM (
        {_EVENT_ROWS}
        WHERE at <= :as_of AND event <> 'reminder' AND (rule.ended_at IS NULL OR rule.ended_at > :as_of)
    ) AS newest
    ORDER BY newest.alert_id, newest.id DESC
) AS newest
WHERE event = 'fired'
ORDER BY at DESC, id DESC
"""  # noqa: S608 - text from code
_DELIVERIES = """
SELECT * FROM outbox
WHERE created_at <= :as_of AND (CAST(:before AS bigint) IS NULL OR id < :before)
ORDER BY id DESC
LIMIT :limit
"""
_OF_EVENTS = "SELECT * FROM outbox WHERE alert_event_id = ANY(CAST(:ids AS bigint[])) ORDER BY id"
_MUTES = "SELECT * FROM mute WHERE since <= :as_of AND until > :as_of ORDER BY until, id"
_CHANNELS = "SELECT * FROM channel WHERE is_configured ORDER BY name"
