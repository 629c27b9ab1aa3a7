"""Ended orders: how the orders ended that left the open list, by lists, look-ups and fills."""

from datetime import timedelta
from typing import Any

import pytest

from domain.endings import EndedOrder, Ending
from exchanges.cryptocom import history as cryptocom_past
from refresher.past import ended_orders as gone
from tests.exchanges.wire_payloads import order_row, trigger_row
from tests.refresher.conftest import WatchedPast
from tests.refresher.past.moments import ago, leave
from tests.refresher.past_exchange import (
    ADVANCED_DETAIL,
    ADVANCED_HISTORY,
    DETAIL,
    ORDER_HISTORY,
    Past,
)
from tests.refresher.scripted_exchange import ORDERS, TRIGGERS

pytestmark = pytest.mark.usefixtures("unpaced")
LIMIT, STOP = order_row()["order_id"], trigger_row()["order_id"]


CASES: dict[str, tuple[Any, dict[str, tuple[str, str]]]] = {
    "filled": (lambda past: past.trade("t1", ago(seconds=1)), {LIMIT: ("filled", "fills")}),
    "filled, by the list": (lambda past: past.ended(ago(seconds=1)), {LIMIT: ("filled", "order_history")}),
    "cancelled": (
        lambda past: past.ended(ago(seconds=1), status="CANCELED", cumulative_quantity="0"),
        {LIMIT: ("cancelled", "order_history")},
    ),
    "expired": (
        lambda past: past.ended(ago(seconds=1), status="EXPIRED", cumulative_quantity="0"),
        {LIMIT: ("expired", "order_history")},
    ),
    "only the detail knows": (
        lambda past: past.ended(ago(seconds=1), DETAIL, status="CANCELED", cumulative_quantity="0"),
        {LIMIT: ("cancelled", "order_detail")},
    ),
    "triggered": (
        lambda past: past.ended(
            ago(seconds=1), ADVANCED_HISTORY, order_id=STOP, order_type="STOP_LOSS", exchange_order_id="77"
        ),
        {STOP: ("triggered", "order_history")},
    ),
    "triggered, says the detail": (
        lambda past: past.ended(
            ago(seconds=1), ADVANCED_DETAIL, order_id=STOP, order_type="STOP_LOSS", exchange_order_id="77"
        ),
        {STOP: ("triggered", "order_detail")},
    ),
    "nobody knows": (lambda past: None, {}),
}


@pytest.mark.parametrize(("happens", "expected"), CASES.values(), ids=CASES)
def test_a_gone_order_is_resolved_as_soon_as_the_exchange_answers(
    main: WatchedPast, past: Past, happens: Any, expected: dict[str, tuple[str, str]]
) -> None:
    happens(past)
    leave(main, past, ORDERS, TRIGGERS)
    assert main.watched.job.changes
    assert main.look_back().succeeded
    assert main.outcomes() == expected


def test_fills_override_the_list_and_no_order_is_requested_twice(main: WatchedPast, past: Past) -> None:
    past.ended(ago(seconds=1))
    past.trade("t1", ago(seconds=1))
    leave(main, past, ORDERS)
    main.look_back()
    assert main.outcomes() == {LIMIT: ("filled", "fills")}
    requests_before = past.server.asked(ORDER_HISTORY)
    main.look_back()
    assert past.server.asked(ORDER_HISTORY) == requests_before


@pytest.mark.parametrize("path", [DETAIL, ORDER_HISTORY])
def test_later_fills_override_weaker_evidence(main: WatchedPast, past: Past, path: str) -> None:
    """A known order is not looked up again, and still gets its average price."""
    past.ended(ago(seconds=1), path=path, avg_price="0")
    leave(main, past, ORDERS)
    main.look_back()
    by = "order_detail" if path == DETAIL else "order_history"
    assert main.outcomes() == {LIMIT: ("filled", by)}
    requests_before = past.server.asked(path)
    past.trade("t1", ago(seconds=1))
    main.look_back()
    assert main.outcomes() == {LIMIT: ("filled", "fills")}
    assert main.read("SELECT average_price IS NULL FROM order_outcome") == [(False,)]
    assert past.server.asked(path) == requests_before


def test_an_order_of_another_market_under_the_same_id_is_another(main: WatchedPast, past: Past) -> None:
    """Exchanges count the orders of each market separately."""
    leave(main, past, ORDERS)
    same_market = EndedOrder(LIMIT, order_row()["instrument_name"], Ending.CANCELLED)
    other_market = EndedOrder(LIMIT, "ANOTHER_USD", Ending.FILLED)
    assert main.history.gone.write_known([same_market, other_market]) == 1
    assert main.outcomes() == {LIMIT: ("cancelled", "order_history")}


def test_an_unknown_order_is_requested_less_and_less_often(main: WatchedPast, past: Past) -> None:
    """And it is never taken for cancelled."""
    leave(main, past, ORDERS)
    for _ in range(5):
        assert main.look_back().succeeded
    assert main.outcomes() == {}
    assert past.server.asked(DETAIL) == 1


