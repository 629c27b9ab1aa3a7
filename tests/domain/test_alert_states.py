"""The states of an alert, step by step."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alert_states import AlertState, Event, Health, State, Timing, opposite, step
from domain.rule_tree import Outcome

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
YES, NO, UNKNOWN = Outcome.YES, Outcome.NO, Outcome.UNKNOWN
_LETTERS = {"y": YES, "n": NO, "?": UNKNOWN}


def history(outcomes: str, resolves: str | None = None, **timing: int) -> tuple[list[str], list[tuple[int, str]]]:
    """The states minute by minute, and the events with their minute. Letters: y(es), n(o), ?"""
    spans = Timing(MINUTE * timing.get("for_", 0), MINUTE * timing.get("keep_for", 0))
    state, states, events = AlertState(), [], []
    for minute, letter in enumerate(outcomes):
        holds = _LETTERS[letter]
        resolving = opposite(holds) if resolves is None else _LETTERS[resolves[minute]]
        result = step(state, holds, resolving, START + minute * MINUTE, spans)
        state = result.after
        states.append(state.state.value[0])
        if result.event is not None:
            events.append((minute, result.event.value))
    return states, events


@pytest.mark.parametrize(
    ("outcomes", "timing", "states", "events"),
    [
        ("nynn", {}, "nfnn", [(1, "fired"), (2, "resolved")]),
        ("nyyyn", {"for_": 2}, "nppfn", [(3, "fired"), (4, "resolved")]),
        ("nyynyyy", {"for_": 2}, "nppnppf", [(6, "fired")]),
        ("ynynnn", {"keep_for": 2}, "frfrrn", [(0, "fired"), (5, "resolved")]),
        ("y???y", {}, "fffff", [(0, "fired")]),
        ("y???n", {}, "ffffn", [(0, "fired"), (4, "resolved")]),
        ("y?????", {"for_": 2}, "pppppp", []),
        ("yn??n", {"keep_for": 3}, "frrrn", [(0, "fired"), (4, "resolved")]),
        ("????", {}, "nnnn", []),
    ],
)
def test_states_follow_the_outcomes(
    outcomes: str, timing: dict[str, Any], states: str, events: list[tuple[int, str]]
) -> None:
    assert history(outcomes, **timing) == (list(states), events)


def test_a_resolve_threshold_of_its_own_keeps_an_alert_between_the_two() -> None:
    """Fires below 30 and resolves above 40: at 35 neither holds."""
    assert history("ynnynn", "nnnnny") == (list("fffffn"), [(0, "fired"), (5, "resolved")])


def test_leaving_the_resolved_side_starts_its_time_again() -> None:
    assert history("ynnnnn", "nynyyy", keep_for=2) == (list("frfrrn"), [(0, "fired"), (5, "resolved")])


def test_no_data_is_marked_without_changing_the_state() -> None:
    firing = step(AlertState(), YES, NO, START, Timing()).after
    blind = step(firing, UNKNOWN, UNKNOWN, START + MINUTE, Timing()).after
    assert (blind.state, blind.health, blind.since) == (State.FIRING, Health.NO_DATA, START)
    assert step(blind, YES, NO, START + 2 * MINUTE, Timing()).after.health is Health.OK


@given(st.text("yn?", max_size=40), st.integers(0, 4), st.integers(0, 4))
def test_events_alternate_and_never_happen_without_data(outcomes: str, for_: int, keep_for: int) -> None:
    _, events = history(outcomes, for_=for_, keep_for=keep_for)
    expected = [Event.FIRED.value, Event.RESOLVED.value] * len(events)
    assert [event for _, event in events] == expected[: len(events)]
    for minute, event in events:
        assert outcomes[minute] == ("y" if event == Event.FIRED.value else "n")
