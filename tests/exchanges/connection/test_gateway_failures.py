"""Failures on the way to an exchange are named, retried if that can help, and show no secret."""

import json
import logging
import socket
import traceback
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Underflow, localcontext
from pathlib import Path

import ccxt
import pytest

from exchanges.connection.circuit import Circuits
from exchanges.connection.errors import BadPayload, ExchangeError, NotKnown, Permanent, RateLimited, Temporary
from exchanges.connection.refusals import Secrets
from exchanges.connection.retries import Retries
from exchanges.connection.session import ReadOnlySession
from exchanges.contracts import AccountConnection
from logs.redaction import forms_of
from tests.exchanges.connection.failing_gateway import KEY, PATH, SECRET, failure, opened
from tests.exchanges.harness import gateway_of, spot
from tests.exchanges.payload_server import PayloadServer, Reply, Request
from tests.exchanges.simulated_clock import SimulatedClock
from tests.exchanges.wire_payloads import answer

pytestmark = pytest.mark.usefixtures("short_pauses", "no_collection")


def coded(code: object, status: int = 200, **extra: object) -> Callable[[PayloadServer], None]:
    def script(server: PayloadServer) -> None:
        server.says(PATH, {"id": 1, "method": PATH, "code": code} | extra, status=status)

    return script


def replied(body: str, **reply: object) -> Callable[[PayloadServer], None]:
    return lambda server: server.says(PATH, body, **reply)


def echoing(server: PayloadServer) -> None:
    """An exchange that repeats the whole signed request in its error."""
    server.answers[f"/exchange/v1/{PATH}"] = lambda request: Reply(
        json.dumps({"code": 777, "message": request.body + SECRET}), 400
    )


FAILURES: dict[str, tuple[Callable[[PayloadServer], None], type[ExchangeError], str, int]] = {
    # what the exchange does, the error, its words, how often it is asked
    "bad signature or permission": (coded(40101, 401), Permanent, "refuses the key: check api_key", 1),
    "the same with HTTP 200": (coded("40101"), Permanent, "allowed to read", 1),
    "nonce": (coded(40102, 400), Permanent, "set this computer's clock", 1),
    "address": (coded(40103, 401), Permanent, "IP address", 1),
    "tier": (coded(40104, 401), Permanent, "tier", 1),
    "bad request": (coded(40004, 400), Permanent, "rejects the form", 1),
    "unknown method": (coded(40401, 404), NotKnown, "does not know", 1),
    "time-out of the exchange": (coded(40801, 408), Temporary, "ran out of time", 3),
    "rate limit": (coded(42901, 429), RateLimited, "asks for a pause", 3),
    "rate limit with HTTP 200": (coded("42901"), RateLimited, "asks for a pause", 3),
    "internal error": (coded(50001, 500), Temporary, "a fault of its own", 3),
    "internal error with HTTP 200": (coded(50001), Temporary, "a fault of its own", 3),
    "all is well with HTTP 500": (coded(0, 500, result={"data": []}), Temporary, "HTTP 500", 3),
    "all is well with HTTP 400": (coded("0", 400, result={"data": []}), BadPayload, "HTTP 400", 1),
    "maintenance": (coded(9010001, 503), Temporary, "maintenance", 3),
    "unknown code": (coded(31337, 400, message="NO_IDEA"), BadPayload, "unknown code 31337: NO_IDEA", 1),
    "echo of the request": (echoing, BadPayload, "unknown code 777", 1),
    "HTTP 502 page": (replied("<html>Bad gateway</html>", status=502), Temporary, "HTTP 502", 3),
    "HTTP 429 page": (replied("slow down", status=429), RateLimited, "asks for a pause", 3),
    "HTTP 403 page": (replied("<html>Blocked</html>", status=403), Permanent, "refuses access", 1),
    "HTTP 404 page": (replied("<html>Nothing</html>", status=404), BadPayload, "HTTP 404", 1),
    "web page": (replied("<!doctype html><html>Hello</html>"), BadPayload, "a web page that is not JSON", 1),
    "not JSON": (replied("code: 0"), BadPayload, "not JSON", 1),
    "half of the JSON": (replied('{"code": 0, "result": {"da'), BadPayload, "not JSON", 1),
    "nothing": (replied(""), BadPayload, "not JSON", 1),
    "deep nesting": (replied("[" * 200_000), BadPayload, "not JSON", 1),
    "no code": (replied('{"result": {"data": []}}'), BadPayload, "states no code", 1),
    "a list": (replied("[]"), BadPayload, "states no code", 1),
    "a cut connection": (replied('{"code": 0, "result": {"data": []}}', cut=True), Temporary, "in the middle", 3),
    "a redirect": (replied("", status=307, headers={"Location": "/exchange/v1/private/get-positions"}), BadPayload,
                   "redirects elsewhere", 1),
}  # fmt: skip


