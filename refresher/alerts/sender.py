"""The sender: takes messages out of the outbox, decides about each, and sends what is left as one message a channel."""

import os
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from analysis.rules.errors import RuleError
from analysis.rules.parsed import parsed_rule
from db.reads.alerts import read_channels, read_mutes
from db.reads.outbox import EventFacts, read_capped, read_due_channels, read_event_facts, read_held_firings
from db.writes.outbox import (
    Claimed,
    claim_messages,
    count_capped,
    finish_sent,
    finish_unsent,
    read_informed_at,
    read_sent_since,
    retry_later,
    write_channel_answered,
    write_channel_failed,
    write_notice,
)
from domain.alert_states import Health
from domain.alert_words import EventNews, Wording, body_of, title_of
from domain.alerts import AlertEventKind, ChannelState, late_at_of
from domain.delivery import (
    GIVE_UP_AFTER,
    Circumstances,
    Decision,
    Late,
    Pending,
    Ruling,
    decide,
    pause_after,
    symbols_of,
)
from logs.lines import log
from refresher.alerts.services.answers import Answer, Delivered, Refused, TryLater
from refresher.alerts.services.open import Service, open_service
from refresher.configuration.alert_settings import AlertSettings
from refresher.process.clock import utc_now

# Longer than any service may take to answer.
LEASE = timedelta(minutes=2)
MOST_IN_ONE = 50
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Sender:
    """Sends the messages of all configured channels. Two senders never take the same message."""

    writer: Engine
    settings: AlertSettings
    now: Callable[[], datetime] = utc_now
    _services: dict[str, Service] = field(init=False)
    _name: str = field(default_factory=lambda: f"{socket.gethostname()} {os.getpid()}")

    def __post_init__(self) -> None:
        self._services = {channel.name: open_service(channel) for channel in self.settings.channels}

    def run(self) -> int:
        """Send what is due. Returns the number of messages that services took."""
        now = self.now()
        with self.writer.connect() as connection:
            due = set(read_due_channels(connection, now))
            channels = [channel for channel in read_channels(connection) if channel.name in due] if due else []
        sent = 0
        for channel in channels:
            is_paused = channel.paused_until is not None and channel.paused_until > now
            if channel.name in self._services and not is_paused:
                sent += self._run_channel(channel, now)
        return sent

    def _run_channel(self, channel: ChannelState, now: datetime) -> int:
        claimed = claim_messages(self.writer, channel.name, self._name, now, LEASE, MOST_IN_ONE)
        if not claimed:
            return 0
        events = [message.event_id for message in claimed if message.event_id is not None]
        with self.writer.connect() as connection:
            facts = read_event_facts(connection, events)
            held = read_held_firings(connection, channel.name, events)
            mutes = [mute for mute in read_mutes(connection, now) if mute.owner == channel.owner]
        sent = read_sent_since(self.writer, channel.name, now - HOUR)
        informed_at = read_informed_at(self.writer, channel.name)
        settings = self.settings
        there = Circumstances(
            now, mutes, settings.quiet, sent, settings.per_hour, informed_at, info_every=settings.info_every
        )
        decisions = _decisions(claimed, facts, held, there)
        self._hold(channel, decisions, now)
        return sum(self._send(channel, group, facts, now) for group in _groups(decisions))

    def _hold(self, channel: ChannelState, decisions: Iterable[tuple[Claimed, Decision]], now: datetime) -> None:
        """Write why messages wait or are held, and tell once an hour how many the cap held back."""
        capped = 0
        for message, decision in decisions:
            if decision.ruling is Ruling.WAIT:
                assert decision.until is not None
                retry_later(self.writer, [message.id], decision.until, decision.reason or "", counts=False)
            elif decision.ruling is Ruling.HOLD:
                finish_unsent(self.writer, [message.id], "held", decision.reason or "")
                capped += decision.is_capped
        hour = now.replace(minute=0, second=0, microsecond=0)
        if capped and count_capped(self.writer, channel.name, hour, capped):
            write_notice(self.writer, channel, "notice", "messages held back", "", hour + HOUR)

    def _send(
        self, channel: ChannelState, group: Sequence[Claimed], facts: Mapping[int, EventFacts], now: datetime
    ) -> int:
        """Send messages as a single one, and write how it went."""
        ids = [message.id for message in group]
        title, body = self._words(channel, group, facts)
        answer = self._services[channel.name].send(title, body)
        if isinstance(answer, Delivered):
            finish_sent(self.writer, ids, f"{title}\n{body}".strip(), self.now())
            write_channel_answered(self.writer, channel.name)
            log().info("message sent", channel=channel.name, events=len(ids))
            return 1
        self._not_sent(channel, group, answer, now)
        return 0

    def _not_sent(self, channel: ChannelState, group: Sequence[Claimed], answer: Answer, now: datetime) -> None:
        assert isinstance(answer, Refused | TryLater)
        attempts = max(message.attempts for message in group)
        pause = pause_after(attempts)
        if isinstance(answer, TryLater) and answer.after is not None:
            pause = answer.after  # what the service asks for, also if that is longer than ours
        old = [message.id for message in group if now - message.created_at > GIVE_UP_AFTER]
        young = [message.id for message in group if message.id not in old]
        log().warning("message not sent", channel=channel.name, reason=answer.reason, events=len(group))
        if isinstance(answer, Refused):
            finish_unsent(self.writer, [message.id for message in group], "failed", answer.reason)
        else:
            finish_unsent(self.writer, old, "failed", f"given up after a day: {answer.reason}")
            retry_later(self.writer, young, now + pause, answer.reason, counts=True)
        write_channel_failed(self.writer, channel.name, answer.reason, now, now + pause)

    def _words(
        self, channel: ChannelState, group: Sequence[Claimed], facts: Mapping[int, EventFacts]
    ) -> tuple[str, str]:
        message = group[0]
        if message.event_id is None:
            if message.kind == "notice" and not message.body:
                with self.writer.connect() as connection:
                    count = read_capped(connection, channel.name)
                held = "1 message was" if count == 1 else f"{count} messages were"
                return f"{held} held back", f"The cap is {self.settings.per_hour} an hour. See Alerts."
            return message.subject, message.body or ""
        news = [_news(message, fact) for message in group if (fact := facts.get(message.event_id or 0)) is not None]
        wording = Wording(self.settings.zone, self.settings.shows_amounts, self.settings.link)
        return title_of(news), body_of(news, wording)


