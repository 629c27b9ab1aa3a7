"""Shared by the tests of the web process: server.py in a process that records what it asks outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.api.server_process import HERE, server_around
from tests.api.serving import Served
from tests.web.recording_proxy import RecordingProxy, blocked_environment


@dataclass(frozen=True)
class Guarded:
    """A server that knows the host stillframe.example and all below lan.example."""

    served: Served
    asked_outside: Path
    proxy: RecordingProxy
    log: Path


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    room = tmp_path_factory.mktemp("room")
    (room / ".streamlit").symlink_to(HERE / ".streamlit")
    with RecordingProxy() as proxy:
        asked_outside, blocked = blocked_environment(room, proxy.url)
        environment = {
            **blocked,
            "STILLFRAME_HOSTS": "stillframe.example, *.lan.example",
            "STILLFRAME_LOG_FORMAT": "json",
        }
        with server_around(room, environment, first="import streamlit as st; st.json({})", second="") as served:
            yield Guarded(served, asked_outside, proxy, room / "server.log")
