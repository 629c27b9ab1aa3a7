"""Access to data: with the token, or without a configured token from this machine only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from api.access import is_loopback
from api.reader import Reader
from api.routes import routes
from api.settings import ApiConfigurationError, ApiSettings, read_settings
from db.secret_files import SecretText
from domain.version import VERSION
from tests.api.serving import ELSEWHERE, Served, serving

DATA = [
    "/api/dashboard/snapshot",
    "/api/orders/open",
    "/api/orders/ended",
    "/api/fills",
    "/api/monitoring/summary",
]
HEALTH = ["/ping_fast", "/__ping", "/health", "/api/health"]


def unreachable() -> Reader:
    """A database that does not run. A client with access gets 503."""
    return Reader(lambda: create_engine("postgresql+psycopg2://nobody@127.0.0.1:1/none"))


def on_the_wire(header: str) -> str:
    """A header in the form that makes the client library send UTF-8, as curl does."""
    return header.encode().decode("latin-1")


@pytest.fixture(scope="module")
def open_api() -> Iterator[Served]:
    with serving(routes(unreachable(), ApiSettings())) as served:
        yield served


@pytest.fixture(scope="module")
def guarded_api() -> Iterator[Served]:
    with serving(routes(unreachable(), ApiSettings(SecretText("sésame-🔑"))), client=ELSEWHERE) as served:
        yield served


@pytest.mark.parametrize("path", DATA)
def test_without_a_token_this_machine_has_access(open_api: Served, path: str) -> None:
    assert open_api.get(path).status_code == 503


@pytest.mark.parametrize("path", DATA)
def test_without_a_token_another_machine_is_refused_in_one_line(path: str) -> None:
    with serving(routes(unreachable(), ApiSettings()), client=ELSEWHERE) as served:
        refused = served.get(path)
    assert refused.status_code == 403
    assert "STILLFRAME_API_TOKEN" in refused.json()["error"]
    assert "\n" not in refused.json()["error"]


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "X-Forwarded-Proto", "CF-Connecting-IP"]
)
def test_clients_behind_a_proxy_on_this_machine_are_not_local(open_api: Served, header: str) -> None:
    assert open_api.get(DATA[0], headers={header: "127.0.0.1"}).status_code == 403


def test_a_forwarded_address_cannot_make_another_machine_local() -> None:
    with serving(routes(unreachable(), ApiSettings()), client=ELSEWHERE) as served:
        assert served.get(DATA[0], headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize(
    "host", ["attacker.example", "attacker.example:8501", "127.0.0.1.attacker.example", "[::2]:80"]
)
def test_a_foreign_host_name_that_resolves_to_this_machine_is_refused(open_api: Served, host: str) -> None:
    assert open_api.get(DATA[0], headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8501", "127.0.0.1", "127.0.0.1:8501", "[::1]:8501", "[::1]"])
def test_every_name_of_this_machine_is_known(open_api: Served, host: str) -> None:
    assert open_api.get(DATA[0], headers={"Host": host}).status_code == 503


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *((host, True) for host in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost")),
        *((host, False) for host in ("::ffff:203.0.113.9", "10.0.0.1", "0.0.0.0", "", "unix")),
    ],
)
def test_only_loopback_addresses_are_local(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_token_gives_access_from_anywhere(guarded_api: Served) -> None:
    assert guarded_api.get(DATA[0], headers={"Authorization": on_the_wire("Bearer sésame-🔑")}).status_code == 503


@pytest.mark.parametrize(
    "shown", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic c2VzYW1l", "sesame", "Bearer é"]
)
@pytest.mark.parametrize("path", DATA)
def test_a_wrong_token_is_refused_in_one_line(guarded_api: Served, path: str, shown: str | None) -> None:
    refused = guarded_api.get(path, headers={} if shown is None else {"Authorization": on_the_wire(shown)})
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert "\n" not in refused.json()["error"]
    assert "sésame" not in refused.text


def test_with_a_token_set_this_machine_needs_it_too() -> None:
    with serving(routes(unreachable(), ApiSettings(SecretText("sesame")))) as served:
        assert served.get(DATA[0]).status_code == 401


@pytest.mark.parametrize("path", HEALTH)
def test_health_is_open_to_all(guarded_api: Served, path: str) -> None:
    assert guarded_api.get(path).json() == {"status": "ok", "version": VERSION}


def test_readiness_is_open_to_all(guarded_api: Served) -> None:
    assert guarded_api.get("/api/health/ready").status_code == 503


@pytest.mark.parametrize("path", [*DATA, *HEALTH, "/api/health/ready", "/api/nothing"])
def test_no_answer_is_stored_or_shared_with_other_origins(open_api: Served, path: str) -> None:
    headers = open_api.get(path, headers={"Origin": "http://attacker.example"}).headers
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers


def test_the_token_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("sesame\n")
    assert read_settings({"STILLFRAME_API_TOKEN": f"file:{secret}"}).token == "sesame"


def test_a_changed_token_file_counts_at_the_next_request(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("old")
    with serving(routes(unreachable(), read_settings({"STILLFRAME_API_TOKEN": f"file:{secret}"}))) as served:
        assert served.get(DATA[0], headers={"Authorization": "Bearer old"}).status_code == 503
        replacement = tmp_path / "new"
        replacement.write_text("new")
        replacement.rename(secret)
        assert served.get(DATA[0], headers={"Authorization": "Bearer old"}).status_code == 401
        assert served.get(DATA[0], headers={"Authorization": "Bearer new"}).status_code == 503
        secret.unlink()  # a moment without a file keeps the token
        assert served.get(DATA[0], headers={"Authorization": "Bearer new"}).status_code == 503


def test_an_empty_token_is_no_token() -> None:
    assert read_settings({"STILLFRAME_API_TOKEN": "  "}).token is None
    assert read_settings({}).token is None


def test_a_token_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    for path, why in ((empty, "empty"), (tmp_path / "none", "there is no file")):
        with pytest.raises(ApiConfigurationError, match=why) as caught:
            read_settings({"STILLFRAME_API_TOKEN": f"file:{path}"})
        assert "STILLFRAME_API_TOKEN" in str(caught.value)


def test_the_token_is_in_no_repr() -> None:
    assert "sesame" not in repr(ApiSettings(SecretText("sesame")))
