"""Why not: the tree of a rule at the moment shown, the state of its alert, and what stands in the way of a message."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape

from analysis.past_trial import explained_at
from analysis.rules.explanation import Explained
from analysis.rules.parsed import parsed_rule
from db.reads.rule_past import RulePast
from domain.alert_states import AlertState, State
from domain.alerts import Alert, Delivery, DeliveryState, Mute, MuteScope, SubjectKey
from domain.delivery import about, is_about
from domain.rule_tree import Outcome
from domain.rules import Rule, RuleDefinition
from pages.alerts.subjects import WHY_ABOUT, choose_subject, subjects_of
from pages.alerts.trial import past_rule
from pages.alerts.view import reason_text, side_text, span_text
from pages.alerts.words import hides_values
from pages.components.sheet.sheet import draw_html
from pages.shared.alerts import end_of_second, load_alerts, load_channels, load_deliveries, load_mutes, load_rules
from pages.shared.caches import cache_data
from pages.shared.failures import load_or
from pages.shared.formats import masked, moment_text, percent_text
from pages.shared.loaders import ask
from pages.shared.scene import Scene
from pages.shared.widgets import show_empty

_MARKS = {Outcome.YES: "✓", Outcome.NO: "✗", Outcome.UNKNOWN: "?"}
_WORDS = {Outcome.YES: "holds", Outcome.NO: "does not hold", Outcome.UNKNOWN: "unknown"}
_NEWEST = 200
Why = tuple[Explained, tuple[Explained, ...]]


def show_why(scene: Scene, definition: RuleDefinition) -> None:
    """The choice of a subject and the answer. Raises DatabaseUnavailable."""
    kind = parsed_rule(definition.text, definition.resolves).kind
    subjects = {subject.label: (subject, account) for subject, account in subjects_of(scene, kind, definition).items()}
    if not subjects:
        show_empty("No such thing at this moment", scene.at, scene.view)
        return
    label = choose_subject("About", list(subjects), [subject for subject, _ in subjects.values()], WHY_ABOUT)
    subject, account = subjects[label]
    id_ = None if account is None else account.id
    tree, obstacles = _why(definition.as_json(), str(subject), id_, _moment(scene))
    draw_html(f'<div class="sf-tree">{tree_html(tree, hidden=hides_values(subject, scene.view))}</div>')
    lines = [obstacle_text(obstacles), *message_lines(scene, definition, subject)]
    draw_html("".join(f'<div class="sf-note">{escape(line)}</div>' for line in lines if line))


def _moment(scene: Scene) -> datetime:
    """The moment shown. Now is the newest refresh, or the beginning of this minute if that is later."""
    if not scene.is_now:
        return scene.at
    minute = scene.at.replace(second=0, microsecond=0)
    return minute if scene.taken_at is None else max(minute, scene.taken_at)


@cache_data(max_entries=200, ttl=60)
def _why(rule: Mapping[str, object], subject: str, account_id: int | None, at: datetime) -> Why:
    return ask(
        lambda connection: explained_at(RulePast(connection), past_rule(connection, rule, subject, account_id, at, at))
    )


def tree_html(tree: Explained, depth: int = 0, *, hidden: bool = False) -> str:
    """The tree as lines, each with its outcome and values."""
    line = f"{_MARKS[tree.outcome]} {tree.text}" if not tree.parts else f"{_MARKS[tree.outcome]} {_joint(tree)}"
    note = _values(tree, hidden)
    personal = (
        f'<div style="padding-left:{depth * 1.2}rem"><b>{escape(line)}</b> '
        f'<span class="sf-note">{escape(_WORDS[tree.outcome])}{escape(note)}</span></div>'
    )
    return personal + "".join(tree_html(child, depth + 1, hidden=hidden) for child in tree.parts)


def _joint(tree: Explained) -> str:
    """The word that joins the parts of a condition."""
    if len(tree.parts) == 1:
        return "not"
    return "any of" if " or ".join(child.text for child in tree.parts) == tree.text else "all of"


def _values(tree: Explained, hidden: bool) -> str:
    parts = []
    if tree.left is not None:
        parts.append(f"left {masked(side_text(tree.left, tree.unit), hidden)}")
    if tree.right is not None:
        parts.append(f"right {masked(side_text(tree.right, tree.unit), hidden)}")
    if tree.relative is not None:
        parts.append(f"{percent_text(tree.relative, signed=True, decimals=2)} apart")
    return "".join(f", {note}" for note in (*parts, *tree.reasons))


def obstacle_text(obstacles: Sequence[Explained]) -> str:
    """The comparisons in the way, the nearest first."""
    if not obstacles:
        return "The rule holds at this moment."
    return "In the way, the nearest first: " + " · ".join(leaf.text for leaf in obstacles)


def message_lines(scene: Scene, definition: RuleDefinition, subject: SubjectKey) -> Iterable[str]:
    """The position of the alert, and what stands in the way of a message about it."""
    at = end_of_second(scene.at)
    rule = next((rule for rule in load_or((), load_rules) if rule.name == definition.name), None)
    if rule is None:
        yield "The rule is not saved, so nothing evaluates it."
        return
    if scene.is_now:
        alerts = load_or((), load_alerts)
        alert = next((a for a in alerts if a.rule_id == rule.id and a.subject == subject), None)
        yield state_line(alert, definition.timing.for_, scene)
    yield from obstacle_lines(rule, subject, load_or((), lambda: load_mutes(at)), scene)
    label = f"{rule.name}: {subject.label}"
    messages = [m for m in load_or((), lambda: load_deliveries(at, _NEWEST)) if m.subject == label]
    yield from (_message_line(message, scene) for message in messages[:3])


def state_line(alert: Alert | None, holds_for: timedelta, scene: Scene) -> str:
    """The position of the state machine."""
    state = AlertState() if alert is None else alert.state
    since = "" if state.since is None else f" since {moment_text(state.since, scene.view.zone, scene.at)}"
    if state.state is State.PENDING:
        return f"The alert is pending{since}: it has to hold for {span_text(holds_for)}."
    return f"The alert is {state.state.value}{since}."


def obstacle_lines(rule: Rule, subject: SubjectKey, mutes: Iterable[Mute], scene: Scene) -> Iterable[str]:
    """Reasons that hold back every message of a rule."""
    if not rule.definition.is_enabled:
        yield "The rule is switched off."
    if scene.is_now and rule.is_put_off(scene.at):
        yield f"The rule failed and rests until its next attempt: {rule.error}"
    for mute in mutes:
        if is_about(mute, about(rule.name, subject)) or mute.scope is MuteScope.CHANNEL:
            until = moment_text(mute.until, scene.view.zone, scene.at)
            yield f"The {mute.label} is muted until {until}."
    if not scene.is_now:
        return
    channels = load_or((), load_channels)
    if not channels:
        yield "No channel is configured, so no message is sent."
    for channel in channels:
        if not rule.definition.severity.reaches(channel.least_severity):
            lower, severity = channel.least_severity.value, rule.definition.severity.value
            yield f"{channel.name} takes {lower} and above, and this rule is {severity}."
        if channel.failing_since is not None:
            yield f"{channel.name} fails: {channel.error}"


def _message_line(message: Delivery, scene: Scene) -> str:
    when = moment_text(message.sent_at or message.created_at, scene.view.zone, scene.at)
    reason = f": {reason_text(message, scene.view)}" if message.reason else ""
    words = "was sent" if message.state is DeliveryState.SENT else f"is {message.state.value}"
    return f"The message to {message.channel} {words}, {when}{reason}"
