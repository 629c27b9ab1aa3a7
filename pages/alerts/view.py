"""View of the alerts: what fires, the history, the messages and the rules as tables. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.alert_states import Health
from domain.alerts import Alert, AlertEvent, Delivery, Mute, SubjectKey
from domain.rule_terms import Subject
from domain.rule_text import duration_text
from domain.rules import Rule, RuleOrigin
from pages.alerts.words import NO_CURRENCIES, Currencies, card_text, row_text, rule_words
from pages.coin.choices import choices_of_market
from pages.components.table.frames import card_lines_of, with_spare
from pages.components.table.model import Place, RowAction, Table, TableColumn, TableRows
from pages.shared.alerts import Firing, mute_of
from pages.shared.choices import address_of
from pages.shared.formats import UNKNOWN, moment_text, stored_text
from pages.shared.view import View

ORIGINS = {
    RuleOrigin.APP: "app",
    RuleOrigin.CONFIGURATION: "stillframe.toml",
    RuleOrigin.BUILT_IN: "built in",
}
ORIGIN_NOTES = {**ORIGINS, RuleOrigin.APP: "written in the app", RuleOrigin.CONFIGURATION: "written in stillframe.toml"}
# Buttons of a row, by the words on them, with their minutes.
MUTE_FOR = {"Mute alert 1 h": 60, "8 h": 480, "24 h": 1440}
ACKNOWLEDGE, MUTE, UNMUTE = "acknowledge", "mute", "unmute"
ABOUT = "about"  # the URL's name for the subject of the alert that led to its rule
# The columns of each table that give way first if there is no room for all.
_SPARE = {
    "firing": ("severity", "since", "values"),
    "alert_history": ("version", "messages", "values"),
    "messages": ("kind", "attempts", "created"),
    "mutes": (),
    "rules": ("changed", "for", "origin", "severity", "about"),
}
_HEALTH = {Health.OK: "", Health.NO_DATA: "no data"}


def firing_table(
    firing: Firing, mutes: Sequence[Mute], view: View, at: datetime, currencies: Currencies = NO_CURRENCIES
) -> Table:
    """The alerts that fire, newest first."""
    rows = firing.rows
    sinces = [_since(row) for row in rows]
    return _table(
        "firing",
        "Alerts that fire",
        [
            _text("rule", "Rule", [row.rule for row in rows], Place.TITLE),
            _about_column([row.subject for row in rows], view),
            _text("state", "State", [_state_text(row, mutes) for row in rows], Place.FIGURE),
            _text("since", "Since", [moment_text(since, view.zone, at) for since in sinces], Place.LEAD),
            *_actions_column(rows, mutes, is_now=view.as_of is None),
            _text("values", "Values", [row_text(row, view, at, currencies) for row in rows]),
            _card([card_text(row, view, at, currencies) for row in rows]),
            _text("severity", "Severity", [row.severity.value for row in rows]),
            replace(_text("muted", "Muted", [_muted_text(row, mutes, view, at) for row in rows]), is_shown=False),
        ],
        [f"{row.rule}\n{row.subject}" for row in rows],
        view,
        [_rule_link(view, row.rule, str(row.subject)) for row in rows],
    )


def _since(row: Alert | AlertEvent) -> datetime | None:
    return row.at if isinstance(row, AlertEvent) else row.state.fired_at if row.state.is_active else row.state.since


def _state_text(row: Alert | AlertEvent, mutes: Iterable[Mute]) -> str:
    muted = "" if mute_of(row, mutes) is None else "muted"
    if isinstance(row, AlertEvent):
        parts: tuple[str, ...] = ("firing", muted)
    else:
        parts = (row.state.state.value, _HEALTH[row.state.health], "acknowledged" if row.acknowledged_at else "", muted)
    return ", ".join(word for word in parts if word)


def _muted_text(row: Alert | AlertEvent, mutes: Sequence[Mute], view: View, at: datetime) -> str:
    mute = mute_of(row, mutes)
    return "" if mute is None else f"until {moment_text(mute.until, view.zone, at)}"


def _actions_column(rows: Sequence[Alert | AlertEvent], mutes: Sequence[Mute], *, is_now: bool) -> list[TableColumn]:
    """Buttons that silence each row. None for a past moment."""
    if not is_now:
        return []
    actions = [actions_of(row, mutes) for row in rows]
    texts = [" ".join(words for _, words, _ in row) for row in actions]
    return [TableColumn("actions", "Silence", texts, is_number=False, place=Place.ACTIONS, actions=actions)]


def actions_of(row: Alert | AlertEvent, mutes: Iterable[Mute]) -> Sequence[RowAction]:
    """The buttons of an alert: acknowledge, and mute this alert or end the mute that holds it."""
    actions: list[RowAction] = []
    if isinstance(row, Alert) and row.state.is_active and row.acknowledged_at is None:
        actions.append((f"{ACKNOWLEDGE} {row.id}", "Acknowledge", "It sends no reminders until it fires again"))
    if (mute := mute_of(row, mutes)) is not None:
        words = f"End the mute of the {mute.label}"
        return [*actions, (f"{UNMUTE} {mute.id}", "Unmute", words)]
    hover = f"Hold messages about {row.subject.label} back. Other alerts of the rule {row.rule} still send theirs"
    return [*actions, *((f"{MUTE} {minutes}", words, hover) for words, minutes in MUTE_FOR.items())]


def mutes_table(mutes: Sequence[Mute], view: View, at: datetime) -> Table:
    """What is muted, each with its end and a button that ends it now. A past moment has no buttons."""
    ends: Sequence[Sequence[RowAction]] = [[(UNMUTE, "End", f"End the mute of the {mute.label}")] for mute in mutes]
    texts = ["End"] * len(mutes)
    buttons = [TableColumn("end", "Now", texts, is_number=False, place=Place.ACTIONS, actions=ends)]
    return _table(
        "mutes",
        "What is muted",
        [
            _text("name", "Muted", [mute.name for mute in mutes], Place.TITLE),
            _text("scope", "Kind", [mute.scope.value.capitalize() for mute in mutes], Place.NOTE),
            _text("until", "Until", [moment_text(mute.until, view.zone, at) for mute in mutes], Place.LEAD),
            *(buttons if view.as_of is None else []),
        ],
        [str(mute.id) for mute in mutes],
        view,
    )


def history_table(
    events: Sequence[AlertEvent],
    messages: Iterable[Delivery],
    view: View,
    at: datetime,
    currencies: Currencies = NO_CURRENCIES,
) -> Table:
    """Events, newest first, each with its messages. A row opens the alert's own history."""
    by_event: dict[int | None, list[Delivery]] = {}
    for message in messages:
        by_event.setdefault(message.event_id, []).append(message)
    texts = [messages_text(by_event.get(event.id, ()), view) for event in events]
    return _table(
        "alert_history",
        "Events of alerts, newest first",
        [
            _text("rule", "Rule", [event.rule for event in events], Place.TITLE),
            _text("event", "Event", [_event_text(event) for event in events], Place.NOTE),
            _text("at", "Time", [moment_text(event.at, view.zone, at) for event in events], Place.LEAD),
            _about_column([event.subject for event in events], view, Place.FIGURE),
            _text("values", "Values", [row_text(event, view, at, currencies) for event in events]),
            _text("messages", "Messages", texts),
            _text("version", "Rule version", [str(event.rule_version) for event in events]),
        ],
        [str(event.id) for event in events],
        view,
        [address_of("alerts", view, {"tab": "History", "alert": str(event.alert_id)}) for event in events],
    )


