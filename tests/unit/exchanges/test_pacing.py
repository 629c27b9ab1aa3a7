"""Pacing: a call that is limited by itself waits for its turn, every other goes at once (Lesson 24)."""

from refresher.exchanges.calls import CALLS
from refresher.exchanges.pacing import Paces

CALL = CALLS["cryptocom"]


def test_calls_of_one_kind_keep_their_distance_and_hold_up_no_other() -> None:
    now = [100.0]
    pauses: list[float] = []
    paces = Paces(lambda: now[0], pauses.append)
    for path in ("private/get-trades", "private/get-order-history", "private/get-open-orders"):
        paces.wait(CALL[path])
    assert pauses == []
    paces.wait(CALL["private/get-trades"])
    paces.wait(CALL["private/get-trades"])
    assert [round(pause, 2) for pause in pauses] == [1.05, 2.1]
    now[0] += 60
    paces.wait(CALL["private/get-trades"])
    assert len(pauses) == 2
