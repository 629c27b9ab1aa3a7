"""Why not: the tree of a rule at the moment shown, the state of its alert, and what stands in the way of a message."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from html import escape

from analysis.live import tree_as_json
from analysis.past_trial import explained_at
from analysis.rules.explanation import Explained
from analysis.rules.parsed import parsed_rule
from db.reads.rule_past import RulePast
from domain.alert_states import AlertState, State
from domain.alerts import Alert, Delivery, DeliveryState, Mute, MuteScope, SubjectKey
from domain.condition_words import Telling, sentences_of, standing_of
from domain.delivery import about, is_about
from domain.rule_tree import Outcome
from domain.rules import Rule, RuleDefinition
from pages.alerts.subjects import WHY_ABOUT, choose_subject, subjects_of
from pages.alerts.trial import past_rule
from pages.alerts.view import reason_text, span_text
from pages.alerts.words import hides_values
from pages.components.sheet.sheet import draw_html
from pages.shared.alerts import end_of_second, load_alerts, load_channels, load_deliveries, load_mutes, load_rules
from pages.shared.caches import cache_data
from pages.shared.failures import load_or
from pages.shared.formats import moment_text
from pages.shared.loaders import ask
from pages.shared.scene import Scene
from pages.shared.widgets import show_empty

_NEWEST = 200
Why = tuple[Explained, tuple[Explained, ...]]


class Joint(Enum):
    """How the parts of a condition are joined."""

    ALL = "all"
    ANY = "any"
    NOT = "not"


_HEADS = {
    Joint.ALL: {
        Outcome.YES: "All of these hold",
        Outcome.NO: "Not all of these hold",
        Outcome.UNKNOWN: "It is not known whether all of these hold",
    },
    Joint.ANY: {
        Outcome.YES: "At least one of these holds",
        Outcome.NO: "None of these holds",
        Outcome.UNKNOWN: "It is not known whether one of these holds",
    },
    Joint.NOT: {
        Outcome.YES: "This must not hold, and does not",
        Outcome.NO: "This must not hold, but does",
        Outcome.UNKNOWN: "This must not hold, and is not known",
    },
}


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
    telling = Telling(hides_values(subject, scene.view), None if account is None else account.base_currency)
    draw_html(f'<div class="sf-tree">{tree_html(tree, telling)}</div>')
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


def tree_html(tree: Explained, telling: Telling, depth: int = 0, *, is_hoped: bool = True) -> str:
    """The tree as sentences, each with its mark. The text of the rule stands small beside each comparison.

    With `is_hoped` the rule needs the condition, else it needs that the condition does not hold.
    """
    indent = f'<div style="padding-left:{depth * 1.2}rem">'
    mark = _mark(tree.outcome, is_hoped=is_hoped)
    if not tree.parts:
        sentence = standing_of(tree_as_json(tree), telling, is_hoped=is_hoped)
        return f'{indent}{mark} {escape(sentence)} <span class="sf-note">{escape(tree.text)}</span></div>'
    joint = _joint(tree)
    head = f"<b>{mark} {escape(_HEADS[joint][tree.outcome])}</b>"
    hoped = is_hoped is not (joint is Joint.NOT)
    return f"{indent}{head}</div>" + "".join(
        tree_html(child, telling, depth + 1, is_hoped=hoped) for child in tree.parts
    )


def _mark(outcome: Outcome, *, is_hoped: bool) -> str:
    """The mark of a condition by what it does to the rule: under `not` it helps by not holding."""
    if outcome is Outcome.UNKNOWN:
        return "?"
    return "✓" if (outcome is Outcome.YES) is is_hoped else "✗"


def _joint(tree: Explained) -> Joint:
    if len(tree.parts) == 1:
        return Joint.NOT
    return Joint.ANY if " or ".join(child.text for child in tree.parts) == tree.text else Joint.ALL


def obstacle_text(obstacles: Sequence[Explained]) -> str:
    """The comparisons in the way, the nearest first, without their values."""
    if not obstacles:
        return "The rule holds at this moment."
    return "In the way, the nearest first: " + " · ".join(map(_obstacle, obstacles))


def _obstacle(leaf: Explained) -> str:
    """A comparison in the way. One that holds is in the way under `not` alone, and says so."""
    (sentence,) = sentences_of({"text": leaf.text, "outcome": leaf.outcome.name.lower()})
    return f"{sentence} (must not hold)" if leaf.outcome is Outcome.YES else sentence


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
