"""Faults of the simulated exchange: each is what it says, where it was ordered."""

import pytest
import requests

from tests.simulator.exchange_process import Simulator

READS = [
    "private/user-balance",
    "private/get-positions",
    "private/get-open-orders",
    "private/advanced/get-open-orders",
    "private/get-transactions",
    "private/get-deposit-history",
    "private/get-accounts",
]


def test_every_fault_is_what_it_says(simulator: Simulator) -> None:
    method = "private/get-open-orders"
    expected: dict[str, tuple[int, int | None]] = {
        "http_500": (500, 50001),
        "http_503": (503, 50001),
        "rate_limit": (429, 42901),
        "unauthorized": (401, 40101),
        "clock_skew": (400, 40102),
    }
    for kind, (status, code) in expected.items():
        simulator.fault(method, kind, times=1)
        answer = simulator.ask(method)
        assert (answer.status_code, answer.json()["code"]) == (status, code), kind
    simulator.fault(method, "wrong_code", code=40104, status=200, times=1)
    answer = simulator.ask(method)
    assert (answer.status_code, answer.json()["code"]) == (200, 40104)
    assert simulator.control("GET", "faults") == []
    assert simulator.ask(method).status_code == 200


def test_garbage_is_not_json(simulator: Simulator) -> None:
    for kind in ("malformed", "html"):
        simulator.fault("private/user-balance", kind, times=1)
        answer = simulator.ask("private/user-balance")
        assert answer.status_code == 200
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            answer.json()


def test_a_cut_connection_delivers_half_a_body(simulator: Simulator) -> None:
    simulator.fault("public/get-tickers", "half_body", times=1)
    with pytest.raises(requests.exceptions.RequestException):
        simulator.public("get-tickers")
    assert simulator.public("get-tickers").status_code == 200


def test_an_exchange_that_never_answers_lets_the_client_give_up(simulator: Simulator) -> None:
    simulator.fault("public/get-tickers", "timeout")
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{simulator.url}/exchange/v1/public/get-tickers", timeout=(5, 0.3))
    assert simulator.public("get-instruments").status_code == 200


def test_latency_delays_one_method_and_no_other(simulator: Simulator) -> None:
    simulator.fault("public/get-tickers", "latency", seconds=0.4, times=1)
    assert simulator.public("get-tickers").elapsed.total_seconds() >= 0.4
    simulator.fault("public/get-tickers", "latency", seconds=20)
    assert simulator.public("get-instruments").elapsed.total_seconds() < 10


def test_success_can_be_empty_nulled_or_an_error_in_disguise(simulator: Simulator) -> None:
    simulator.fault("private/get-open-orders", "empty", times=1)
    assert simulator.result("private/get-open-orders") == {"data": []}
    simulator.fault("private/get-positions", "null_fields", times=1)
    (position,) = simulator.result("private/get-positions")["data"]
    assert (position["instrument_name"], position["quantity"]) == ("BTCUSD-PERP", None)
    simulator.fault("private/user-balance", "error_payload", times=1)
    (row,) = simulator.result("private/user-balance")["data"]
    assert (row["total_cash_balance"], row["position_balances"]) == ("0.00000000", [])


def test_a_fault_for_everything_stands_until_it_is_deleted(simulator: Simulator) -> None:
    simulator.fault("*", "http_503")
    assert {simulator.ask(method).status_code for method in READS} == {503}
    simulator.control("DELETE", "faults")
    assert {simulator.ask(method).status_code for method in READS} == {200}


def test_an_unknown_fault_is_refused_by_name(simulator: Simulator) -> None:
    answer = requests.post(f"{simulator.url}/control/faults", json={"kind": "gremlins"}, timeout=60)
    assert answer.status_code == 400
    assert "latency" in answer.json()["error"]