def _event_text(event: AlertEvent) -> str:
    return event.event.value if event.late_at is None else f"{event.event.value}, late"


def reason_text(message: Delivery, view: View) -> str:
    """The reason that a message waits, was held or failed, "" if there is none."""
    return stored_text(message.reason or "", view.zone, message.created_at)


def messages_text(messages: Iterable[Delivery], view: View) -> str:
    """ "phone sent, mail held: quiet hours"."""
    texts = [f"{m.channel} {m.state.value}{f': {reason_text(m, view)}' if m.reason else ''}" for m in messages]
    return ", ".join(texts) or "to no channel"


def messages_table(messages: Sequence[Delivery], view: View, at: datetime) -> Table:
    """Messages, newest first: sent, waiting, held back or failed, with the reason. A row opens the message."""
    return _table(
        "messages",
        "Messages, newest first",
        [
            _text("subject", "Message", [message.subject for message in messages], Place.TITLE),
            _text("state", "State", [message.state.value for message in messages], Place.LEAD),
            _text("reason", "Reason", [reason_text(message, view) for message in messages], Place.NOTE),
            _text("channel", "Channel", [message.channel for message in messages], Place.FIGURE),
            _text("created", "Created", [moment_text(m.created_at, view.zone, at) for m in messages]),
            _text("sent", "Sent", [moment_text(m.sent_at, view.zone, at) if m.sent_at else UNKNOWN for m in messages]),
            _text("attempts", "Attempts", [str(message.attempts) for message in messages]),
            _text("kind", "Kind", [message.kind for message in messages]),
        ],
        [str(message.id) for message in messages],
        view,
        [address_of("alerts", view, {"tab": "Messages", "message": str(message.id)}) for message in messages],
    )


