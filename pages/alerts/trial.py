"""Trial: how often a rule would have fired over a span of the past, for how long, and how the price moved after."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import streamlit as st
from sqlalchemy import Connection

from analysis.backtest import Firing, Move, Trial
from analysis.past_trial import PastRule, messages_of, trial_of
from analysis.rules.parsed import parsed_rule
from db.reads.accounts import read_accounts
from domain.alerts import SubjectKey, subject_from
from domain.rules import RuleDefinition, Severity, definition_from
from domain.snapshot import Account
from domain.timeframes import opened_before
from pages.alerts.asked_past import AskedPast
from pages.alerts.subjects import TRIED_ON, chosen_subject, subjects_of
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, options_of
from pages.components.controls.model import payload_of as payload_of_controls
from pages.components.table.model import Place, Table, TableColumn, TableRows, payload_of
from pages.components.table.table import draw_table
from pages.shared.formats import UNKNOWN, moment_text, percent_text
from pages.shared.scene import Scene
from pages.shared.session_controls import into_session, session_choice
from pages.shared.view import View
from pages.shared.viewer import sight
from pages.shared.widgets import draw_note, show_empty, show_kpis
from pages.shared.widgets_html import Kpi

SPANS = {"7 days": 7, "30 days": 30, "90 days": 90, "1 year": 365}
MOST_SUBJECTS = 50
_ALL = "All of them"
# The trial that the viewer asked for, and the newest result with its trial.
_WANTED, _RESULT = "trial_wanted", "trial_result"
_SPAN, _USUAL_SPAN, _GO = "trial_span", "90 days", "trial_go"
Chosen = tuple[SubjectKey, Account | None]
# The defaults of wait_seconds, per_hour and info_hours in [alerts], which pages do not read.
_WAIT, _PER_HOUR, _INFO_EVERY = timedelta(seconds=15), 20, timedelta(hours=6)


def show_trial(scene: Scene, definition: RuleDefinition) -> None:
    """The choices, and the result once the viewer asks for it. Raises DatabaseUnavailable."""
    kind = parsed_rule(definition.text, definition.resolves).kind
    subjects = {subject.label: (subject, account) for subject, account in subjects_of(scene, kind, definition).items()}
    if not subjects:
        show_empty("Nothing to try it on", scene.at, scene.view, f"The rule is about {', '.join(definition.subjects)}.")
        return
    choices = [*subjects, _ALL] if len(subjects) > 1 else list(subjects)
    label = chosen_subject(choices, [subject for subject, _ in subjects.values()], TRIED_ON)
    span = session_choice(_SPAN, SPANS, _USUAL_SPAN)
    chosen = subjects if label == _ALL else {label: subjects[label]}
    chosen = dict(list(chosen.items())[:MOST_SUBJECTS])
    wish = _wish(scene, definition, chosen.values(), SPANS[span])
    _show_choices(choices, label, span, wish)
    if st.session_state.get(_WANTED) != wish:
        draw_note("Nothing was tried yet. A rule about an account reads up to 500 refreshes, which takes some seconds.")
        return
    trials = _trials_of(wish, scene, definition, chosen, SPANS[span])
    _show_result(trials, definition, scene, span)


def _show_choices(choices: Sequence[str], label: str, span: str, wish: str) -> None:
    """Draw what is tried over which span, and the button that begins the trial."""
    controls = [
        Control(TRIED_ON, "Try it on", Kind.SELECT, options_of(choices), [label]),
        Control(_SPAN, "Over", Kind.SELECT, options_of(SPANS), [span]),
        Control(_GO, "Trial", Kind.ACTIONS, [(_GO, "Try it")], is_label_shown=False),
    ]
    draw_controls(
        payload_of_controls(controls), "trial_form", into_session([TRIED_ON, _SPAN], {_GO: lambda _: _want(wish)})
    )


def _show_result(trials: Mapping[str, Trial], definition: RuleDefinition, scene: Scene, span: str) -> None:
    show_kpis(trial_kpis(list(trials.values()), definition))
    firings = [(label, firing) for label, trial in trials.items() for firing in trial.firings]
    if firings:
        draw_table(payload_of(firings_table(firings, scene.view, scene.at)), "trial_firings")
    else:
        hint = "A rule that never fires may ask for too much. The comparison below held it back most often."
        show_empty(f"It would not have fired once in {span}", scene.at, scene.view, hint)
    draw_note(held_back_text(list(trials.values())))


def _wish(scene: Scene, definition: RuleDefinition, chosen: Iterable[Chosen], days: int) -> str:
    """Identifies a trial: what is evaluated, over which span, and what its viewer may see."""
    key = definition.as_json() | {"name": "", "severity": "info", "channels": [], "subjects": []}
    subjects = [(str(subject), None if account is None else account.id) for subject, account in chosen]
    return repr((key, subjects, days, scene.view.as_of, sight()))


def _want(wish: str) -> None:
    st.session_state[_WANTED] = wish
    st.session_state.pop(_RESULT, None)


def _trials_of(
    wish: str, scene: Scene, definition: RuleDefinition, chosen: Mapping[str, Chosen], days: int
) -> Mapping[str, Trial]:
    """The trials that the viewer asked for, kept in the session. A run that ends early leaves the wish for the next."""
    kept: tuple[str, Mapping[str, Trial]] | None = st.session_state.get(_RESULT)
    if kept is not None and kept[0] == wish:
        return kept[1]
    bar = st.progress(0.0)
    try:
        trials = _tried(scene, definition, chosen, days, bar.progress)
    except Exception:
        st.session_state.pop(_WANTED, None)
        raise
    bar.empty()
    st.session_state[_RESULT] = (wish, trials)
    return trials


def _tried(
    scene: Scene,
    definition: RuleDefinition,
    chosen: Mapping[str, Chosen],
    days: int,
    show_progress: Callable[[float, str], object],
) -> Mapping[str, Trial]:
    until, done, trials = opened_before(scene.at, "15m"), 0, dict[str, Trial]()

    def progress(share: float) -> None:
        words = f"{done + 1} of {len(chosen)}" if len(chosen) > 1 else "Reading the past"
        show_progress(min(1.0, (done + share) / len(chosen)), words)

    past = AskedPast(progress)
    for label, (subject, account) in chosen.items():
        trials[label] = trial_of(past, PastRule(definition, subject, until - timedelta(days=days), until, account))
        done += 1
        if done < len(chosen):
            progress(0.0)
    return trials


def past_rule(
    connection: Connection,
    rule: Mapping[str, object],
    subject: str,
    account_id: int | None,
    since: datetime,
    until: datetime,
) -> PastRule:
    """A rule over a span, from the parts that a cache can compare."""
    account = next((account for account in read_accounts(connection) if account.id == account_id), None)
    return PastRule(definition_from(rule), subject_from(subject), since, until, account)


def trial_kpis(trials: Sequence[Trial], definition: RuleDefinition) -> list[Kpi]:
    """Counts, the time that it fired, and the mean moves of the price after."""
    firings = [firing for trial in trials for firing in trial.firings]
    moments, unknown = sum(trial.moments for trial in trials), sum(trial.unknown for trial in trials)
    lasted = sum((f.ended_at - f.fired_at for f in firings if f.ended_at is not None), timedelta(0))
    share = percent_text(unknown / moments, decimals=0) if moments else UNKNOWN
    return [
        Kpi("Would have fired", _times(len(firings)), f"at {moments:,} moments · {_messages(firings, definition)}"),
        Kpi("Unknown", share, "of the moments had no data", "An indicator below its warm-up, or no candle"),
        Kpi("Fired for", _lasted_text(lasted), "all together, without those that still fire"),
        *(_move_kpi(firings, number, words) for number, words in enumerate(("1 h", "4 h", "24 h"))),
    ]


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count:,} times")


def _messages(firings: Sequence[Firing], definition: RuleDefinition) -> str:
    """The messages that would have gone out, those that an alert ended among them, unless its end is no news."""
    tells_of_ends = not parsed_rule(definition.text, definition.resolves).ends_by_itself
    ends = [firing.ended_at for firing in firings if tells_of_ends and firing.ended_at is not None]
    info_every = _INFO_EVERY if definition.severity is Severity.INFO else timedelta(0)
    count = messages_of([*(firing.fired_at for firing in firings), *ends], _WAIT, _PER_HOUR, info_every)
    return f"{count:,} message{'' if count == 1 else 's'}"


def _move_kpi(firings: Sequence[Firing], number: int, words: str) -> Kpi:
    moves = [firing.moves[number] for firing in firings if len(firing.moves) > number]
    changes = [move.change for move in moves if move.change is not None]
    label = f"Price {words} after"
    if not changes:
        return Kpi(label, UNKNOWN, "no firing, or no price that long after")
    best = max(move.best for move in moves if move.best is not None)
    worst = min(move.worst for move in moves if move.worst is not None)
    note = f"best {_signed(best)} · worst {_signed(worst)}"
    return Kpi(label, _signed(sum(changes) / len(changes)), f"mean · {note}")


def _signed(value: float) -> str:
    return percent_text(value, signed=True, decimals=2)


def _lasted_text(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"


def firings_table(firings: Sequence[tuple[str, Firing]], view: View, at: datetime) -> Table:
    """Each firing, newest first, with its length and the moves after it."""
    rows = sorted(firings, key=lambda row: row[1].fired_at, reverse=True)
    moves = [
        _moves_column(f"move_{number}", f"{words} after", [row[1].moves for row in rows], number, position)
        for number, (words, position) in enumerate((("1 h", Place.NONE), ("4 h", Place.NONE), ("24 h", Place.LEAD)))
    ]
    ends = ["still fires" if f.ended_at is None else _lasted_text(f.ended_at - f.fired_at) for _, f in rows]
    fired = [moment_text(firing.fired_at, view.zone, at) for _, firing in rows]
    columns = [
        TableColumn("fired", "Fired", fired, is_number=False, place=Place.TITLE),
        TableColumn("about", "About", [label for label, _ in rows], is_number=False, place=Place.NOTE),
        TableColumn("lasted", "For", ends, is_number=False, place=Place.FIGURE),
        *moves,
    ]
    return Table("trial", "Firings of the trial", columns, TableRows([str(number) for number in range(len(rows))]))


def _moves_column(key: str, label: str, moves: Sequence[Sequence[Move]], number: int, place: Place) -> TableColumn:
    cells = [of_firing[number] if len(of_firing) > number else None for of_firing in moves]
    changes = [None if move is None else move.change for move in cells]
    return TableColumn(
        key,
        label,
        [UNKNOWN if change is None else _signed(change) for change in changes],
        sort=changes,
        hints=[_move_hint(move) for move in cells],
        place=place,
    )


def _move_hint(move: Move | None) -> str:
    if move is None or move.best is None or move.worst is None:
        return "No price that long after is stored"
    return f"best {_signed(move.best)}, worst {_signed(move.worst)}"


def held_back_text(trials: Sequence[Trial]) -> str:
    """The comparisons that alone held the rule back, the most frequent first."""
    counts: dict[str, int] = {}
    for trial in trials:
        for text, count in trial.held_back:
            counts[text] = counts.get(text, 0) + count
    if not counts:
        return "No comparison alone held it back."
    ranked = sorted(counts.items(), key=lambda item: -item[1])[:5]
    return "Alone held it back: " + " · ".join(f"{text} ({_times(count)})" for text, count in ranked)
