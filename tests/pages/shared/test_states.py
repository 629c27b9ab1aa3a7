"""The state of a page in words: never an age or "not seen yet" for sources that did answer."""

import pytest

from domain.freshness import Freshness
from pages.shared.states import state_label

FRESH, LATE, STALE, NEVER, FAILING = Freshness


@pytest.mark.parametrize(
    ("states", "label"),
    [
        ([FRESH, FRESH], "Fresh"),
        ([NEVER, NEVER], "Not seen yet"),
        ([], "Not seen yet"),
        ([FRESH] * 14 + [NEVER] * 2, "2 of 16 not seen"),
        ([FRESH, LATE, NEVER], "Late, 1 not seen"),
        ([STALE, LATE, NEVER], "Stale, 1 not seen"),
        ([FAILING, NEVER], "1 of 2 failing here"),
        ([FAILING, FAILING], "All sources failing"),
        ([FAILING], "Failing"),
    ],
)
def test_sources_that_were_never_seen_are_counted_beside_the_others(states: list[Freshness], label: str) -> None:
    assert state_label(states) == label
