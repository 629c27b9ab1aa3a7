"""Alerts: the rules of the viewer, what fires at a moment, and the history with its messages, as responses."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from api.params import RequestScope
from api.responses import Refusal
from db.reads.alerts import (
    read_alert_events,
    read_alerts,
    read_alerts_firing_at,
    read_channels,
    read_deliveries_of_events,
    read_mutes,
)
from db.reads.rules import read_rules
from domain.alert_states import State
from domain.alerts import Alert, AlertEvent, ChannelState, Delivery, Mute, SubjectKey
from domain.rules import Rule

FIELDS = ("as_of",)
HISTORY_FIELDS = (*FIELDS, "limit", "before")
LIMIT, MOST = 100, 500


def read_alerts_response(connection: Connection, scope: RequestScope) -> dict[str, Any]:
    """Firing and muted alerts of a moment. Pending alerts and rules are those of now, and null in the past."""
    at, is_now = scope.params.at, scope.params.as_of is None
    active = (State.FIRING, State.RECOVERING)
    if is_now:
        firing = [_alert_response(alert) for alert in read_alerts(connection, active)]
    else:
        firing = [_event_response(event) for event in read_alerts_firing_at(connection, at)]
    pending = read_alerts(connection, (State.PENDING,)) if is_now else None
    return {
        "as_of": at,
        "is_now": is_now,
        "firing": firing,
        "pending": None if pending is None else [_alert_response(alert) for alert in pending],
        "mutes": [_mute_response(mute) for mute in read_mutes(connection, at)],
        "rules": [_rule_response(rule) for rule in read_rules(connection)] if is_now else None,
        "channels": [_channel_response(channel) for channel in read_channels(connection)] if is_now else None,
    }


def read_alert_history_response(connection: Connection, scope: RequestScope) -> dict[str, Any]:
    """A page of events until a moment, newest first, each with its messages."""
    limit, before = _number(scope, "limit", LIMIT, MOST), _number(scope, "before", None, 2**62)
    events = read_alert_events(connection, scope.params.at, (limit or LIMIT) + 1, before)
    page = events[:limit]
    messages: dict[int | None, list[Delivery]] = {}
    for message in read_deliveries_of_events(connection, [event.id for event in page]):
        messages.setdefault(message.event_id, []).append(message)
    return {
        "as_of": scope.params.at,
        "is_now": scope.params.as_of is None,
        "events": [
            {**_event_response(event), "messages": _message_responses(messages.get(event.id, ()))} for event in page
        ],
        "next": str(page[-1].id) if len(events) > len(page) else None,
    }


def _number(scope: RequestScope, name: str, default: int | None, most: int) -> int | None:
    if name not in scope.params.given:
        return default
    value = scope.params.given[name][0]
    if not re.fullmatch(r"[0-9]{1,19}", value) or not 1 <= int(value) <= most:
        raise Refusal(400, f"{name}={value!r:.80} is out of range: give a number from 1 to {most}")
    return int(value)


def _subject_response(subject: SubjectKey) -> dict[str, Any]:
    return {"kind": subject.kind, "place": subject.place, "name": subject.name}


def _alert_response(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.id,
        "rule": alert.rule,
        "severity": alert.severity,
        "subject": _subject_response(alert.subject),
        "state": alert.state.state,
        "health": alert.state.health,
        "since": alert.state.since,
        "fired_at": alert.state.fired_at,
        "evaluated_at": alert.evaluated_at,
        "acknowledged_at": alert.acknowledged_at,
        "reason": alert.reason,
        "explanation": alert.explanation,
    }


def _event_response(event: AlertEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "alert": event.alert_id,
        "rule": event.rule,
        "rule_version": event.rule_version,
        "severity": event.severity,
        "subject": _subject_response(event.subject),
        "event": event.event,
        "at": event.at,
        "late_at": event.late_at,
        "explanation": event.explanation,
    }


def _message_responses(messages: Iterable[Delivery]) -> list[dict[str, Any]]:
    return [
        {
            "channel": message.channel,
            "state": message.state,
            "created_at": message.created_at,
            "due_at": message.due_at,
            "attempts": message.attempts,
            "reason": message.reason,
            "sent_at": message.sent_at,
        }
        for message in messages
    ]


def _mute_response(mute: Mute) -> dict[str, Any]:
    subject = None if mute.subject is None else _subject_response(mute.subject)
    return {"scope": mute.scope, "target": mute.target, "subject": subject, "since": mute.since, "until": mute.until}


def _rule_response(rule: Rule) -> dict[str, Any]:
    return {
        **rule.definition.as_json(),
        "origin": rule.origin,
        "version": rule.version,
        "changed_at": rule.changed_at,
        "warning": rule.warning,
        "error": rule.error,
        "put_off_until": rule.put_off_until,
    }


def _channel_response(channel: ChannelState) -> dict[str, Any]:
    return {
        "channel": channel.name,
        "service": channel.service,
        "least_severity": channel.least_severity,
        "failing_since": channel.failing_since,
        "error": channel.error,
        "paused_until": channel.paused_until,
    }
