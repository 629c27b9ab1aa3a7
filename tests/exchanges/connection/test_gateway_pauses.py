"""Pauses, retries and turns of a gateway keep to the limits of the exchange and to the budget of a refresh."""

import json

import pytest

from exchanges.connection import retries as retries_module
from exchanges.connection.errors import CircuitOpen, ExchangeError, OutOfTurn, RateLimited
from tests.exchanges.connection.failing_gateway import PATH, failure, opened
from tests.exchanges.payload_server import PayloadServer, Reply, Request
from tests.exchanges.simulated_clock import ManualClock, SimulatedClock
from tests.exchanges.wire_payloads import answer

pytestmark = pytest.mark.usefixtures("short_pauses")


def test_a_retry_succeeds_after_a_temporary_fault(server: PayloadServer) -> None:
    replies = iter([Reply("oops", 503), Reply('{"code": 50001}', 500), Reply(json.dumps(answer()))])
    server.answers[f"/exchange/v1/{PATH}"] = lambda _: next(replies)
    assert opened(server).request(PATH)["result"] == {"data": []}


def test_a_pause_in_retry_after_is_kept(server: PayloadServer) -> None:
    clock = ManualClock()
    replies = iter([Reply('{"code": 42901}', 429, {"Retry-After": "1"}), Reply(json.dumps(answer()))])
    server.answers[f"/exchange/v1/{PATH}"] = lambda _: next(replies)
    opened(server, clock=clock).request(PATH)
    assert max(clock.pauses) >= 1.0


def test_a_rate_limit_without_a_duration_still_causes_a_pause(
    server: PayloadServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    monkeypatch.setattr(retries_module, "RATE_LIMIT_PAUSE", 0.3)
    server.says(PATH, '{"code": 42901}', status=429)
    failure(opened(server, clock=clock))
    assert sum(pause >= 0.3 for pause in clock.pauses) == 2


def test_a_pause_longer_than_the_budget_is_kept_by_the_whole_account(server: PayloadServer) -> None:
    """The next call does not ask at all, and says when it will."""
    server.says(PATH, '{"code": 42901}', status=429, headers={"Retry-After": "120"})
    gateway = opened(server)
    error = failure(gateway)
    assert isinstance(error, RateLimited)
    assert error.retry_after == 120
    with pytest.raises(CircuitOpen, match="asked for a pause"):
        gateway.request("public/get-tickers")
    assert len(server.requests) == 1


def test_retries_with_their_pauses_stay_within_the_budget(
    server: PayloadServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries_module, "FIRST_PAUSE", 1e6)
    monkeypatch.setattr(retries_module, "LONGEST_PAUSE", 1e6)
    server.says(PATH, "", status=503)
    clock = ManualClock()
    failure(opened(server, clock=clock), seconds=5.0)
    assert len(server.requests) == 1  # the pause before the second would be past the deadline
    assert clock.pauses == []


def test_a_wrong_key_causes_few_requests(server: PayloadServer) -> None:
    for path in (PATH, "private/get-positions", "private/get-open-orders", "private/advanced/get-open-orders"):
        server.says(path, '{"code": 40101}', status=401)
    gateway = opened(server)
    errors = []
    for _ in range(50):
        for path in (PATH, "private/get-positions", "private/get-open-orders", "private/advanced/get-open-orders"):
            with pytest.raises(ExchangeError) as caught:
                gateway.request(path)
            errors.append(caught.value)
    assert len(server.requests) <= 4
    assert isinstance(errors[-1], CircuitOpen)
    assert "refuses the key" in str(errors[-1])


def test_concurrent_calls_keep_the_rate_limit(server: PayloadServer) -> None:
    """Three private calls in 100 ms at most, also from several threads: each waits for a turn of its own."""
    clock, came = SimulatedClock(), list[float]()
    gateway = opened(server, clock=clock)

    def answered(_: Request) -> Reply:
        came.append(clock.now())
        return Reply(json.dumps(answer()))

    server.answers[f"/exchange/v1/{PATH}"] = answered
    clock.join(*[clock.start(lambda: gateway.request(PATH), "ask") for _ in range(9)])
    assert [round(at * 30) for at in came] == [0, 1, 2, 3, 4, 5, 6, 7, 8]  # thirtieths of a second


def test_a_request_whose_turn_comes_too_late_is_not_sent_and_delays_no_other(server: PayloadServer) -> None:
    """This is no failure of the exchange, so no circuit opens."""
    server.says(PATH, answer())
    clock = ManualClock()
    gateway = opened(server, clock=clock)
    vars(gateway)["_Gateway__exchange"].rateLimit = 3_600
    gateway.request(PATH)  # leaves twelve seconds to wait
    for _ in range(20):
        error = failure(gateway)
        assert type(error) is OutOfTurn
    assert clock.pauses == []
    clock.seconds += 12
    gateway.request(PATH)
    assert server.asked(PATH) == 2
