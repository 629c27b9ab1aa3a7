"""Orders that live on the simulated exchange, and a market that moves them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests

from tests.simulator.exchange_process import Simulator, run_simulator


@pytest.fixture(scope="module")
def quiet_process() -> Iterator[Simulator]:
    """A simulator of this module's own, whose orders and prices it may throw about."""
    with run_simulator(days=2) as running:
        yield running


@pytest.fixture
def still(quiet_process: Simulator) -> Simulator:
    """A market that moves only where the test says so, and no open orders."""
    quiet_process.reset()
    quiet_process.control("POST", "freeze", {"frozen": True})
    quiet_process.control("DELETE", "orders")
    return quiet_process


def place(simulator: Simulator, **order: Any) -> list[dict[str, Any]]:
    placed: list[dict[str, Any]] = simulator.control("POST", "orders", order)["orders"]
    return placed


def ids(simulator: Simulator, method: str) -> set[str]:
    return {row["order_id"] for row in simulator.result(method)["data"]}


def test_a_stop_triggers_fills_and_leaves_its_trail(still: Simulator) -> None:
    """One order, two ids, linked by exchange_order_id."""
    still.control("POST", "price", {"instrument": "ETH_USD", "price": "3000"})
    (order,) = place(still, instrument="ETH_USD", side="SELL", type="STOP_LOSS", quantity="0.5", ref_price="2900.00")
    assert order["order_id"] in ids(still, "private/advanced/get-open-orders")
    assert (order["status"], order["exchange_order_id"]) == ("PENDING", "0")
    still.control("POST", "price", {"instrument": "ETH_USD", "price": "2890"})
    assert order["order_id"] not in ids(still, "private/advanced/get-open-orders")
    detail = still.result("private/advanced/get-order-detail", {"order_id": order["order_id"]})
    assert (detail["status"], detail["cumulative_quantity"]) == ("FILLED", "0.5000")
    book_id = detail["exchange_order_id"]
    book = still.result("private/get-order-detail", {"order_id": book_id})
    assert (book["order_type"], book["status"], book["client_oid"]) == ("MARKET", "FILLED", order["client_oid"])
    trades = [row for row in still.result("private/get-trades")["data"] if row["order_id"] == book_id]
    assert sum(Decimal(row["traded_quantity"]) for row in trades) == Decimal("0.5")
    assert all(Decimal(row["fees"]) < 0 for row in trades)
    assert all(Decimal("2880") < Decimal(row["traded_price"]) <= Decimal("2900") for row in trades)


def test_a_stop_limit_stands_in_both_lists_once_triggered(still: Simulator) -> None:
    still.control("POST", "price", {"instrument": "ETH_USD", "price": "3000"})
    (order,) = place(
        still, instrument="ETH_USD", side="SELL", type="STOP_LIMIT", quantity="0.5", ref_price="2900", price="2950"
    )
    still.control("POST", "price", {"instrument": "ETH_USD", "price": "2895"})
    (advanced,) = still.result("private/advanced/get-open-orders")["data"]
    (normal,) = still.result("private/get-open-orders")["data"]
    assert (advanced["order_id"], advanced["exchange_order_id"]) == (order["order_id"], normal["order_id"])
    assert (normal["order_type"], normal["limit_price"], normal["status"]) == ("LIMIT", "2950.00", "ACTIVE")


def test_an_otoco_is_three_legs_of_which_two_share_their_ids(still: Simulator) -> None:
    still.control("POST", "price", {"instrument": "BTC_USD", "price": "100000"})
    legs = [
        {"side": "BUY", "type": "LIMIT", "price": "99000"},
        {"side": "SELL", "type": "STOP_LOSS", "ref_price": "95000"},
        {"side": "SELL", "type": "TAKE_PROFIT", "ref_price": "110000"},
    ]
    place(still, instrument="BTC_USD", quantity="0.01", contingency_type="OTOCO", legs=legs)
    rows = still.result("private/advanced/get-open-orders")["data"]
    assert [(row["leg_id"], row["order_type"]) for row in rows] == [(1, "LIMIT"), (2, "STOP_LOSS"), (3, "TAKE_PROFIT")]
    assert rows[1]["order_id"] == rows[2]["order_id"] != rows[0]["order_id"]
    assert {row["list_id"] for row in rows} == {rows[0]["list_id"]}
    for _ in range(50):
        still.control("POST", "price", {"instrument": "BTC_USD", "price": "98990"})
        if still.control("GET", "books")["open_triggers"] == 2:
            break
    left = still.result("private/advanced/get-open-orders")["data"]
    assert [row["leg_id"] for row in left] == [2, 3]
    still.control("POST", "price", {"instrument": "BTC_USD", "price": "110001"})
    assert still.result("private/advanced/get-open-orders")["data"] == []


def test_an_order_off_the_grid_is_explained(simulator: Simulator) -> None:
    url = f"{simulator.url}/control/orders"
    answer = requests.post(url, json={"instrument": "BTC_USD", "quantity": "0.1", "price": "1.001"}, timeout=60)
    assert answer.status_code == 400
    assert "grid" in answer.json()["error"]


def test_a_market_that_is_not_frozen_moves_by_itself(simulator: Simulator) -> None:
    before = simulator.tickers()
    simulator.control("POST", "advance", {"seconds": 30})
    after = simulator.tickers()
    assert sum(before[name]["a"] != after[name]["a"] for name in before) > len(before) / 2
    assert after["BTC_USD"]["t"] - before["BTC_USD"]["t"] >= 30_000


def test_time_moved_ahead_keeps_nonces_valid_and_the_books_balanced(simulator: Simulator) -> None:
    before = simulator.control("GET", "books")
    simulator.control("POST", "advance", {"seconds": 6 * 3600})
    after = simulator.control("GET", "books")
    assert after["ended_orders"] > before["ended_orders"]
    assert after["balanced"] is True
    assert simulator.ask("private/user-balance").status_code == 200


def test_the_wallet_can_be_told_what_it_holds(still: Simulator) -> None:
    still.control("POST", "balance", {"asset": "AVAX", "quantity": "12.5"})
    (row,) = still.result("private/user-balance")["data"]
    (avax,) = [asset for asset in row["position_balances"] if asset["instrument_name"] == "AVAX"]
    assert Decimal(avax["quantity"]) == Decimal("12.5")
    assert still.control("GET", "books")["balanced"] is True


def test_the_books_add_up_and_the_wire_tells_what_they_say(still: Simulator) -> None:
    truth = still.control("GET", "books")
    assert truth["balanced"] is True
    assert truth["wallet"] == truth["expected_wallet"]
    (row,) = still.result("private/user-balance")["data"]
    detail = {asset["instrument_name"]: Decimal(asset["quantity"]) for asset in row["position_balances"]}
    assert detail == {asset: Decimal(quantity) for asset, quantity in truth["wallet"].items()}
