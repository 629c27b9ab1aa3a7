"""The heartbeat: while the refresher is well, and only then."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from db.stopping import Stop
from refresher.process import heartbeat as module
from refresher.process.heartbeat import Heartbeat, beat_until_stopped


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.001)


@pytest.mark.parametrize("is_well", [True, False])
def test_the_heartbeat_continues_while_the_refresher_is_healthy(is_well: bool) -> None:
    stop, checks = Stop(), 0

    def is_alive() -> bool:
        nonlocal checks
        checks += 1
        if checks == 3:
            stop.request()
        return is_well

    heart = Heartbeat()
    beat_until_stopped(heart, is_alive, stop)
    assert checks == 3
    assert module.heartbeat_file().exists() is is_well


def test_a_failing_heartbeat_is_logged_once_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Mock()
    monkeypatch.setattr(module, "log", lambda: log)
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    heart = Heartbeat()
    heart.beat()
    heart.beat()
    log.warning.assert_called_once()
