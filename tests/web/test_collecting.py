"""Garbage and the warm-up wait for calm moments, but not for ever."""

from web.collecting import LATEST_SECONDS, SOONEST_SECONDS, Collector, wait_for_calm


def test_garbage_is_collected_at_a_calm_moment_or_at_the_latest_time() -> None:
    now, is_busy, collected = [0.0], [True], []
    collector = Collector(lambda: is_busy[0], lambda: now[0], lambda: collected.append(now[0]))
    assert not collector.look()
    now[0] = SOONEST_SECONDS + 1
    assert not collector.look(), "a page computes"
    is_busy[0] = False
    assert collector.look()
    assert not collector.look(), "too soon again"
    is_busy[0] = True
    now[0] += LATEST_SECONDS + 1
    assert collector.look(), "not put off for ever"
    assert collected == [SOONEST_SECONDS + 1, now[0]]


def test_the_warm_up_gives_way_to_a_session_that_runs_page_after_page() -> None:
    looks = iter([True, False, False, True, *[False] * 20])
    wait_for_calm(60, lambda: next(looks))
    assert len(list(looks)) == 15, "a short pause between two pages is not calm, five looks without a page are"


def test_the_warm_up_is_not_put_off_for_ever() -> None:
    now = iter(range(100))
    wait_for_calm(5, lambda: True, lambda: float(next(now)))
    assert next(now) == 6, "no look comes after the deadline"
