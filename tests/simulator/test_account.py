"""The simulated account over the wire: its identities, lists and history."""

import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
import requests

from simulator.clock import Clock
from simulator.exchange import Exchange
from simulator.recording import Recorder
from simulator.scenario import SCENARIOS
from tests.simulator.exchange_process import Simulator


def test_the_identities_of_the_balance_hold_to_the_last_digit(simulator: Simulator) -> None:
    (row,) = simulator.result("private/user-balance")["data"]
    assets = row["position_balances"]
    number = {name: Decimal(value) for name, value in row.items() if name.startswith("total_")}
    assert sum(Decimal(asset["market_value"]) for asset in assets) == number["total_cash_balance"]
    assert sum(Decimal(asset["collateral_amount"]) for asset in assets) == number["total_collateral_value"]
    margin = number["total_collateral_value"] + number["total_session_unrealized_pnl"]
    assert margin == number["total_margin_balance"]
    assert margin - number["total_initial_margin"] == number["total_available_balance"]
    naive = sum(Decimal(asset["market_value"]) * (1 - Decimal(asset["haircut"])) for asset in assets)
    assert abs(naive - number["total_collateral_value"]) > 1
    loan = next(asset for asset in assets if asset["instrument_name"] == "USD")
    assert Decimal(loan["quantity"]) < 0
    assert Decimal(loan["market_value"]) < 0


def test_an_asset_without_a_market_is_worth_zero_and_no_collateral(simulator: Simulator) -> None:
    """The wire has no unknown value, so the reader must recognise it."""
    (row,) = simulator.result("private/user-balance")["data"]
    (airdrop,) = [asset for asset in row["position_balances"] if asset["instrument_name"] == "ZEDX"]
    assert Decimal(airdrop["quantity"]) > 0
    assert Decimal(airdrop["market_value"]) == 0
    assert airdrop["collateral_eligible"] == "false"
    assert not [name for name in simulator.tickers() if name.startswith("ZEDX")]


def test_numbers_are_strings_and_list_ids_are_whole_numbers_beyond_a_float(simulator: Simulator) -> None:
    rows = simulator.result("private/advanced/get-open-orders")["data"]
    grouped = [row for row in rows if "list_id" in row]
    assert all(isinstance(row["list_id"], int) and row["list_id"] > 2**53 for row in grouped)
    for row in rows:
        for name in ("quantity", "cumulative_quantity", "avg_price", "create_time_ns", "order_id"):
            assert isinstance(row[name], str)
        assert isinstance(row["create_time"], int)
        assert row["status"] in ("NEW", "PENDING", "ACTIVE")


def test_no_number_is_written_with_an_exponent(simulator: Simulator) -> None:
    shib = simulator.tickers()["SHIB_USD"]
    assert shib["a"].startswith("0.00000")
    for name in ("a", "b", "k", "h", "l", "v", "vv", "c"):
        assert "E" not in shib[name].upper()


def test_open_orders_are_all_told_at_once_whatever_page_is_asked(simulator: Simulator) -> None:
    simulator.control("POST", "freeze", {"frozen": True})
    everything = simulator.result("private/get-open-orders")["data"]
    page = simulator.result("private/get-open-orders", {"page": 3, "page_size": 1})["data"]
    assert page == everything
    book = everything[0]["instrument_name"]
    of_book = simulator.result("private/get-open-orders", {"instrument_name": book})["data"]
    assert of_book == [row for row in everything if row["instrument_name"] == book]


def test_history_is_a_window_of_seven_days_and_a_hundred_rows(simulator: Simulator) -> None:
    now = int(time.time() * 1000)
    week = 7 * 86_400_000
    rows = simulator.result("private/get-transactions", {"start_time": now - week, "end_time": now})["data"]
    assert len(rows) == 100
    moments = [row["event_timestamp_ms"] for row in rows]
    assert moments == sorted(moments, reverse=True)
    second = simulator.result("private/get-transactions", {"page": 1, "start_time": now - week, "end_time": now})
    assert second["data"][-1] == rows[-1]
    refused = simulator.ask("private/get-transactions", {"start_time": now - week - 1, "end_time": now})
    assert refused.json()["code"] == 40005


def test_balance_history_is_told_by_the_hour_and_by_the_day(simulator: Simulator) -> None:
    for timeframe, step in (("H1", 3_600_000), ("D1", 86_400_000)):
        points = simulator.result("private/user-balance-history", {"timeframe": timeframe})["data"]
        assert len(points) >= 2
        assert {after["t"] - before["t"] for before, after in pairwise(points)} == {step}
        assert all(Decimal(point["c"]) > 1000 for point in points)


def test_the_recorded_past_is_what_the_wire_would_have_said(simulator: Simulator) -> None:
    answer = requests.get(f"{simulator.url}/control/history", timeout=60)
    moments = [json.loads(line) for line in answer.text.splitlines()]
    assert [moment["at"] for moment in moments] == sorted({moment["at"] for moment in moments})
    assert len(moments) >= 3 * 24 - 1  # its first hour may have been too short to begin
    for moment in moments:
        balance = moment["balances"]["result"]["data"][0]
        assert Decimal(balance["total_cash_balance"]) > 1000
        assert moment["balances"]["method"] == "private/user-balance"
        assert all(row["create_time"] <= moment["at"] for row in moment["orders"]["result"]["data"])
        assert moment["triggers"]["code"] == moment["positions"]["code"] == moment["tickers"]["code"] == 0
    past = [moment["at"] for moment in moments if moment["at"] % 60_000 == 0]
    assert {(at + 60_000) % 3_600_000 for at in past} == {0}  # the last minute of an hour, not the first of a new day
    newer = requests.get(f"{simulator.url}/control/history", params={"since": moments[-2]["at"]}, timeout=60)
    assert newer.text.count("\n") == 2


@pytest.mark.parametrize("minute", [0, 14, 15, 44, 46, 59])
def test_no_moment_is_recorded_before_the_account_has_anything(minute: int) -> None:
    """A market that opened in the last quarter of an hour recorded an empty account at its end."""
    opened = datetime(2026, 1, 5, 11, minute, tzinfo=UTC)
    exchange = Exchange(Clock(wall=lambda: opened.timestamp() + 86_400 - 60), 7, 1)
    recorder = Recorder(exchange)
    exchange.before_hour.append(recorder.before_hour)
    SCENARIOS["demo"](exchange, 7)
    exchange.fast_forward()
    first = json.loads(recorder.since(0)[0])
    assert Decimal(first["balances"]["result"]["data"][0]["total_cash_balance"]) > 1000
