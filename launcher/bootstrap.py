"""Prepare .venv: created once, filled from pinned and hashed requirements, and kept while these do not change.

Runs with the system's Python before anything is installed, so it uses the standard library only.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
PACK = ROOT / "deploy" / "pack_static.py"
REQUIREMENTS = {"run": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}
NO_VENV = (
    "stillframe: this Python cannot create virtual environments ({reason}): run `apt install python3-venv` (Debian, "
    "Ubuntu), or name another Python: make PYTHON=/path/to/python3"
)


def main(arguments: list[str]) -> int:
    """Prepare for `run` or `dev`. Returns 0 when ready, 1 after an error line."""
    purpose = arguments[0] if arguments else "run"
    files = [ROOT / name for name in REQUIREMENTS[purpose]]
    stamp = ENVIRONMENT / f".stillframe-{purpose}"
    digest = _digest(files)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == digest:
        return 0
    if problem := _environment_problem():
        sys.stderr.write(f"{problem}\n")
        return 1
    for file in files:
        if not _install(file):
            return 1
    if not _pack():
        return 1
    for name, needed in REQUIREMENTS.items():
        if set(needed) <= set(REQUIREMENTS[purpose]):
            (ENVIRONMENT / f".stillframe-{name}").write_text(_digest([ROOT / file for file in needed]))
    return 0


def _digest(files: list[Path]) -> str:
    """A digest of everything that the environment depends on. It is filled again when the digest changes."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ENVIRONMENT}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _environment_problem() -> str:
    """Create the environment if it is missing or broken. Returns the line to print if that fails."""
    version = _environment_version()
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if version not in ("", ours):
        _say(f".venv was made by Python {version} and this is {ours}: making it again")
    elif PYTHON.exists() and _succeeds([str(PYTHON), "-m", "pip", "--version"]):
        return ""
    try:
        import ensurepip  # noqa: F401 - Debian ships Python without it
        import venv
    except ImportError as error:
        return NO_VENV.format(reason=f"{error.name} is missing")
    if version in ("", ours):
        _say("making a virtual environment in .venv")
    try:
        venv.create(ENVIRONMENT, clear=ENVIRONMENT.exists(), with_pip=True, symlinks=True)
    except subprocess.CalledProcessError as error:
        return NO_VENV.format(reason=str(error.output or error)[-120:].strip())
    except OSError as error:
        return f"stillframe: {ENVIRONMENT} cannot be created: {error.strerror}. Make this directory writable"
    return ""


def _environment_version() -> str:
    """The Python that made the environment, as "3.11". Empty if there is none or it does not say."""
    try:
        lines = (ENVIRONMENT / "pyvenv.cfg").read_text().splitlines()
    except OSError:
        return ""
    values = [value.strip() for key, _, value in (line.partition("=") for line in lines) if key.strip() == "version"]
    return ".".join(values[0].split(".")[:2]) if values else ""


def _install(file: Path) -> bool:
    """Install the packages of a requirements file, with progress. False if pip failed."""
    total = sum("==" in line for line in file.read_text().splitlines())
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    command = [*pip, "--require-hashes", "--requirement", str(file)]
    output: list[str] = []
    _say(f"installing {total} packages of {file.name} (once)")
    process = subprocess.Popen(  # noqa: S603 - our own pip
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    )
    with process:
        assert process.stdout is not None
        count = 0
        for line in process.stdout:
            output.append(line)
            if line.startswith(("Collecting", "Requirement already")):
                count += 1
                _tick(count, total)
            elif line.startswith("Installing collected"):
                _tick(total, total, "unpacking")
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    if process.returncode:
        sys.stderr.write("".join(output[-15:]))
        _say("the packages could not be installed: see above. Is a package index reachable?")
    return process.returncode == 0


def _pack() -> bool:
    """Compress the static files of the pages, so that no visit waits for that. False if it failed."""
    _say("compressing the scripts of the pages (once)")
    packed = subprocess.run([str(PYTHON), str(PACK)], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if packed.returncode:
        sys.stderr.write(packed.stderr[-1000:])
        _say("the scripts of the pages could not be compressed: see above")
    return packed.returncode == 0


def _tick(count: int, total: int, word: str = "fetching") -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K  {word} {min(count, total)} of {total}")
    elif count % 25 == 0 or count == total:
        _say(f"  {word} {min(count, total)} of {total}")
    sys.stderr.flush()


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - our own pip
    except OSError:
        return False


def _say(line: str) -> None:
    sys.stderr.write(f"stillframe: {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nstillframe: stopped before everything was installed. Run it again to continue")
