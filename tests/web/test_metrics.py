"""Metrics and timing lines of the web process."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from starlette.routing import Route

from db.secret_files import SecretText
from domain.version import VERSION
from tests.api.serving import ELSEWHERE, Served, serving, until
from tests.web.conftest import Guarded
from web.metrics import show_metrics
from web.settings import WebConfigurationError, WebSettings, read_settings

ROOT = Path(__file__).parents[2]


def lines_of(guarded: Guarded, event: str) -> list[dict[str, object]]:
    rows = [json.loads(line) for line in guarded.log.read_text().splitlines() if line.startswith("{")]
    return [row for row in rows if row["event"] == event]


def test_each_request_is_one_line_with_its_duration_as_a_number(guarded: Guarded) -> None:
    guarded.served.get("/api/nothing", secret="hunter2")
    until(lambda: any(row["path"] == "/api/nothing" for row in lines_of(guarded, "request")))
    (row,) = [row for row in lines_of(guarded, "request") if row["path"] == "/api/nothing"]
    assert (row["method"], row["status"], row["level"]) == ("GET", 404, "info")
    assert isinstance(row["took_ms"], float)
    assert "hunter2" not in guarded.log.read_text()


def test_a_request_that_fails_is_a_warning(guarded: Guarded) -> None:
    guarded.served.get("/api/fills")  # there is no database
    until(lambda: any(row["path"] == "/api/fills" for row in lines_of(guarded, "request")))
    (row,) = [row for row in lines_of(guarded, "request") if row["path"] == "/api/fills"]
    assert (row["status"], row["level"]) == (503, "warning")


def test_health_checks_and_static_files_write_no_line(guarded: Guarded) -> None:
    guarded.served.get("/health")
    guarded.served.get("/fills")
    until(lambda: any(row["path"] == "/fills" for row in lines_of(guarded, "request")))
    assert not any(row["path"] == "/health" for row in lines_of(guarded, "request"))


def test_metrics_count_requests_and_name_the_version(guarded: Guarded) -> None:
    guarded.served.get("/api/nothing")
    text = guarded.served.get("/metrics").text
    assert re.search(r'stillframe_request_seconds_count\{route="api",status="4xx"\} [1-9]', text)
    assert f'stillframe_build_info{{version="{VERSION}"}} 1.0' in text
    assert "stillframe_sessions 0.0" in text
    assert 'stillframe_queue_length{queue="api"} 0.0' in text


def test_a_stream_is_counted_while_it_is_open_and_is_no_slow_request(guarded: Guarded) -> None:
    def streams() -> str:
        return guarded.served.get("/metrics").text

    before = streams().count('stillframe_request_seconds_count{route="pages",status="2xx"}')
    with requests.get(f"{guarded.served.url}/live/stream", stream=True, timeout=20) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        until(lambda: "stillframe_streams 1.0" in streams())
    until(lambda: "stillframe_streams 0.0" in streams())
    assert streams().count('stillframe_request_seconds_count{route="pages",status="2xx"}') == before
    assert requests.post(f"{guarded.served.url}/live/stream", timeout=20).status_code == 405
    assert not any(row["path"] == "/live/stream" for row in lines_of(guarded, "request") if row["status"] == 200)


@pytest.fixture(params=[None, "sesame"])
def remote(request: pytest.FixtureRequest) -> Iterator[tuple[Served, str | None]]:
    token = request.param
    settings = WebSettings(metrics_token=None if token is None else SecretText(token))
    with serving([Route("/metrics", show_metrics(settings))], client=ELSEWHERE) as served:
        yield served, token


def test_another_machine_reads_metrics_with_the_token_only(remote: tuple[Served, str | None]) -> None:
    served, token = remote
    assert served.get("/metrics").status_code == (403 if token is None else 401)
    assert served.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code in (401, 403)
    if token is not None:
        assert served.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_a_proxy_on_this_machine_does_not_make_strangers_local() -> None:
    with serving([Route("/metrics", show_metrics(WebSettings()))]) as served:
        assert served.get("/metrics").status_code == 200
        assert served.get("/metrics", headers={"X-Forwarded-For": ELSEWHERE}).status_code == 403


def test_all_invalid_settings_are_named_at_once() -> None:
    with pytest.raises(WebConfigurationError) as caught:
        read_settings(
            {
                "STILLFRAME_HOSTS": "good.example, https://bad.example, b@d",
                "STILLFRAME_LOG_FORMAT": "xml",
                "STILLFRAME_LOG_LEVEL": "loud",
                "STILLFRAME_METRICS_TOKEN": "file:/none",
            }
        )
    lines = str(caught.value).splitlines()
    words = ("https://bad.example", "b@d", "LOG_FORMAT", "LOG_LEVEL", "METRICS_TOKEN")
    assert [word for word, line in zip(words, lines, strict=True) if word not in line] == []


def test_the_version_is_the_one_of_the_project() -> None:
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text()
