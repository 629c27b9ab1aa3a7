"""Redaction: whatever is logged, no secret is in it."""

import json
import logging
import re
import tracemalloc
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, urlencode

import pytest

from exchanges.connection.refusals import Secrets
from logs.lines import configure_log_lines, log
from logs.redaction import Redactor

ODD = ("p+w/r=d 1", "(a|b)*[c]$", 'back\\slash"quote', "pass1", "äöü-schlüssel", "c2VjcmV0L2tleQ==")
FORMS: Mapping[str, Callable[[str], str]] = {
    "as it is": str,
    "in a query": lambda secret: urlencode({"key": secret}).removeprefix("key="),
    "in a path": lambda secret: quote(secret, safe=""),
    "in a path with small letters": lambda secret: re.sub("%..", lambda code: code[0].lower(), quote(secret, safe="")),
    "in JSON": lambda secret: json.dumps(secret)[1:-1],
    "in JSON of UTF-8": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "in JSON with escaped slashes": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "in Python": lambda secret: repr(secret)[1:-1],
    "as name and password": lambda secret: b64encode(f"key-4711:{secret}".encode()).decode().rstrip("="),
}


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


SECRETS = ("api-key-4711", "api-secret-0815", "api-secret-0815-and-more")


@pytest.mark.parametrize("format_", ["console", "json"])
def test_no_secret_is_in_a_line_however_it_is_logged(format_: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_log_lines(format_, "debug", [SECRETS])  # type: ignore[arg-type]
    log().info("event api-key-4711", text="x api-secret-0815-and-more y", nested={"a": ["api-key-4711"]})
    log().info("named", api_secret="anything", headers={"Authorization": "Bearer abc"}, obj=ValueError("api-key-4711"))
    logging.getLogger("a.library").warning("GET /?key=%s", "api-key-4711")
    try:
        raise RuntimeError("refused api-secret-0815 at postgresql://me:hunter2@db/x")
    except RuntimeError:
        log().exception("failed")
        logging.getLogger("a.library").exception("failed")
    written = capsys.readouterr().err
    assert written.count("Traceback") == 2
    for hidden in (*SECRETS, "and-more", "anything", "Bearer abc", "hunter2"):
        assert hidden not in written
    assert "postgresql://me:***@db/x" in written


def test_json_lines_are_one_object_each(capsys: pytest.CaptureFixture[str]) -> None:
    configure_log_lines("json", "info")
    log().info("refreshed", account="main", took_ms=12)
    log().debug("not written")
    (line,) = capsys.readouterr().err.splitlines()
    event = json.loads(line)
    assert (event["event"], event["account"], event["took_ms"], event["level"]) == ("refreshed", "main", 12, "info")
    assert event["timestamp"].endswith("Z")


def test_a_word_too_short_for_a_secret_blacks_out_nothing() -> None:
    assert Redactor([("de", "abc")]).text("account demo, abcd, abc!") == "account demo, abcd, ***!"


@pytest.mark.parametrize("secret", ODD)
@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_hidden_in_whatever_spelling(secret: str, form: str) -> None:
    said = FORMS[form](secret)
    for hides in (Redactor([("key-4711", secret)]).text, Secrets(["key-4711", secret]).scrub):
        assert said not in hides(f"refused: {said} was not accepted")


def test_the_longest_secret_is_hidden_of_two_that_begin_alike() -> None:
    redactor = Redactor([("api-secret-0815",), ("api-secret-0815-and-more",)])
    assert redactor.text("(api-secret-0815-and-more)(api-secret-0815-and)") == "(***)(***-and)"


def test_of_two_secrets_that_overlap_nothing_is_left() -> None:
    for hides in (Redactor([("abcdefghij",), ("ghijklmnop",)]).text, Secrets(["abcdefghij", "ghijklmnop"]).scrub):
        assert not set("abcdefghijklmnop") & set(hides("(abcdefghijklmnop)"))


def test_a_secret_of_several_lines_is_hidden_in_an_error_of_one_line() -> None:
    secret = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIK  lyXk\n-----END EC PRIVATE KEY-----\n"
    assert "MHc" not in Secrets([secret]).scrub(f"no such key: {secret}")


def test_secrets_take_memory_by_their_number_and_not_by_its_square() -> None:
    owners = [(f"key-of-{n:04}", f"secret-of-{n:04}") for n in range(200)]
    tracemalloc.start()
    redactor = Redactor(owners)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * 2**20
    for key, secret in owners:
        pair = b64encode(f"{key}:{secret}".encode()).decode().rstrip("=")
        assert redactor.text(f"key={key}, secret={secret}, Basic {pair}") == "key=***, secret=***, Basic ***"


def test_what_signs_a_request_is_hidden_in_an_address() -> None:
    line = "Failed to parse headers (url=https://x.example.com/orders?AccessKeyId=k1&Signature=ab%2Bc%3D&symbol=BTC)"
    told = Redactor([]).text(line)
    assert told.endswith("/orders?AccessKeyId=***&Signature=***&symbol=BTC)")
