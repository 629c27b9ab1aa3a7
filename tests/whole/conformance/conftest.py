"""The documented samples of the exchanges: kept outside of the repository, and asked for by name only."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exchanges.connection.exact import exact_json
from tests.exchanges.payload_server import PayloadServer, Reply, serving

SAMPLES = Path(os.environ.get("STILLFRAME_SAMPLES") or Path(__file__).parents[4] / "shared/exchange-samples")
Sample = Callable[[str], Any]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Keep out of a run of all tests: `pytest tests/whole/conformance` asks for these."""
    asked = any("conformance" in str(argument) for argument in config.invocation_params.args)
    return None if asked else True


def text_of(name: str) -> str:
    """The first payload of a sample as JSON text, its numbers untouched."""
    path = SAMPLES / "cryptocom" / f"{name}.json"
    if not path.exists():
        pytest.fail(f"no sample at {path}: say where they are in STILLFRAME_SAMPLES")
    whole = path.read_text().strip()
    assert whole.startswith("[")
    assert len(json.loads(whole)) == 1
    return whole[1:-1]


@pytest.fixture
def sample() -> Sample:
    """Reads a documented payload by the name of its file."""
    return lambda name: exact_json(text_of(name))


@pytest.fixture
def replay() -> Iterator[PayloadServer]:
    """An exchange that answers every documented method with its sample, and knows no normal orders."""
    with serving() as server:
        for path in sorted((SAMPLES / "cryptocom").glob("post_*.json")):
            said = text_of(path.stem)
            method = str(exact_json(said).get("method", "")).lstrip("/")
            server.answers[f"/exchange/v1/{method}"] = Reply(said)
        server.lists("private/get-open-orders")
        yield server
