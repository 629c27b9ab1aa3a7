"""Edits of alerts: rules, watched markets, mutes, acknowledgements and test messages of the viewer who filed each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Engine

from db.reads.accounts import read_accounts
from db.reads.alerts import read_alert, read_channels
from db.reads.candles import read_candle_symbols
from db.reads.rule_facts import read_visible_accounts
from db.reads.rules import read_rules
from db.reads.watchlist import read_known_symbols, read_watched_markets
from db.writes.alerts import acknowledge, write_mute
from db.writes.outbox import write_notice
from db.writes.rules import end_rule, write_rule
from db.writes.watchlist import delete_watched_market, write_watched_market
from domain.alerts import MuteScope, SubjectKey, muted_name
from domain.delivery import moment_text
from domain.edits import Edit, EditKind, Verdict, applied, refused
from domain.rule_terms import Subject
from domain.rule_text import duration_text
from domain.rules import Rule, RuleOrigin
from refresher.alerts.never_fired import doubt_about
from refresher.configuration.alert_shape import RuleShape
from refresher.configuration.problems import unknown_names
from refresher.edits.fields import FieldRefused, flag_in, text_in

MOST_RULES = 500
MOST_WATCHED = 500
_LONGEST_MUTE = 60 * 24 * 366


def apply_rule(writer: Engine, edit: Edit) -> Verdict:
    """Write, change or remove a rule: {name, remove: true}, or the fields of [[rules]]. Fields left out stay."""
    payload = edit.payload
    with writer.connect() as connection:
        rules = {rule.name: rule for rule in read_rules(connection) if rule.owner == edit.filed_by}
    before = rules.get(str(payload.get("name")))
    if before is not None and before.origin is RuleOrigin.CONFIGURATION:
        return refused(f"The rule {before.name} stands in the configuration file. Change it there.")
    if flag_in(payload, "remove"):
        return _removed(writer, before)
    if before is None and len(rules) >= MOST_RULES:
        return refused(f"There are {MOST_RULES} rules already. Remove one first.")
    try:
        fields = {name: value for name, value in payload.items() if name != "remove"}
        shape = RuleShape.model_validate({**_fields_of(before), **fields})
    except ValidationError as error:
        return refused("; ".join(_problem(detail) for detail in error.errors(include_url=False)) + ".")
    definition = shape.definition()
    with writer.connect() as connection:
        problems = _unknown_names(connection, edit.filed_by, shape, before)
        if problems:
            return refused("; ".join(problems) + ".")
        warning = doubt_about(connection, definition, datetime.now(UTC))
    origin = RuleOrigin.APP if before is None else before.origin
    write_rule(writer, edit.filed_by, definition, origin, edit.filed_by, warning)
    verb = "written" if before is None else "changed"
    return applied(f"The rule {definition.name} is {verb}." + (f" Note: {warning}." if warning else ""))


def apply_watch(writer: Engine, edit: Edit) -> Verdict:
    """Watch a market or not: {venue, symbol, remove}."""
    venue, symbol = text_in(edit.payload, "venue"), text_in(edit.payload, "symbol")
    if flag_in(edit.payload, "remove"):
        if delete_watched_market(writer, edit.filed_by, venue, symbol):
            return applied(f"{symbol:.60} is watched no longer.")
        return refused(f"{symbol[:60]!r} is not watched, or stands in the configuration file.")
    with writer.connect() as connection:
        if not _is_known(connection, venue, symbol):
            return refused(f"{symbol[:60]!r} is no market that was priced at {venue[:60]!r}.")
        watched = [market for market in read_watched_markets(connection) if market.owner == edit.filed_by]
    if len(watched) >= MOST_WATCHED:
        return refused(f"{MOST_WATCHED} markets are watched already. Remove one first.")
    write_watched_market(writer, edit.filed_by, venue, symbol)
    return applied(f"{symbol} is watched. Its candles follow within minutes.")


def apply_mute(writer: Engine, edit: Edit) -> Verdict:
    """Hold messages for a while: {scope, target, minutes}, of one alert {subject} too. Zero minutes end a mute."""
    scope, target = text_in(edit.payload, "scope"), text_in(edit.payload, "target")
    minutes = edit.payload.get("minutes")
    if scope not in set(MuteScope):
        return refused(f"scope {scope!r:.40} is unknown: {', '.join(MuteScope)}.")
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 0 <= minutes <= _LONGEST_MUTE:
        return refused(f"minutes {minutes!r:.40} is no whole number from 0 to {_LONGEST_MUTE}.")
    subject = _subject_in(edit.payload) if scope == MuteScope.ALERT else None
    now = datetime.now(UTC)
    until = now + timedelta(minutes=minutes)
    write_mute(writer, edit.filed_by, MuteScope(scope), target, until, edit.filed_by, subject)
    label = f"{scope} {muted_name(target, subject)}"
    if not minutes:
        return applied(f"The {label} is muted no longer.")
    return applied(f"The {label} is muted until {moment_text(until, now)}.")


def _subject_in(payload: Mapping[str, Any]) -> SubjectKey:
    """The subject of an alert: {kind, place, name}. The name of an account is its place."""
    subject = payload.get("subject")
    if not isinstance(subject, Mapping) or subject.get("kind") not in list(Subject):
        raise FieldRefused(f"subject {subject!r:.60} is no subject of an alert: give kind, place and name.")
    name = "" if subject.get("name") == "" else text_in(subject, "name")
    return SubjectKey(Subject(subject["kind"]), text_in(subject, "place"), name)


def apply_acknowledge(writer: Engine, edit: Edit) -> Verdict:
    """Note that a firing alert was seen: {alert}. It sends no reminders then."""
    alert_id = edit.payload.get("alert")
    if isinstance(alert_id, bool) or not isinstance(alert_id, int):
        return refused("alert is missing: name the id of an alert.")
    with writer.connect() as connection:
        alert = read_alert(connection, alert_id)
    if alert is None or alert.owner != edit.filed_by:
        return refused(f"{alert_id} is no alert of yours.")
    if not acknowledge(writer, alert_id, edit.filed_by):
        return refused("The alert fires no longer, or was acknowledged already.")
    return applied(f"{alert.rule}, {alert.subject.label}: acknowledged. It sends no reminders until it fires again.")


def apply_test(writer: Engine, edit: Edit) -> Verdict:
    """Send a test message: {channel}."""
    name = text_in(edit.payload, "channel")
    with writer.connect() as connection:
        channel = next((channel for channel in read_channels(connection) if channel.name == name), None)
    if channel is None or channel.owner != edit.filed_by:
        return refused(f"{name[:60]!r} is no channel of yours.")
    body = f"This is a test of the channel {name}. Alerts will arrive here."
    write_notice(writer, channel, "test", "Stillframe", body, datetime.now(UTC))
    return applied(f"A test message to {name} is on its way. Deliveries on Alerts show how it went.")


def _removed(writer: Engine, rule: Rule | None) -> Verdict:
    if rule is None:
        return refused("There is no such rule of yours.")
    if rule.origin is RuleOrigin.BUILT_IN:
        return refused(f"{rule.name} is built in. Switch it off instead.")
    end_rule(writer, rule.id)
    return applied(f"The rule {rule.name} is removed. Its alerts stay in the history.")


def _unknown_names(connection: Connection, owner: str | None, shape: RuleShape, before: Rule | None) -> Sequence[str]:
    """The channels and accounts that keep a rule from telling anybody.

    Names that the rule had before may be gone meanwhile, as long as it is off or another name is there.
    """
    accounts = [account for account in read_accounts(connection) if account.is_configured]
    if owner is not None:
        visible = read_visible_accounts(connection).get(owner, frozenset())
        accounts = [account for account in accounts if account.id in visible]
    channels = [channel for channel in read_channels(connection) if channel.owner == owner]
    names = {field: {row.name for row in rows} for field, rows in (("channels", channels), ("accounts", accounts))}
    old = {} if before is None else before.definition.as_json()
    return [
        f"{field}: {name!r}: {problem}"
        for field, name, problem in unknown_names(shape, names)
        if name not in old.get(field, ()) or (shape.enabled and not names[field].intersection(getattr(shape, field)))
    ]


def _fields_of(rule: Rule | None) -> dict[str, Any]:
    """The fields of a rule as a viewer writes them."""
    if rule is None:
        return {}
    fields = rule.definition.as_json()
    for name in ("for", "keep_for"):
        span = timedelta(seconds=fields[name])
        fields[name] = duration_text(span) if span else "0m"
    return fields


def _problem(detail: Any) -> str:
    field = ".".join(str(name) for name in detail["loc"])
    return f"{field}: {detail['msg'][:300]}" if field else str(detail["msg"])[:300]


def _is_known(connection: Connection, venue: str, symbol: str) -> bool:
    market = (venue, symbol)
    return market in read_known_symbols(connection, [venue]) or market in read_candle_symbols(connection, [venue])


WITHOUT_ACCOUNT: Mapping[EditKind, Callable[[Engine, Edit], Verdict]] = {
    EditKind.RULE: apply_rule,
    EditKind.WATCH: apply_watch,
    EditKind.MUTE: apply_mute,
    EditKind.ACKNOWLEDGE: apply_acknowledge,
    EditKind.TEST_CHANNEL: apply_test,
}
