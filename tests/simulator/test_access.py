"""Access to the simulated exchange: signatures and rate limits."""

import time

import requests

from simulator.wire.auth import signature, signed_text
from simulator.wire.limits import Limits
from tests.simulator.exchange_process import Simulator


def test_a_wrong_key_secret_or_signature_is_refused(simulator: Simulator) -> None:
    for changed in ({"secret": "wrong"}, {"api_key": "wrong"}, {"sig": ""}, {"sig": None}):
        answer = simulator.ask("private/user-balance", **changed)
        assert (answer.status_code, answer.json()["code"]) == (401, 40101)


def test_a_nonce_more_than_a_minute_off_is_refused(simulator: Simulator) -> None:
    now = int(time.time() * 1000)
    for nonce in (now - 70_000, now + 70_000):
        answer = simulator.ask("private/user-balance", nonce=nonce)
        assert (answer.status_code, answer.json()["code"]) == (400, 40102)
    assert simulator.ask("private/user-balance", nonce=now - 50_000).status_code == 200


def test_parameters_are_signed_as_documented(simulator: Simulator) -> None:
    assert signed_text({"b": [{"y": 1, "x": "q"}, 2], "a": None, "c": ""}) == "anullbxqy12c"
    params = {"instrument_name": "BTC_USD", "limit": 5, "list": ["x", 7], "nothing": None}
    nonce = int(time.time() * 1000)
    sig = signature(simulator.api_secret, "private/get-transactions", 11, simulator.api_key, params, nonce)
    body = simulator.signed("private/get-transactions") | {"params": params, "nonce": nonce, "sig": sig}
    url = f"{simulator.url}/exchange/v1/private/get-transactions"
    assert requests.post(url, json=body, timeout=60).status_code == 200
    assert requests.post(url, json=body | {"params": params | {"limit": 6}}, timeout=60).status_code == 401


def test_an_unknown_method_is_not_found(simulator: Simulator) -> None:
    answers = [simulator.ask("private/get-everything"), simulator.public("get-everything")]
    answers.append(requests.get(f"{simulator.url}/exchange/v1/private/user-balance", timeout=60))
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (404, 40401)


def test_both_base_paths_answer(simulator: Simulator) -> None:
    for base in ("/exchange/v1", "/v1", "/v2"):
        assert requests.get(f"{simulator.url}{base}/public/get-instruments", timeout=60).json()["code"] == 0


def test_four_private_calls_in_a_tenth_of_a_second_are_too_many() -> None:
    now = [100.0]
    limits = Limits(lambda: now[0])
    assert [limits.allows("private/user-balance", "a") for _ in range(4)] == [True, True, True, False]
    assert limits.allows("private/get-positions", "a")
    now[0] += 0.11
    assert limits.allows("private/user-balance", "a")
    assert [limits.allows("private/get-trades", "a") for _ in range(2)] == [True, False]
    assert sum(limits.allows("public/get-tickers", "a") for _ in range(120)) == 100
    assert limits.allows("public/get-tickers", "b")


def test_history_may_be_asked_once_a_second() -> None:
    now = [100.0]
    limits = Limits(lambda: now[0])
    assert [limits.allows("private/get-order-history", "a") for _ in range(2)] == [True, False]
    now[0] += 0.9
    assert not limits.allows("private/get-order-history", "a")
    now[0] += 0.11
    assert limits.allows("private/get-order-history", "a")


def test_who_asks_too_often_is_told_so(simulator: Simulator) -> None:
    """More often than even a slow machine can ask within the limit."""
    for _ in range(500):
        answer = simulator.ask("private/get-order-history")
        if answer.status_code != 200:
            break
    assert (answer.status_code, answer.json()["code"]) == (429, 42901)


def test_what_trades_or_moves_money_is_counted_and_refused(simulator: Simulator) -> None:
    before = simulator.control("GET", "books")
    for method in ("private/create-order", "private/cancel-all-orders", "private/create-withdrawal"):
        answer = simulator.ask(method, {"instrument_name": "BTC_USD"})
        assert (answer.status_code, answer.json()["code"]) == (401, 40101)
        assert simulator.calls()[method] == 1
    after = simulator.control("GET", "books")
    assert after["transfers"] == before["transfers"]
