"""The soak's verdict about growth."""

from tests.whole.soak import MOST_MEGABYTES, Reading, problems_of


def readings(megabytes: list[float], milliseconds: list[float]) -> list[Reading]:
    """Eleven readings: megabytes from the first to the last, and the cost of each page run of a tenth."""
    cpu, made = 0.0, [Reading(megabytes[0], 0, 0.0)]
    for number, (size, cost) in enumerate(zip(megabytes[1:], milliseconds, strict=True)):
        cpu += cost * 100 / 1000
        made.append(Reading(size, (number + 1) * 100, cpu))
    return made


def test_a_process_that_settles_has_no_problem() -> None:
    assert problems_of(readings([150, 180, 200, 205, 208, 210, 211, 212, 212, 213, 213], [40] * 10)) == []


def test_memory_that_grows_to_the_end_is_a_problem() -> None:
    (problem,) = problems_of(readings([124.0 + 16 * tenth for tenth in range(11)], [40] * 10))
    assert "memory still grows: 204 MB at half time, 284 MB at the end" in problem
    (problem,) = problems_of(readings([MOST_MEGABYTES + 1] * 11, [40] * 10))
    assert "are more than" in problem


def test_page_runs_that_cost_more_and_more_are_a_problem() -> None:
    """5 to 14 s of the processor a minute, as measured before."""
    (problem,) = problems_of(readings([200.0] * 11, [50 + 10 * tenth for tenth in range(10)]))
    assert "a page run costs" in problem
