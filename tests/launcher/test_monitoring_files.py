"""Alert rules, the Grafana dashboard and the systemd units name things that exist."""

import json
import re
import shlex
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

import web.metrics  # noqa: F401 - registers the metrics of the web process
from db.load import LoadCollector, watch_queue
from refresher.process import metrics as refresher_metrics

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy" / "monitoring"
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
# Made when a process begins to serve its metrics, with the version as a label.
BUILD_INFO = {"stillframe_build_info": {"version"}}
# Exported by prometheus-client for every process, and by Prometheus itself.
OF_OTHERS = {"process_resident_memory_bytes", "process_cpu_seconds_total", "up"}
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count"), "counter": ("_total",)}


def exported() -> dict[str, set[str]]:
    """The labels of every series that our processes export, by its name."""
    series = dict(BUILD_INFO)
    for collector in list(REGISTRY._collector_to_names):
        if isinstance(collector, MetricWrapperBase):
            for suffix in SUFFIXES.get(collector._type or "", ("",)):
                series[collector._name + suffix] = {*collector._labelnames, *(["le"] if suffix == "_bucket" else [])}
    watch_queue("a test", lambda: 0)
    for metric in (*LoadCollector().collect(), *refresher_metrics.SourceAges().collect()):
        series[metric.name] = set(metric._labelnames)  # type: ignore[attr-defined]
    return series


def expressions() -> Iterator[tuple[str, str]]:
    """Every expression with the text beside it."""
    for group in yaml.safe_load((MONITORING / "alerts.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["expr"], rule["annotations"]["summary"]
    for panel in json.loads((MONITORING / "dashboard.json").read_text())["panels"]:
        for target in panel["targets"]:
            yield target["expr"], target["legendFormat"]


def test_every_metric_and_label_in_rules_and_dashboard_exists() -> None:
    series = exported()
    for expression, text in expressions():
        names = set(re.findall(r"\b(stillframe_\w+|process_\w+|up)\b(?!-)", expression))
        assert names, expression
        assert names - OF_OTHERS <= series.keys(), expression
        labels = {"job", *(label for name in names - OF_OTHERS for label in series[name])}
        used = set(re.findall(r"(\w+)=~?\"", expression))
        used |= {word for words in re.findall(r"by \(([^)]*)\)", expression) for word in words.split(", ")}
        used |= set(re.findall(r"\{\{ ?(?:\$labels\.)?(\w+) ?\}\}", text))
        assert used - {"value"} <= labels, f"{expression}: {used - labels}"


def test_every_metric_of_ours_is_on_the_dashboard_and_in_the_documentation() -> None:
    shown = (MONITORING / "dashboard.json").read_text()
    documented = (ROOT / "docs" / "operations.md").read_text()
    families = {
        re.sub(r"_(bucket|sum|count|total)$", "", name) for name in exported() if name.startswith("stillframe_")
    }
    assert [name for name in sorted(families) if name not in shown] == []
    assert [name for name in sorted(families) if f"`{name}" not in documented] == []


def test_every_alert_is_documented() -> None:
    documented = (ROOT / "docs" / "operations.md").read_text()
    rules = yaml.safe_load((MONITORING / "alerts.yaml").read_text())["groups"][0]["rules"]
    assert [rule["alert"] for rule in rules if f"`{rule['alert']}`" not in documented] == []


def test_prometheus_asks_the_ports_of_compose_with_the_token() -> None:
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    jobs = yaml.safe_load((MONITORING / "prometheus.yml").read_text())["scrape_configs"]
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in jobs}
    port = compose["refresher"]["environment"]["STILLFRAME_METRICS_PORT"]
    assert targets == {"stillframe-web": ["web:8501"], "stillframe-refresher": [f"refresher:{port}"]}
    assert all(job["authorization"]["credentials_file"].startswith("/run/secrets/") for job in jobs)
    assert all("monitoring" in compose[name]["networks"] for name in ("web", "refresher"))


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_a_unit_starts_what_exists_with_no_rights(file: Path) -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(file)
    service = dict(unit["Service"])
    words = shlex.split(service["ExecStart"])
    assert words[:2] == ["/opt/stillframe/.venv/bin/python", "-m"]
    assert (ROOT / words[2]).is_dir() or words[2:5] == ["streamlit", "run", "server.py"]
    assert service["User"] == "stillframe"
    assert (service["NoNewPrivileges"], service["ProtectSystem"], service["CapabilityBoundingSet"]) == (
        "yes",
        "strict",
        "",
    )
    assert service["MemoryMax"]
    assert service["Restart"] == "always"
