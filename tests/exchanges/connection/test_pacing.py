"""Pacing: requests keep to what an exchange allows, urgent ones go first, and nobody waits past a deadline."""

from collections.abc import Callable

import pytest

from exchanges.connection.calls import Call
from exchanges.connection.errors import OutOfTurn
from exchanges.connection.pacing import Pace, SharedLimits
from exchanges.connection.rate_limits import Priority, RateLimit, Scope, per_window
from exchanges.contracts import AccountConnection
from exchanges.venues.registry import venue_of
from tests.exchanges.simulated_clock import ManualClock, SimulatedClock

CALLS = venue_of("cryptocom").rules.calls


def pace_of(
    limits: SharedLimits, *declared: RateLimit, account: str = "main", base_url: str | None = None, every_ms: float = 50
) -> Pace:
    connection = AccountConnection(account, "binance", "key", "secret", base_url=base_url)
    return Pace(limits, declared, connection, lambda: every_ms)


def side_by_side(clock: SimulatedClock, *works: Callable[[], None]) -> None:
    clock.join(*[clock.start(work, "test") for work in works])


def test_calls_of_one_kind_keep_their_distance_and_hold_up_no_other() -> None:
    clock = ManualClock()
    pace = pace_of(SharedLimits(clock))

    def wait(path: str) -> None:
        pace.wait_for_call(CALLS[path], 5.0)

    for path in ("private/get-trades", "private/get-order-history", "private/get-open-orders"):
        wait(path)
    assert clock.pauses == []
    began = clock.now()
    wait("private/get-trades")
    wait("private/get-trades")
    assert clock.now() - began == pytest.approx(2 * 1.05)


def test_both_gateways_of_an_account_keep_the_distance_of_a_call_together() -> None:
    clock = ManualClock()
    limits, call = SharedLimits(clock), Call("POST", "private/get-trades", ("private",), 1, every=2.0)
    began = clock.now()
    for _ in range(3):
        pace_of(limits).wait_for_call(call, 5.0)
    assert clock.now() - began == pytest.approx(4.0)


def test_requests_without_a_declared_limit_are_spaced_by_their_cost() -> None:
    """ccxt's rateLimit is the time that one unit of cost takes."""
    clock = ManualClock()
    pace, began = pace_of(SharedLimits(clock), every_ms=100), clock.now()
    for cost in (5, 1, 1):
        pace.wait("private", "orders", cost, 8.0)
    assert clock.now() - began == pytest.approx(0.6)


def test_a_call_past_its_deadline_fails_at_once_and_takes_no_turn() -> None:
    clock = ManualClock()
    pace = pace_of(SharedLimits(clock), every_ms=1000)
    pace.wait("private", "orders", 2, 1.0)  # the first goes at once, whatever it costs
    with pytest.raises(OutOfTurn):
        pace.wait("private", "orders", 1, 1.0)
    assert clock.pauses == []
    began = clock.now()
    pace.wait("private", "orders", 1, 3.0)
    assert clock.now() - began == pytest.approx(2.0)


def test_a_declared_budget_lets_a_burst_through_at_once() -> None:
    """6,000 a minute: the 16 units of ccxt that are 80 of it wait for nothing."""
    clock = ManualClock()
    pace = pace_of(SharedLimits(clock), per_window(6000, 60, Scope.ADDRESS, "private", ccxt_cost=5))
    with pace.reading(Priority.ORDERS):
        for _ in range(20):
            pace.wait("private", "openOrders", 16, 1.0)
    assert clock.pauses == []


@pytest.mark.parametrize("begins", [0, 7, 59.9])
def test_no_window_sees_more_than_the_limit(begins: float) -> None:
    """A minute of the exchange may begin at any moment of ours."""
    clock = ManualClock()
    pace = pace_of(SharedLimits(clock), per_window(600, 60, Scope.ADDRESS))
    went: list[float] = []
    clock.seconds += begins
    began = clock.now()
    while clock.now() < began + 300:
        pace.wait("private", "orders", 7, 1000)
        went.append(clock.now())
    for start in went:
        assert 7 * sum(start <= at < start + 60 for at in went) <= 600
    assert 7 * len(went) / 300 > 600 / 60 * 0.4  # and the budget is used


