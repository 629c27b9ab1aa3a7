"""Breaks of housekeeping between its steps."""

from refresher.jobs.breaks import LONGEST, Breaks


def test_a_break_is_as_long_as_the_step_before_and_not_longer_than_a_quarter_of_a_second():
    """A break is no step of its own: after the second step the clock has moved by the step alone."""
    now, waited = [0.0], []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    breaks = Breaks(lambda: now[0], wait)
    for step in (0.125, 0.0625, 8.0):
        now[0] += step
        breaks.take()
    assert waited == [0.125, 0.0625, LONGEST]
