"""The simulated exchange as a process: its scenarios, its start and its end."""

import signal
import socket
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from tests.simulator.exchange_process import Simulator, run_simulator


@pytest.fixture
def loaded() -> Iterator[Simulator]:
    with run_simulator(scenario="load", orders=10_000, api_key="k", api_secret="s") as running:
        yield running


def test_ten_thousand_orders_are_told_in_one_answer(loaded: Simulator) -> None:
    normal = loaded.result("private/get-open-orders")["data"]
    advanced = loaded.result("private/advanced/get-open-orders")["data"]
    assert len(normal) + len(advanced) == 10_000
    assert len(advanced) > 2_000
    loaded.process.send_signal(signal.SIGTERM)
    assert loaded.process.wait(timeout=60) == 0


def test_an_empty_account_states_totals_and_no_assets() -> None:
    with run_simulator(scenario="empty") as empty:
        (row,) = empty.result("private/user-balance")["data"]
        assert row["position_balances"] == []
        assert Decimal(row["total_cash_balance"]) == 0
        for method in ("private/get-positions", "private/get-open-orders", "private/advanced/get-open-orders"):
            assert empty.result(method)["data"] == []


def test_a_signal_stops_it_at_once_while_a_request_hangs() -> None:
    with run_simulator(scenario="empty") as hanging:
        hanging.fault("public/get-tickers", "timeout")
        host, port = urlsplit(hanging.url).hostname, urlsplit(hanging.url).port
        with socket.create_connection((host, port)) as client:
            client.sendall(b"GET /v1/public/get-tickers HTTP/1.1\r\nHost: simulator\r\n\r\n")
            while not hanging.calls():
                pass
            hanging.process.send_signal(signal.SIGINT)
            assert hanging.process.wait(timeout=60) == 0


def test_a_port_in_use_is_one_clear_line(simulator: Simulator) -> None:
    port = simulator.url.rsplit(":", 1)[-1]
    with pytest.raises(AssertionError, match=f"cannot listen on 127.0.0.1:{port}"), run_simulator(port=port, days=1):
        pass
