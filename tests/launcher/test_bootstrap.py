"""The virtual environment is created once. Missing programs are reported in one line."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from launcher import bootstrap, chromium


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A directory with its own requirements and an existing environment."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    (tmp_path / ".venv").mkdir()
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("")
    return tmp_path


@pytest.fixture
def installed(monkeypatch):
    """The names of the installed files. Nothing is really installed."""
    names: list[str] = []

    def install(file: Path) -> bool:
        names.append(file.name)
        return True

    monkeypatch.setattr(bootstrap, "_install", install)
    monkeypatch.setattr(bootstrap, "_pack", lambda: True)
    return names


def test_packages_are_installed_once_and_again_when_they_change(checkout, installed):
    assert bootstrap.main(["run"]) == 0
    assert bootstrap.main(["run"]) == 0
    assert installed == ["requirements.txt"]
    (checkout / "requirements.txt").write_text("rich==15\n")
    bootstrap.main(["run"])
    assert installed == ["requirements.txt"] * 2


def test_development_requirements_include_the_runtime_requirements(checkout, installed):
    bootstrap.main(["dev"])
    bootstrap.main(["run"])
    assert installed == ["requirements.txt", "requirements-dev.txt"]


def test_an_installation_that_failed_is_tried_again(checkout, monkeypatch):
    monkeypatch.setattr(bootstrap, "_install", lambda file: False)
    assert bootstrap.main(["run"]) == 1
    assert not (checkout / ".venv" / ".stillframe-run").exists()


def test_scripts_that_could_not_be_compressed_end_the_set_up(monkeypatch, tmp_path, capsys):
    (tmp_path / "fails.py").write_text("raise SystemExit('no space left')")
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(bootstrap, "PACK", tmp_path / "fails.py")
    assert not bootstrap._pack()
    assert "no space left" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["ensurepip", "venv"])
def test_a_python_without_virtual_environments_is_reported_in_one_line(checkout, monkeypatch, capsys, missing):
    monkeypatch.setattr(bootstrap, "PYTHON", checkout / "none")
    monkeypatch.setitem(sys.modules, missing, None)
    assert bootstrap.main(["run"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"({missing} is missing): run `apt install python3-venv`" in line


def test_an_environment_of_another_python_is_made_again_with_one_line(checkout, installed, monkeypatch, capsys):
    made: list[Path] = []
    monkeypatch.setattr("venv.create", lambda path, **_: made.append(path))
    (checkout / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.9.2\n")
    assert bootstrap.main(["run"]) == 0
    assert made == [checkout / ".venv"]
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert capsys.readouterr().err == (
        f"stillframe: .venv was made by Python 3.9 and this is {ours}: making it again\n"
    )


def test_an_environment_of_this_python_is_kept(checkout, installed, monkeypatch):
    monkeypatch.setattr("venv.create", lambda path, **_: pytest.fail("it was made again"))
    version = ".".join(str(number) for number in sys.version_info[:3])
    (checkout / ".venv" / "pyvenv.cfg").write_text(f"version = {version}\n")
    assert bootstrap.main(["run"]) == 0


def test_packages_that_cannot_be_installed_are_reported_with_the_message_of_pip(checkout, monkeypatch, capsys):
    (checkout / "requirements.txt").write_text("stillframe-no-such-package==1 --hash=sha256:00\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    assert bootstrap.main(["run"]) == 1
    told = capsys.readouterr().err
    assert "ERROR" in told
    assert told.splitlines()[-1].startswith("stillframe: the packages could not be installed")


def test_the_requirements_of_the_repository_are_pinned_with_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (Path(bootstrap.__file__).parents[1] / name).read_text()
        packages = [line for line in text.splitlines() if line[:1].isalnum()]
        assert packages
        assert all("==" in line for line in packages)
        assert text.count("--hash=sha256:") >= len(packages)


def test_the_oldest_python_is_the_same_wherever_it_is_named():
    root = Path(bootstrap.__file__).parents[1]
    project = tomllib.loads((root / "pyproject.toml").read_text())
    oldest = project["project"]["requires-python"].removeprefix(">=")
    assert project["tool"]["mypy"]["python_version"] == oldest
    assert project["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    assert f"sys.version_info < ({oldest.replace('.', ', ')})" in (root / "Makefile").read_text()
    assert f"--python-version {oldest}" in (root / "Makefile").read_text()


def test_the_project_is_not_a_package():
    """An application runs from its directory, so pyproject.toml has neither a build system nor dependencies."""
    root = Path(bootstrap.__file__).parents[1]
    project = tomllib.loads((root / "pyproject.toml").read_text())
    assert {"name", "version", "requires-python"} <= set(project["project"])
    assert "build-system" not in project
    assert {"dependencies", "dynamic", "scripts"}.isdisjoint(project["project"])


def test_an_installed_chromium_is_kept(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if name == "chromium" else None)
    monkeypatch.setattr(chromium, "_run", lambda command: pytest.fail("nothing should be run"))
    assert chromium.main() == 0


def test_chromium_is_installed_by_root_without_asking(monkeypatch):
    commands: list[list[str]] = []
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr("os.geteuid", lambda: 0)

    def run(command: list[str]) -> tuple[int, str]:
        commands.append(command)
        return 0, ""

    monkeypatch.setattr(chromium, "_run", run)
    assert chromium.main() == 0
    assert [command[-1] for command in commands] == ["update", "chromium"]


@pytest.mark.parametrize("programs", [{"apt-get"}, {"apt-get", "sudo"}, set()])
def test_a_user_who_may_not_install_chromium_gets_one_line(monkeypatch, capsys, programs):
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if name in programs else None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(chromium, "_run", lambda command: (1, "sudo: a password is required"))
    assert chromium.main() == 1
    assert capsys.readouterr().err == f"stillframe: {chromium.REMEDY}\n"


def test_continuous_integration_ends_with_the_tests_own_exit_code(tmp_path):
    """The script is run on a checkout whose `make test` fails."""
    script = Path(bootstrap.__file__).parents[1] / ".ci" / "run"
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_text(script.read_text())
    (tmp_path / "Makefile").write_text("test:\n\t@echo 1 failed; exit 1\n")
    told = subprocess.run(["sh", ".ci/run"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode != 0
    assert "1 failed" in told.stdout
    assert "conformance" not in told.stdout
