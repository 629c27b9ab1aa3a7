"""Circuits: what fails again and again is asked gently."""

from collections.abc import Mapping
from itertools import pairwise

import pytest

from exchanges.connection.circuit import Circuits
from exchanges.connection.errors import (
    BadPayload,
    CircuitOpen,
    ExchangeError,
    ForbiddenCall,
    Permanent,
    RateLimited,
    Temporary,
)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuits(clock: Clock) -> Circuits:
    return Circuits(clock)


def ask(circuits: Circuits, path: str, error: BaseException | None = None) -> bool:
    """True if the request was sent."""
    try:
        with circuits.attempt(path, path.startswith("private")):
            if error is not None:
                raise error
    except CircuitOpen:
        return False
    except (ExchangeError, KeyboardInterrupt):
        pass
    return True


def test_a_refused_endpoint_gets_no_second_request_at_once(circuits: Circuits, clock: Clock) -> None:
    assert ask(circuits, "private/a", Permanent("no permission"))
    assert not ask(circuits, "private/a")
    clock.now += 15
    assert ask(circuits, "private/a")
    assert ask(circuits, "private/a")


def test_an_open_circuit_names_its_reason_and_its_end(circuits: Circuits) -> None:
    ask(circuits, "private/a", Permanent("no permission"))
    with (
        pytest.raises(CircuitOpen, match=r"no request sent, because it failed once: no permission") as caught,
        circuits.attempt("private/a", True),
    ):
        pytest.fail("it was asked")
    assert caught.value.next_attempt_at.tzinfo is not None


def test_a_refused_endpoint_never_stops_the_others(circuits: Circuits) -> None:
    for _ in range(50):
        ask(circuits, "private/triggers", Permanent("no permission"))
        assert ask(circuits, "private/orders")
    assert not ask(circuits, "private/triggers")


@pytest.mark.parametrize("error", [Temporary("down"), BadPayload("odd")])
def test_a_failing_endpoint_gets_a_few_tries_before_its_circuit_opens(circuits: Circuits, error: ExchangeError) -> None:
    asked = [ask(circuits, "private/a", error) for _ in range(10)]
    assert asked == [True] * 5 + [False] * 5


def test_pauses_grow_up_to_a_cap_and_end_with_a_success(circuits: Circuits, clock: Clock) -> None:
    attempts = []
    for _ in range(7200):
        if ask(circuits, "public/a", Permanent("no")):
            attempts.append(clock.now)
        clock.now += 1
    pauses = [after - before for before, after in pairwise(attempts)]
    assert 11 <= pauses[0] <= 16
    assert pauses[0] < pauses[1] < pauses[2]
    assert max(pauses) <= 301
    assert len(attempts) < 40
    clock.now += 301
    assert ask(circuits, "public/a")
    assert ask(circuits, "public/a", Permanent("no"))
    clock.now += 16
    assert ask(circuits, "public/a")


def test_a_wrong_key_is_tried_by_one_probe_at_a_time(circuits: Circuits, clock: Clock) -> None:
    """No retry storm: in an hour of refreshes of four sources every 5 s, a handful of requests."""
    asked = 0
    for _ in range(720):
        asked += sum(ask(circuits, f"private/{source}", Permanent("wrong key")) for source in "abcd")
        clock.now += 5
    assert asked < 30


def test_all_endpoints_get_requests_again_after_the_key_is_fixed(circuits: Circuits, clock: Clock) -> None:
    for _ in range(6):  # one of them has long been refused by itself
        assert ask(circuits, "private/a", Permanent("no permission"))
        assert ask(circuits, "private/b")
        clock.now += 300
    assert ask(circuits, "private/a", Permanent("no permission"))
    for source in "bcd":
        ask(circuits, f"private/{source}", Permanent("wrong key"))
    clock.now += 20
    assert ask(circuits, "private/c")
    assert all(ask(circuits, f"private/{source}") for source in "abcd")


def test_other_endpoints_wait_during_a_probe(circuits: Circuits, clock: Clock) -> None:
    ask(circuits, "private/a", Permanent("no"))
    clock.now += 20
    with circuits.attempt("private/a", True):
        assert not ask(circuits, "private/a")
    assert ask(circuits, "private/a")


def test_a_probe_that_was_interrupted_lets_the_next_one_try(circuits: Circuits, clock: Clock) -> None:
    ask(circuits, "private/a", Permanent("no"))
    clock.now += 20
    assert ask(circuits, "private/a", KeyboardInterrupt())
    assert ask(circuits, "private/a")


