"""A sheet: its events reach their components, each once and in order."""

import json

from pages.components.sheet.model import Sheet


def test_a_message_that_overtakes_another_brings_its_events_along() -> None:
    """Streamlit keeps the newest message of an element alone, so a message repeats the events before it."""
    seen: list[str] = []
    sheet = Sheet()
    sheet.handlers["list"] = {"opened": seen.append}
    first, second, third = [1, "list", "opened", "a"], [2, "list", "opened", "b"], [3, "gone", "opened", "c"]
    sheet.happened(json.dumps([first, second]))
    sheet.happened(json.dumps([first, second, third]))
    assert seen == ["a", "b"]
    assert sheet.handled == 3


def test_events_that_were_handled_before_a_run_are_not_handled_again() -> None:
    seen: list[str] = []
    sheet = Sheet(handled=7)
    sheet.handlers["list"] = {"opened": seen.append}
    sheet.happened(json.dumps([[7, "list", "opened", "a"], [8, "list", "opened", "b"]]))
    assert seen == ["b"]
    assert json.loads(sheet.packed().partition(b"\n")[2]) == [8]