def _groups(decisions: Iterable[tuple[Claimed, Decision]]) -> list[list[Claimed]]:
    """Alerts are sent as one message, everything else by itself."""
    sent = [message for message, decision in decisions if decision.ruling is Ruling.SEND]
    alerts = [message for message in sent if message.event_id is not None]
    return ([alerts] if alerts else []) + [[message] for message in sent if message.event_id is None]


def _decisions(
    claimed: Sequence[Claimed], facts: Mapping[int, EventFacts], held: frozenset[int], there: Circumstances
) -> list[tuple[Claimed, Decision]]:
    """The decision on each message, oldest first. The end of an alert is told with its begin, or not at all."""
    decisions = list[tuple[Claimed, Decision]]()
    fires_here = dict[int, bool]()  # by alert: True if a message here says that it fires, False if that is held
    for message in claimed:
        fact = facts.get(message.event_id or 0)
        if fact is None:
            decision = decide(Pending(message.channel, message.kind, message.severity), there)
        else:
            was_held = not fires_here.get(fact.alert_id, fact.id not in held)
            decision = decide(_pending(message, fact, was_held, there.now), there)
            is_held = decision.ruling is Ruling.HOLD
            if fact.event is AlertEventKind.FIRED or (fact.event is AlertEventKind.REMINDER and not is_held):
                fires_here[fact.alert_id] = not is_held
        decisions.append((message, decision))
    return decisions


def _pending(message: Claimed, fact: EventFacts, fired_was_held: bool, now: datetime) -> Pending:
    return Pending(
        channel=message.channel,
        kind=message.kind,
        severity=message.severity,
        event=fact.event,
        rule=fact.rule,
        subject=fact.subject,
        symbols=symbols_of(fact.subject),
        account=fact.account,
        is_rule_active=fact.is_rule_active,
        no_data=fact.no_data,
        fired_was_held=fired_was_held,
        is_acknowledged=fact.is_acknowledged,
        ends_by_itself=_ends_by_itself(fact.rule_text),
        late=_late(fact, now),
    )


def _late(fact: EventFacts, now: datetime) -> Late | None:
    """How things stand with an event that came late. None if it came in time."""
    if late_at_of(fact.explanation) is None:
        return None
    alert = fact.alert
    fires = alert.is_active and alert.fired_at == fact.at
    is_over = not fires if fact.event is AlertEventKind.FIRED else alert.is_active
    is_current = alert.health is not Health.NO_DATA and now - fact.evaluated_at <= _late_after(fact.rule_text)
    return Late(is_over, is_current)


def _late_after(text: str) -> timedelta:
    try:
        return parsed_rule(text).late_after
    except RuleError:  # it was written by another version
        return timedelta.max


def _ends_by_itself(text: str) -> bool:
    try:
        return parsed_rule(text).ends_by_itself
    except RuleError:  # it was written by another version
        return False


def _news(message: Claimed, fact: EventFacts) -> EventNews:
    return EventNews(
        fact.event, fact.rule, message.severity, fact.subject.label, fact.at, fact.fired_at, fact.explanation,
        fact.base_currency,
    )  # fmt: skip