def rules_table(rules: Sequence[Rule], active: Mapping[int, int], view: View, at: datetime) -> Table:
    """All rules by name. `active` counts what fires by rule id. A row opens the rule."""
    words = [rule_words(rule.definition.text) for rule in rules]
    return _table(
        "rules",
        "Rules by name",
        [
            _text("name", "Rule", [rule.name for rule in rules], Place.TITLE),
            _text("state", "State", [rule_state(rule, active.get(rule.id, 0), at) for rule in rules], Place.LEAD),
            _text("text", "Fires when", words),
            _card(words),
            _text("origin", "Written in", [ORIGINS[rule.origin] for rule in rules], Place.FIGURE),
            _text("about", "About", [", ".join(rule.definition.subjects) for rule in rules]),
            _text("for", "Holds for", [span_text(rule.definition.timing.for_) for rule in rules]),
            _text("severity", "Severity", [rule.definition.severity.value for rule in rules]),
            _text("warning", "Warning", [rule.error or rule.warning or "" for rule in rules]),
            _text("changed", "Changed", [moment_text(rule.changed_at, view.zone, at) for rule in rules]),
        ],
        [rule.name for rule in rules],
        view,
        [_rule_link(view, rule.name) for rule in rules],
    )


def rule_state(rule: Rule, firing: int, at: datetime) -> str:
    """ "off", "put off after an error", "2 firing" or "quiet"."""
    if not rule.definition.is_enabled:
        return "off"
    if rule.is_put_off(at):
        return "put off after an error"
    return f"{firing} firing" if firing else "quiet"


def span_text(span: timedelta) -> str:
    """A span of a rule, "at once" for none."""
    return duration_text(span) if span >= timedelta(minutes=1) else "at once"


def _rule_link(view: View, name: str, subject: str = "") -> str:
    return address_of("alerts", view, {"tab": "Rules", "rule": name, **({ABOUT: subject} if subject else {})})


def _about_column(subjects: Sequence[SubjectKey], view: View, place: Place = Place.NONE) -> TableColumn:
    """What each alert is about. Markets and coins lead to their pages."""
    column = _text("subject", "About", [subject.label for subject in subjects], place)
    return replace(column, links=[_page_of(subject, view) for subject in subjects])


def _page_of(subject: SubjectKey, view: View) -> str:
    if subject.kind is Subject.MARKET:
        coin, _, _ = subject.name.partition("/")
        return address_of("coin", view, choices_of_market(coin, (subject.place, subject.name)))
    return address_of("coin", view, {"coin": subject.name}) if subject.kind is Subject.HOLDING else ""


def _text(key: str, label: str, texts: Sequence[str], place: Place = Place.NONE) -> TableColumn:
    return TableColumn(key, label, texts, is_number=False, place=place)


def _card(texts: Sequence[str]) -> TableColumn:
    """Sentences on the cards of a phone, with the lines that the longest of them takes."""
    return replace(_text("card", "On a phone", texts, Place.NOTE), for_cards=True, card_lines=card_lines_of(texts))


def _table(
    name: str,
    label: str,
    columns: Sequence[TableColumn],
    keys: Sequence[str],
    view: View,
    links: Sequence[str] = (),
) -> Table:
    inks = {"gain": view.inks.gain, "loss": view.inks.loss}
    return Table(name, label, with_spare(columns, _SPARE[name]), TableRows(keys, links), inks=inks)
