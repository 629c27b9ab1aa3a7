"""The cause of a correction: late events first, else the kinds of facts whose fingerprints differ."""

from collections.abc import Mapping

import pytest

from domain.period_close import INHERITED, OTHERWISE, PeriodFigures, cause_of

WAS = {"fees": "1", "transfers": "1", "values": "1", "costs": "1", "method": "average"}


def figures(evidence: Mapping[str, str], fills: int = 1) -> PeriodFigures:
    return PeriodFigures({}, fills, 0, evidence=evidence)


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"values": "2"}, "a price of then"),
        ({"fees": "2", "values": "2"}, "a completed fee"),
        ({"transfers": "2", "values": "2"}, "a changed transfer"),
        ({"costs": "2"}, "a stated cost"),
        ({"method": "fifo"}, "another cost method"),
        ({"values": "2", "costs": "2"}, "a price of then, a stated cost"),
        ({}, INHERITED),
    ],
)
def test_a_cause_names_the_kinds_of_facts_that_changed(changed: Mapping[str, str], cause: str) -> None:
    assert cause_of(figures(WAS), figures({**WAS, **changed})) == cause


def test_late_events_are_the_cause_whatever_else_changed() -> None:
    assert cause_of(figures(WAS), figures(WAS | {"values": "2"}, fills=3)) == "2 late fills"


def test_figures_without_evidence_leave_the_cause_open_and_keep_it_in_json() -> None:
    assert cause_of(figures({}), figures(WAS)) == OTHERWISE
    assert PeriodFigures.from_json(figures(WAS).as_json()).evidence == WAS
    without = {name: value for name, value in figures(WAS).as_json().items() if name != "evidence"}
    assert PeriodFigures.from_json(without).evidence == {}