@pytest.mark.parametrize("mode", FAILURES)
def test_a_failure_is_named_in_plain_words_and_shows_no_secret(
    server: PayloadServer, mode: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Only useful retries, and no secret or signature in message, cause, log or traceback."""
    caplog.set_level(logging.DEBUG)
    script, kind, words, times = FAILURES[mode]
    script(server)
    error = failure(opened(server))
    assert type(error) is kind
    assert words in str(error)
    assert "\n" not in str(error)
    assert server.asked(PATH) == times
    assert len(server.requests) == times
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    told = "\n".join([repr(error), shown, caplog.text, *capfd.readouterr()])
    chain: BaseException | None = error
    while chain is not None:  # whoever follows the context as well
        told += repr(chain) + repr(chain.args)
        chain = chain.__context__ or chain.__cause__
    for request in server.requests:
        assert json.loads(request.body)["api_key"] == KEY
        assert json.loads(request.body)["sig"] not in told
    assert KEY not in told
    assert SECRET not in told


ODD_SECRETS = ("k+w/r=d(a|b)*", "c2VjcmV0L2tleSt2YWx1ZQ==", "p(4)$")
ECHOES = {
    "as JSON": lambda request, status: Reply(json.dumps({"error": told_of(request), "msg": told_of(request)}), status),
    "as a list": lambda request, status: Reply(json.dumps([told_of(request)]), status),
    "as a web page": lambda request, status: Reply(f"<html>{told_of(request)}</html>", status),
    "cut": lambda request, status: Reply(told_of(request), status, cut=True),
}


def told_of(request: Request) -> str:
    """Everything that was sent, and the secrets in each spelling."""
    return " ".join([request.path, str(request.query), request.body, *request.headers.values(), *forms_of(ODD_SECRETS)])


@pytest.mark.parametrize("exchange", ["binance", "kraken", "okx", "kucoin", "htx", "bitget"])
@pytest.mark.parametrize("echo", ECHOES)
def test_an_error_that_echoes_the_request_shows_no_secret(
    server: PayloadServer, exchange: str, echo: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key, secret, passphrase = ODD_SECRETS
    told = ""
    for status in (200, 400, 401, 500):
        server.answer = lambda request, status=status: ECHOES[echo](request, status)  # type: ignore[method-assign,misc]
        gateway = gateway_of(AccountConnection("main", exchange, key, secret, passphrase, base_url=server.url))
        vars(gateway)["_Gateway__exchange"].enableRateLimit = False
        error = failure(gateway, ask=lambda gateway: gateway.call("fetch_balance"))
        told += "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    told += caplog.text
    assert [form for form in forms_of(ODD_SECRETS) if form in told] == []


@pytest.mark.parametrize("exchange", ["binance", "kraken", "okx", "bybit", "bitget", "coinbase", "deribit"])
@pytest.mark.parametrize("method", ["fetch_balance", "fetch_open_orders"])
@pytest.mark.parametrize(("status", "body"), [(400, '{"oops": 1}'), (404, '["oops"]'), (200, '{"oops": 1}')])
def test_an_unknown_error_response_is_never_an_empty_account(
    server: PayloadServer, exchange: str, method: str, status: int, body: str
) -> None:
    server.answer = lambda request: Reply(body, status)  # type: ignore[method-assign]
    gateway = gateway_of(AccountConnection("main", exchange, "key", "c2VjcmV0", "pass", base_url=server.url))
    exchange_behind = vars(gateway)["_Gateway__exchange"]
    exchange_behind.enableRateLimit = False
    exchange_behind.set_markets([spot("BTC/USD", "BTCUSD")])
    symbols = () if method == "fetch_balance" else ("BTC/USD",)
    error = failure(gateway, ask=lambda gateway: gateway.call(method, *symbols))
    assert isinstance(error, BadPayload | Permanent)


def test_nothing_that_holds_secrets_shows_them() -> None:
    account = AccountConnection("main", "cryptocom", KEY, SECRET, passphrase="PASS-that-must-not-show")
    shown = repr(account) + str(account) + repr(gateway_of(account)) + repr(vars(gateway_of(account)))
    assert KEY not in shown
    assert SECRET not in shown
    assert "PASS-that" not in shown


DRIPPING = {
    "it hangs": lambda server: server.hangs(PATH),
    "its body drips": lambda server: server.says(PATH, "x" * 600, drips=0.05),
    "its head drips": lambda server: server.says(PATH, answer(), head_drips=0.05),
}


@pytest.mark.parametrize("way", DRIPPING)
def test_an_incomplete_response_is_given_up_in_time(server: PayloadServer, way: str) -> None:
    """A socket's own time-out restarts with every byte. Each of these responses would take 30 s."""
    DRIPPING[way](server)
    gateway = opened(server)
    error = failure(gateway, seconds=0.4)
    assert type(error) is Temporary
    assert "no response in time" in str(error)
    assert not server.released.is_set()  # nobody waited for it


def test_an_unreachable_exchange_fails_with_connection_refused(server: PayloadServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = failure(opened(server, f"http://127.0.0.1:{taken.getsockname()[1]}"))
    assert type(error) is Temporary
    assert str(error) == "no connection: refused"


def test_an_endless_response_is_cut_off(server: PayloadServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchanges.connection.session.MOST_BYTES", 1000)
    server.says(PATH, answer("x" * 2000))
    assert "far too long" in str(failure(opened(server)))


def test_a_base_url_replaces_the_origin_and_paths_stay(server: PayloadServer) -> None:
    server.says(PATH, answer())
    opened(server, server.url + "/").request(PATH)
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", f"/exchange/v1/{PATH}")
    assert json.loads(request.body)["params"] == {}


def test_no_cookie_is_kept(server: PayloadServer) -> None:
    server.says(PATH, answer(), headers={"Set-Cookie": "session=1; Path=/"})
    gateway = opened(server)
    gateway.request(PATH)
    gateway.request(PATH)
    assert all("Cookie" not in request.headers for request in server.requests)


def test_no_credentials_or_proxies_are_taken_from_the_environment(
    server: PayloadServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.says(PATH, answer())
    opened(server).request(PATH)
    assert "Authorization" not in server.requests[0].headers


def test_ccxt_does_not_change_our_rounding() -> None:
    """ccxt's decimal_to_precision sets its thread's rounding to half up, and traps underflows."""
    clock = SimulatedClock()
    session = ReadOnlySession(lambda *_: None, clock)
    retries = Retries(Circuits(clock.now), session, clock, Secrets(()))
    with localcontext(Context(rounding=ROUND_HALF_EVEN)) as context:
        assert retries.run("price", False, lambda: ccxt.decimal_to_precision("1.25", ccxt.ROUND, 1)) == "1.3"
        assert (context.rounding, context.traps[Underflow]) == (ROUND_HALF_EVEN, False)
