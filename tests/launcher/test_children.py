"""The environment of each process of `make run`."""

from pathlib import Path

import pytest

from launcher import children
from launcher.preflight import plan
from tests.ports import free_port

CONFIGURATION = """
[[accounts]]
name = "main"
exchange = "cryptocom"
api_key = "env:KEY_OF_MAIN"
api_secret = "env:SECRET_OF_MAIN"
"""


def test_only_the_refresher_gets_the_keys_of_exchanges(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "stillframe.toml").write_text(CONFIGURATION)
    monkeypatch.setenv("STILLFRAME_CONFIG", str(tmp_path / "stillframe.toml"))
    monkeypatch.setenv("STILLFRAME_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KEY_OF_MAIN", "key")
    monkeypatch.setenv("SECRET_OF_MAIN", "secret")
    keys = {"KEY_OF_MAIN", "SECRET_OF_MAIN"}
    assert keys <= children.refresher(None).process_environment().keys()
    demo_url = "http://127.0.0.1:1"
    others = [
        children.web(plan(str(free_port()))),
        children.database(),
        children.simulator(1),
        children.seeding(demo_url),
    ]
    for child in others:
        given = child.process_environment()
        assert not keys & given.keys(), child.name
        assert "PATH" in given
