"""Reminders: an alert that fires for long is told again, unless somebody has acknowledged it."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from db.reads.alerts import read_alerts, read_channels
from db.reads.rules import read_rules
from db.writes.alerts import write_reminder
from domain.alert_states import Health, State
from domain.delivery import is_reminder_due
from refresher.alerts.evaluator import channels_of


def remind(writer: Engine, every: timedelta, now: datetime) -> int:
    """Write the reminders that are due. Returns how many."""
    with writer.connect() as connection:
        firing = read_alerts(connection, [State.FIRING]) if every > timedelta(0) else ()
        rules = {rule.id: rule for rule in read_rules(connection)} if firing else {}
        channels = read_channels(connection) if firing else ()
    count = 0
    for alert in firing:
        rule, fired_at = rules.get(alert.rule_id), alert.state.fired_at
        is_quiet = alert.acknowledged_at is not None or alert.state.health is not Health.OK
        if rule is None or fired_at is None or is_quiet or not rule.definition.is_enabled:
            continue
        if is_reminder_due(fired_at, alert.reminded_at, every, now):
            names = channels_of(rule, channels)
            count += bool(names) and write_reminder(writer, alert.id, alert.row_version, now, names)
    return count