def test_many_unknown_orders_do_not_starve_the_others(
    main: WatchedPast, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each order has its turn, also beyond the limits of look-ups and of rows."""
    monkeypatch.setattr(gone, "DETAIL_LIMIT", 2)
    monkeypatch.setattr(main.history.gone, "_limit", 3)
    past.server.lists(ORDERS, *(order_row(order_id=str(9000 + n), client_oid=f"c{n}") for n in range(8)))
    main.refresh()
    past.ended(ago(seconds=1), path=DETAIL, order_id="9007", status="CANCELED", cumulative_quantity="0")
    leave(main, past, ORDERS)
    for _ in range(6):
        assert main.look_back().succeeded
    assert main.outcomes() == {"9007": ("cancelled", "order_detail")}
    assert past.server.asked(DETAIL) == 9


def test_lists_that_take_long_leave_time_for_single_orders(
    main: WatchedPast, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand orders cancelled at once, and a list with a hundred rows per second."""
    main.look_back()  # reads the fills, so that only the ended orders remain
    monkeypatch.setattr(gone, "LISTS_TIME_LIMIT", timedelta(0))
    monkeypatch.setattr(cryptocom_past, "LONGEST", timedelta(minutes=1))
    past.ended(ago(seconds=1), path=DETAIL, status="CANCELED", cumulative_quantity="0")
    leave(main, past, ORDERS)
    main.look_back()
    assert past.server.asked(ORDER_HISTORY) == 1
    assert main.outcomes() == {LIMIT: ("cancelled", "order_detail")}


def test_failing_order_details_of_one_list_do_not_slow_those_of_another(main: WatchedPast, past: Past) -> None:
    past.ended(ago(seconds=1), path=DETAIL, status="CANCELED", cumulative_quantity="0")
    past.server.says(ADVANCED_DETAIL, {"code": 50001, "message": "INTERNAL"}, status=500)
    stops = [trigger_row(order_id=str(9000 + n), client_oid=f"c{n}") for n in range(6)]
    past.server.lists(TRIGGERS, *stops)
    main.refresh()
    leave(main, past, ORDERS)
    leave(main, past, TRIGGERS)
    assert not main.look_back().succeeded
    assert main.outcomes() == {LIMIT: ("cancelled", "order_detail")}


@pytest.mark.parametrize(
    ("failing_path", "path", "order_id"), [(DETAIL, ADVANCED_DETAIL, STOP), (ADVANCED_DETAIL, DETAIL, LIMIT)]
)
def test_an_order_with_an_unreadable_detail_does_not_stop_the_others(
    main: WatchedPast, past: Past, failing_path: str, path: str, order_id: str
) -> None:
    past.ended(ago(seconds=1), path=path, order_id=order_id, status="CANCELED", cumulative_quantity="0")
    past.server.says(failing_path, {"code": 0, "result": {"order_id": 17}})
    leave(main, past, ORDERS, TRIGGERS)
    assert not main.look_back().succeeded
    assert main.outcomes() == {order_id: ("cancelled", "order_detail")}
    assert set(main.failing()) == {"endings"}


def test_a_refused_list_is_not_requested_at_each_run(main: WatchedPast, past: Past) -> None:
    past.server.says(ORDER_HISTORY, {"code": 40101, "message": "UNAUTHORIZED"}, status=401)
    leave(main, past, ORDERS)
    for _ in range(4):
        main.look_back()
    assert (past.server.asked(ORDER_HISTORY), past.server.asked(DETAIL)) == (1, 1)
    assert main.outcomes() == {}


def test_an_order_is_requested_by_id_if_its_list_is_refused(main: WatchedPast, past: Past) -> None:
    past.server.says(ORDER_HISTORY, {"code": 40101, "message": "UNAUTHORIZED"}, status=401)
    past.ended(ago(seconds=1), path=DETAIL, status="CANCELED", cumulative_quantity="0")
    leave(main, past, ORDERS)
    assert not main.look_back().succeeded
    assert main.outcomes() == {LIMIT: ("cancelled", "order_detail")}
    assert set(main.failing()) == {"endings"}


def test_an_order_that_came_back_and_left_again_has_the_later_ending(main: WatchedPast, past: Past) -> None:
    past.ended(ago(seconds=1), status="CANCELED", cumulative_quantity="0")
    leave(main, past, ORDERS)
    main.look_back()
    past.server.lists(ORDERS, order_row())
    main.refresh()
    past.rows[ORDER_HISTORY].clear()
    past.ended(ago(seconds=0))
    leave(main, past, ORDERS)
    main.look_back()
    assert main.outcomes() == {LIMIT: ("filled", "order_history")}


def test_endings_are_current_while_no_order_is_missing_but_a_failure_stays(main: WatchedPast, past: Past) -> None:
    """Nothing is requested while every order is open, and yet no ending is missing."""
    state = "SELECT as_of IS NOT NULL, failures FROM history_state WHERE source = 'endings'"
    main.refresh()
    assert main.look_back().succeeded
    assert main.read(state) == [(True, 0)]
    past.server.says(ORDER_HISTORY, {"code": 40101, "message": "UNAUTHORIZED"}, status=401)
    past.ended(ago(seconds=1), path=DETAIL, status="CANCELED", cumulative_quantity="0")
    leave(main, past, ORDERS)
    main.look_back()
    main.look_back()
    assert main.read(state) == [(True, 1)]
