"""The processes of `make run`: what each is, how it is started, and in which order they go."""

import os
import shlex
import shutil
import sys
from dataclasses import dataclass, field

from launcher.preflight import HOST, Plan
from launcher.secret_variables import secret_variables


@dataclass(frozen=True, slots=True)
class Child:
    """One process. `rank`: those of the lowest stop first, the next when they are gone."""

    name: str
    command: tuple[str, ...]
    rank: int
    environment: dict[str, str] = field(default_factory=dict)
    is_kept: bool = True  # started again when it ends, unlike a one-off
    stop_seconds: float = 6.0
    unsaid: tuple[str, ...] = ()  # what its lines begin with that would only repeat what we say
    may_know_secrets: bool = False  # keys of exchanges: whoever asks none has no business with them

    def shell_line(self) -> str:
        """The command for a shell. The kernel ends the process with us, however we end."""
        bound = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
        return "exec " + shlex.join((*bound, *self.command))

    def whole_environment(self) -> dict[str, str]:
        """Ours, with what this child needs besides, and without the keys of exchanges where it asks none."""
        kept = dict(os.environ)
        if not self.may_know_secrets:
            for name in secret_variables():
                kept.pop(name, None)
        return {**kept, "PYTHONUNBUFFERED": "1", **self.environment}


def database() -> Child:
    """Our own Postgres. It stops last, after all writers."""
    return Child("database", _python("-m", "db", "serve"), rank=3, stop_seconds=20.0)


def simulator(port: int) -> Child:
    """The simulated exchange of the demo."""
    return Child("simulator", _python("-m", "simulator", "--host", HOST, "--port", str(port)), rank=2)


def seeding(demo_url: str) -> Child:
    """Writes the demo's past, once."""
    return Child("seeding", _python("-m", "refresher", "--seed-demo"), 1, _demo(demo_url), is_kept=False)


def refresher(demo_url: str | None) -> Child:
    """Asks the exchanges."""
    command = _python("-m", "refresher")
    return Child("refresher", command, rank=1, environment=_demo(demo_url), may_know_secrets=True)


def web(plan: Plan) -> Child:
    """Pages, API and health."""
    options = {
        "server.port": str(plan.port),
        "server.address": HOST,
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Child(
        "web", _python("-m", "streamlit", "run", "server.py", *words), rank=1, unsaid=("You can now view", "URL: ")
    )


def _python(*words: str) -> tuple[str, ...]:
    return (sys.executable, *words)


def _demo(url: str | None) -> dict[str, str]:
    return {} if url is None else {"STILLFRAME_DEMO_URL": url}