def test_a_forbidden_call_does_not_count_as_a_failure_of_the_exchange(circuits: Circuits) -> None:
    for _ in range(20):
        assert ask(circuits, "private/a", ForbiddenCall("no"))


def test_a_requested_pause_applies_to_the_whole_account(circuits: Circuits, clock: Clock) -> None:
    assert circuits.pause_seconds() == 0
    circuits.rate_limited(RateLimited("slow down", retry_after=30))
    circuits.rate_limited(RateLimited("slow down", retry_after=2))
    clock.now += 10
    assert circuits.pause_seconds() == 20
    clock.now += 20
    assert circuits.pause_seconds() == 0


def test_a_manual_refresh_probes_every_endpoint_once(circuits: Circuits) -> None:
    for path in ("one", "two"):
        ask(circuits, path, Permanent("refused"))
        assert not ask(circuits, path)
    circuits.probe()
    assert ask(circuits, "one", Permanent("still refused"))
    assert not ask(circuits, "one")
    assert ask(circuits, "two")


SOURCES = ("private/balances", "private/positions", "private/orders", "private/triggers")


def refresh(circuits: Circuits, errors: Mapping[str, ExchangeError]) -> set[str]:
    """One refresh of all sources, balances first. Returns the sources with a response."""
    return {path for path in SOURCES if ask(circuits, path, errors.get(path)) and path not in errors}


@pytest.mark.parametrize("outage", [3, 4, 40])
@pytest.mark.parametrize("every", [5, 30, 300])
@pytest.mark.parametrize("first", [Permanent("no permission"), Temporary("broken")])
def test_one_endpoint_that_never_answers_and_an_outage_starve_no_other(
    circuits: Circuits, clock: Clock, first: ExchangeError, every: int, outage: int
) -> None:
    """The probe after the outage goes round, whoever comes first."""
    down = dict.fromkeys(SOURCES, Temporary("down")) | {SOURCES[0]: first}
    for _ in range(outage):
        refresh(circuits, down)
        clock.now += every
    recovered = clock.now
    while refresh(circuits, {SOURCES[0]: first}) != set(SOURCES[1:]):
        clock.now += every
        assert clock.now - recovered <= 60 + 4 * every


@pytest.mark.parametrize("broken", [1, 2, 3])
def test_endpoints_that_stay_broken_do_not_keep_the_probe_among_them(
    circuits: Circuits, clock: Clock, broken: int
) -> None:
    for _ in range(20):
        refresh(circuits, dict.fromkeys(SOURCES, Temporary("down")))
        clock.now += 30
    recovered = clock.now
    while SOURCES[3] not in refresh(circuits, dict.fromkeys(SOURCES[:broken], Temporary("down"))):
        clock.now += 30
        assert clock.now - recovered <= 60 * (broken + 1)


def test_an_endpoint_that_abandons_its_probe_blocks_no_other(circuits: Circuits, clock: Clock) -> None:
    """One that was asked once, and never again."""
    down = dict.fromkeys(SOURCES, Temporary("down"))
    for _ in range(20):
        refresh(circuits, down)
        clock.now += 5
    assert not ask(circuits, "private/once")
    for _ in range(200):  # until it is the first of those turned away
        refresh(circuits, down)
        clock.now += 5
    for _ in range(40):
        if refresh(circuits, {}):
            return
        clock.now += 5
    pytest.fail("nothing was asked any more")


@pytest.mark.parametrize("working", range(4))
def test_endpoints_that_are_refused_for_themselves_never_stop_the_one_that_answers(
    circuits: Circuits, clock: Clock, working: int
) -> None:
    """Three of four are refused: the key is not wrong, wherever the fourth stands."""
    errors: dict[str, ExchangeError] = {path: Permanent("no permission") for path in SOURCES}
    del errors[SOURCES[working]]
    answered = []
    for _ in range(100):
        answered.append(SOURCES[working] in refresh(circuits, errors))
        clock.now += 5
    # If three sources are refused before the working one had its turn, the key looks wrong until the first probe.
    assert all(answered[1 if working < 3 else 4 :])


def test_a_refused_endpoint_does_not_stop_an_account_with_temporary_failures(circuits: Circuits) -> None:
    for path in SOURCES[:3]:
        ask(circuits, path, Temporary("down"))
    ask(circuits, SOURCES[3], Permanent("no permission"))
    assert refresh(circuits, {}) == set(SOURCES[:3])
