"""Pacing: a call that is limited by itself waits for its turn, every other goes at once (Lesson 24)."""

import pytest

from exchanges.connection.errors import OutOfTurn
from exchanges.connection.pacing import Paces, Turns
from exchanges.venues.registry import venue_of

CALL = venue_of("cryptocom").rules.calls


def test_calls_of_one_kind_keep_their_distance_and_hold_up_no_other() -> None:
    now = [100.0]
    pauses: list[float] = []
    paces = Paces(lambda: now[0], pauses.append)
    for path in ("private/get-trades", "private/get-order-history", "private/get-open-orders"):
        paces.wait(CALL[path], 5.0)
    assert pauses == []
    paces.wait(CALL["private/get-trades"], 5.0)
    paces.wait(CALL["private/get-trades"], 5.0)
    assert [round(pause, 2) for pause in pauses] == [1.05, 2.1]
    now[0] += 60
    paces.wait(CALL["private/get-trades"], 5.0)
    assert len(pauses) == 2


def test_who_cannot_come_in_time_fails_at_once_and_takes_no_turn() -> None:
    """Lessons 22 and 24."""
    pauses: list[float] = []
    turns = Turns(lambda: 0.0, pauses.append)
    turns.wait(2.0, patience=1.0)  # the first comes at once, whatever it costs
    with pytest.raises(OutOfTurn):
        turns.wait(2.0, patience=1.0)
    turns.wait(2.0, patience=3.0)
    turns.wait(0.5, patience=3.0)
    assert pauses == [2.0, 2.5]
