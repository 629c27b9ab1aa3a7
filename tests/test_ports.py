"""Ports for tests: what one process was given, no other process and no later caller gets."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ports

ROOT = Path(__file__).parents[1]
ASKS = "from tests import ports; ports.FIRST, ports.LAST = {0}, {0} + 1; print(ports.free_port())"


def asked_elsewhere(port: int) -> str:
    """What another process gets or says that may choose this port alone."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ASKS.format(port)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip() or done.stderr


def test_a_port_is_given_once_though_nobody_listens_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    port = ports.free_port()
    assert f"from {port} to {port + 1} is free" in asked_elsewhere(port)
    monkeypatch.setattr(ports, "FIRST", port)
    monkeypatch.setattr(ports, "LAST", port + 1)
    with pytest.raises(AssertionError, match="is free"):
        ports.free_port()


def test_a_port_on_which_somebody_listens_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        monkeypatch.setattr(ports, "FIRST", port)
        monkeypatch.setattr(ports, "LAST", port + 1)
        with pytest.raises(AssertionError, match="is free"):
            ports.free_port()