def test_accounts_share_what_an_exchange_counts_by_address_alone() -> None:
    clock = ManualClock()
    limits = SharedLimits(clock)
    by_address = RateLimit(10, 1, Scope.ADDRESS, ("public",))
    by_account = RateLimit(10, 1, Scope.ACCOUNT)

    def is_free(group: str, account: str, base_url: str | None = None) -> bool:
        try:
            pace_of(limits, by_address, by_account, account=account, base_url=base_url).wait(group, "x", 10, 0.5)
        except OutOfTurn:
            return False
        return True

    assert [is_free("public", name) for name in ("one", "two")] == [True, False]
    assert is_free("public", "two", "http://127.0.0.1:9")  # a stand-in has budgets of its own
    assert [is_free("private", name) for name in ("one", "two", "one")] == [True, True, False]


def test_exchanges_of_one_host_share_the_budget_that_both_name() -> None:
    clock = ManualClock()
    limits = SharedLimits(clock)
    futures = RateLimit(10, 1, Scope.ADDRESS, ("fapi",), budget="fapi.binance.com")
    for exchange, is_free in (("binance", True), ("binanceusdm", False)):
        pace = Pace(limits, (futures,), AccountConnection("main", exchange, "key", "secret"), lambda: 50)
        if is_free:
            pace.wait("fapiPrivate", "account", 10, 0.5)
        else:
            with pytest.raises(OutOfTurn):
                pace.wait("fapiPrivate", "account", 10, 0.5)


def test_a_limit_by_path_holds_up_no_other_path() -> None:
    clock = ManualClock()
    pace = pace_of(SharedLimits(clock), RateLimit(1, 1, per_path=True))
    for path in ("a", "b", "c"):
        pace.wait("private", path, 1, 0.5)
    assert clock.pauses == []


def test_turns_are_given_by_priority_and_not_by_arrival() -> None:
    clock = SimulatedClock()
    pace, went = pace_of(SharedLimits(clock), every_ms=1000), list[Priority]()

    def read(priority: Priority) -> Callable[[], None]:
        def work() -> None:
            with pace.reading(priority):
                pace.wait("private", "x", 1, 60)
                went.append(priority)

        return work

    pace.wait("private", "x", 1, 1)
    side_by_side(clock, *[read(priority) for priority in sorted(Priority, reverse=True)])
    assert went == sorted(Priority)


def test_a_costly_list_lets_the_wallets_of_its_account_go_first() -> None:
    """Also when it came first, and the wallets ask one after the other."""
    clock = SimulatedClock()
    pace, went = pace_of(SharedLimits(clock), every_ms=50), list[tuple[str, float]]()

    def orders() -> None:
        with pace.reading(Priority.ORDERS):
            pace.wait("private", "orders", 40, 8)
            went.append(("orders", clock.now()))

    def wallets() -> None:
        with pace.reading(Priority.BALANCES):
            for number in range(3):
                pace.wait("private", "wallet", 1, 8)
                clock.sleep(0.15)
                went.append((f"wallet {number}", clock.now()))

    side_by_side(clock, wallets, orders)
    assert [name for name, _ in went] == ["wallet 0", "wallet 1", "wallet 2", "orders"]
    assert went[2][1] == pytest.approx(0.45, abs=0.02)


def test_wallets_that_hang_hold_up_the_lists_for_a_second_at_most() -> None:
    clock = SimulatedClock()
    pace, went = pace_of(SharedLimits(clock), every_ms=50), list[float]()

    def orders() -> None:
        with pace.reading(Priority.ORDERS):
            pace.wait("private", "orders", 40, 8)
            went.append(clock.now())

    def wallets() -> None:
        with pace.reading(Priority.BALANCES):
            pace.wait("private", "wallet", 1, 8)
            clock.sleep(7)

    side_by_side(clock, wallets, orders)
    assert 1.0 <= went[0] < 1.2


def test_history_leaves_half_of_a_budget_to_the_next_refresh() -> None:
    clock = ManualClock()
    pace = pace_of(SharedLimits(clock), RateLimit(100, 1))
    for _ in range(5):
        pace.wait("private", "trades", 10, 0.5)
    with pytest.raises(OutOfTurn):
        pace.wait("private", "trades", 10, 0.5)
    with pace.reading(Priority.ORDERS):
        pace.wait("private", "orders", 50, 0.5)


def test_a_call_costlier_than_the_burst_waits_for_a_full_budget_and_is_paid_later() -> None:
    clock = ManualClock()
    pace = pace_of(SharedLimits(clock), RateLimit(10, 1))
    with pace.reading(Priority.ORDERS):
        pace.wait("private", "orders", 30, 1)
        began = clock.now()
        pace.wait("private", "orders", 1, 60)
    assert clock.now() - began == pytest.approx(21)
