"""Metrics of the refresher: numbers of refreshes and jobs, and who may read them."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from db.secret_files import SecretText
from domain.sources import Failure, FailureKind, Source, Success
from refresher.configuration.settings import ConfigurationError, MetricsSettings, load_settings
from refresher.process.metrics import SourceAges, job_timed, note_refresh
from refresher.process.metrics_server import _handler, serve_metrics
from tests.exchanges.payload_server import PayloadServer
from tests.factories import account, observation
from tests.ports import free_port
from tests.postgres import Database
from tests.refresher.refresher_process import configured, refresher

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def value(name: str, **labels: str) -> float:
    """A value as the registry has it, 0 before the first."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_refresh_counts_durations_and_failures_by_kind() -> None:
    seen = account(name="metrics-a")
    results: dict[Source, Success[Any] | Failure] = {
        Source.BALANCES: Success((), duration_ms=250),
        Source.ORDERS: Failure(FailureKind.TEMPORARY, "time-out", duration_ms=750),
    }
    note_refresh(observation(seen, NOW, results))
    labels = {"account": "metrics-a"}
    assert value("stillframe_source_seconds_sum", source="balances", **labels) == 0.25
    assert value("stillframe_source_seconds_sum", source="orders", **labels) == 0.75
    assert value("stillframe_source_failures_total", source="orders", kind="temporary", **labels) == 1
    assert value("stillframe_account_refresh_seconds_count", **labels) == 1


@pytest.mark.slow
def test_a_running_refresher_shows_every_metric_of_its_accounts(
    database: Database, exchange: PayloadServer, tmp_path: Path
) -> None:
    port = free_port()
    environment = configured(tmp_path, exchange.url) | {"STILLFRAME_METRICS_PORT": str(port)}
    with refresher(environment, database.url, tmp_path / "log") as running:
        running.wait_for("refreshed")
        text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=60).text
        assert running.end() == 0
    for sample in (
        'stillframe_source_age_seconds{account="main",source="balances"}',
        'stillframe_refresh_lag_seconds{account="main"}',
        'stillframe_account_refresh_seconds_count{account="main"}',
        'stillframe_transaction_seconds_count{pool="stillframe-refresher"}',
        'stillframe_pool_connections_in_use{pool="stillframe-refresher"}',
        'stillframe_queue_length{queue="jobs"}',
        "stillframe_build_info{version=",
    ):
        assert f"\n{sample}" in text


def test_the_age_of_a_source_grows_while_it_fails() -> None:
    ages, seen = SourceAges(), account(name="metrics-c")
    taken_at = datetime.now(UTC) - timedelta(seconds=100)
    ages.note(observation(seen, taken_at, {Source.BALANCES: Success(())}))
    later = taken_at + timedelta(seconds=50)
    ages.note(observation(seen, later, {Source.BALANCES: Failure(FailureKind.TEMPORARY, "x")}))
    (metric,) = ages.collect()
    (age,) = [sample.value for sample in metric.samples if sample.labels["source"] == "balances"]
    assert 100 <= age < 130


@pytest.mark.parametrize(("fails", "level", "outcome"), [(False, "info", "succeeded"), (True, "warning", "failed")])
def test_each_job_is_one_line_with_its_duration_as_a_number(fails: bool, level: str, outcome: str) -> None:
    with capture_logs() as lines, job_timed(f"{outcome} job") as run:
        run.has_failed = fails
    (line,) = lines
    assert (line["event"], line["log_level"], line["outcome"]) == ("job", level, outcome)
    assert isinstance(line["took_ms"], float)
    assert value("stillframe_job_seconds_count", job=f"{outcome} job", outcome=outcome) == 1


def test_a_job_that_raises_has_failed() -> None:
    with pytest.raises(RuntimeError), job_timed("raising job"):
        raise RuntimeError
    assert value("stillframe_job_seconds_count", job="raising job", outcome="failed") == 1


@pytest.fixture(params=[None, "sesame"])
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, str | None]]:
    token = request.param
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(None if token is None else SecretText(token)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", token
    server.shutdown()


def test_metrics_are_for_this_machine_or_for_the_token(served: tuple[str, str | None]) -> None:
    url, token = served
    right = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{url}/metrics", headers=right if token else {}, timeout=60).status_code == 200
    assert requests.get(f"{url}/other", headers=right, timeout=60).status_code == 404
    if token is None:
        assert requests.get(f"{url}/metrics", headers={"Host": "attacker.example:80"}, timeout=60).status_code == 403
    else:
        for header in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "sesame"}):
            assert requests.get(f"{url}/metrics", headers=header, timeout=60).status_code == 401


def test_a_port_in_use_and_an_open_address_are_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port := free_port()))
        listener.listen()
        with pytest.raises(ConfigurationError, match=f"metrics_port = {port} on 127.0.0.1: cannot be used"):
            serve_metrics(MetricsSettings(port))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stillframe.toml").write_text('metrics_port = 9101\nmetrics_address = "0.0.0.0"\n')
    with pytest.raises(ConfigurationError, match="set STILLFRAME_METRICS_TOKEN"):
        load_settings()
    monkeypatch.setenv("STILLFRAME_METRICS_TOKEN", "sesame")
    assert load_settings().metrics.port == 9101
    assert "sesame" not in json.dumps(repr(load_settings()))
