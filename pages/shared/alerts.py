"""Alerts: what the pages load of rules, alerts and messages. All of it is the viewer's own."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.reads.alerts import (
    read_alert_events,
    read_alerts,
    read_alerts_firing_at,
    read_channels,
    read_deliveries,
    read_deliveries_of_events,
    read_mutes,
)
from db.reads.rules import read_rule_versions, read_rules
from domain.alert_states import State
from domain.alerts import Alert, AlertEvent, ChannelState, Delivery, Mute
from domain.delivery import about, is_about
from domain.rules import Rule, RuleVersion
from pages.shared.caches import cache_data, cache_resource
from pages.shared.loaders import ask

# Alerts change at any second, and one look serves all sessions of a viewer.
_LOOK_SECONDS = 2
# Entries: one for each viewer, and a few for each with its moments and pages.
_VIEWERS, _MOST = 200, 500


@dataclass(frozen=True, slots=True)
class Firing:
    """What fires at a moment: alerts with their state for now, the events that began them for the past."""

    alerts: tuple[Alert, ...] = ()
    events: tuple[AlertEvent, ...] = ()

    @property
    def rows(self) -> tuple[Alert | AlertEvent, ...]:
        return (*self.alerts, *self.events)

    @property
    def count(self) -> int:
        return len(self.rows)

    def names(self, mutes: Collection[Mute]) -> tuple[str, ...]:
        """Rule and subject of each that no mute is about."""
        return tuple(f"{item.rule} ({item.subject.label})" for item in self.rows if mute_of(item, mutes) is None)


@cache_resource(max_entries=_VIEWERS, ttl=_LOOK_SECONDS, owned=True)
def load_rules() -> tuple[Rule, ...]:
    """The rules of the viewer. Raises DatabaseUnavailable."""
    return ask(read_rules)


@cache_data(max_entries=_VIEWERS, ttl=_LOOK_SECONDS, owned=True)
def load_channels() -> tuple[ChannelState, ...]:
    return ask(read_channels)


@cache_data(max_entries=_VIEWERS, ttl=_LOOK_SECONDS, owned=True)
def load_alerts() -> tuple[Alert, ...]:
    """The alerts of now that are not normal. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_alerts(connection, (State.PENDING, State.FIRING, State.RECOVERING)))


def load_firing(as_of: datetime | None) -> Firing:
    """What fires at a moment, None for now. Raises DatabaseUnavailable."""
    if as_of is None:
        return Firing(alerts=tuple(alert for alert in load_alerts() if alert.state.is_active))
    return Firing(events=_firing_at(as_of))


@cache_data(max_entries=_MOST, ttl=60, owned=True)
def _firing_at(as_of: datetime) -> tuple[AlertEvent, ...]:
    return ask(lambda connection: read_alerts_firing_at(connection, as_of))


@cache_data(max_entries=_MOST, ttl=_LOOK_SECONDS, owned=True)
def load_mutes(as_of: datetime) -> tuple[Mute, ...]:
    """The mutes in force at a moment. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_mutes(connection, as_of))


@cache_data(max_entries=_MOST, ttl=_LOOK_SECONDS, owned=True)
def load_events(
    as_of: datetime, limit: int, before_id: int | None = None, alert_id: int | None = None
) -> tuple[AlertEvent, ...]:
    """Events until a moment, newest first. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_alert_events(connection, as_of, limit, before_id, alert_id))


@cache_data(max_entries=_MOST, ttl=_LOOK_SECONDS, owned=True)
def load_deliveries(as_of: datetime, limit: int, before_id: int | None = None) -> tuple[Delivery, ...]:
    """Messages until a moment, newest first. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_deliveries(connection, as_of, limit, before_id))


@cache_data(max_entries=_MOST, ttl=_LOOK_SECONDS, owned=True)
def load_deliveries_of(event_ids: Sequence[int]) -> tuple[Delivery, ...]:
    """The messages about these events. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_deliveries_of_events(connection, event_ids))


@cache_data(max_entries=_MOST, ttl=_LOOK_SECONDS, owned=True)
def load_versions(rule_id: int) -> tuple[RuleVersion, ...]:
    """The definitions that a rule had, newest first. Raises DatabaseUnavailable."""
    return ask(lambda connection: read_rule_versions(connection, rule_id))


def end_of_second(at: datetime) -> datetime:
    """Runs within one second share what was read."""
    return at.replace(microsecond=999_999)


def mute_of(row: Alert | AlertEvent, mutes: Iterable[Mute]) -> Mute | None:
    """The mute that holds messages about an alert back."""
    message = about(row.rule, row.subject)
    return next((mute for mute in mutes if is_about(mute, message)), None)
