"""Redaction: whatever is logged, no secret is in it."""

import json
import logging
from collections.abc import Iterator

import pytest

from refresher.log_lines import configure_log_lines, log
from refresher.redaction import Redactor


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


SECRETS = ("api-key-4711", "api-secret-0815", "api-secret-0815-and-more")


@pytest.mark.parametrize("format_", ["console", "json"])
def test_no_secret_is_in_a_line_however_it_is_logged(format_: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_log_lines(format_, "debug", SECRETS)  # type: ignore[arg-type]
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
    assert Redactor(["demo"]).text("account demo") == "account demo"
