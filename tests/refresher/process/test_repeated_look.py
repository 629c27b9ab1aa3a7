"""A repeated look goes on after every failure, and logs each kind of failure once."""

import threading

from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from db.stopping import Stop
from refresher.process.repeated_look import RepeatedLook
from tests.refresher.refresher_process import until

AWAY = OperationalError("SELECT 1", {}, Exception("connection refused"))


def test_each_kind_of_failure_is_logged_once_until_a_look_succeeds() -> None:
    outcomes: list[Exception | None] = [ValueError("a"), ValueError("a"), AWAY, ValueError("a"), None, ValueError("a")]

    def look() -> None:
        if (error := outcomes.pop(0)) is not None:
            raise error

    looks = RepeatedLook("any", look, "it cannot be read", Stop())
    with capture_logs() as lines:
        while outcomes:
            looks.once()
    assert [(line["event"], line["error"]) for line in lines] == [("it cannot be read", "ValueError: a")] * 2


def test_looks_go_on_after_a_failure_and_end_with_the_process() -> None:
    stop, looked, name = Stop(), threading.Event(), "look of this test"

    def look() -> None:
        looked.set()
        raise ValueError("it goes on")

    RepeatedLook(name, look, "it cannot be read", stop, every=0.001, at_once=True).start()
    for _ in range(2):
        assert looked.wait(60)
        looked.clear()
    stop.request()
    until(lambda: name not in {thread.name for thread in threading.enumerate()})
