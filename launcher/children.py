"""The processes of `make run`: their commands, environments and stop order."""

import os
import shlex
import shutil
import sys
from dataclasses import dataclass, field

from launcher.preflight import HOST, Plan
from launcher.secret_variables import secret_variables


@dataclass(frozen=True, slots=True)
class Child:
    """One process. The lowest `rank` stops first. The next rank stops when those processes have ended."""

    name: str
    command: tuple[str, ...]
    rank: int
    environment: dict[str, str] = field(default_factory=dict)
    is_kept: bool = True  # restarted when it ends, unlike a one-off command
    stop_seconds: float = 6.0
    unsaid: tuple[str, ...] = ()  # beginnings of output lines that are not shown, because they repeat ours
    may_know_secrets: bool = False  # keys of exchanges, for the refresher only

    def shell_line(self) -> str:
        """The command for a shell. The kernel ends the process when we end, in any way."""
        bound = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
        return "exec " + shlex.join((*bound, *self.command))

    def process_environment(self) -> dict[str, str]:
        """Our environment with this child's variables, and without the keys of exchanges unless it may know them."""
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
    """Writes the demo's history, once."""
    return Child("seeding", _python("-m", "refresher", "--seed-demo"), 1, _demo(demo_url), is_kept=False)


def refresher(demo_url: str | None) -> Child:
    """The refresher, which reads the exchanges."""
    command = _python("-m", "refresher")
    return Child("refresher", command, rank=1, environment=_demo(demo_url), may_know_secrets=True)


def web(plan: Plan) -> Child:
    """Pages, API and health routes."""
    options = {
        "server.port": str(plan.port),
        "server.address": HOST,
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Child(
        "web",
        _python("-m", "streamlit", "run", "server.py", *words),
        rank=1,
        # A line for each request would push the address out of sight.
        environment={"STILLFRAME_LOG_LEVEL": os.environ.get("STILLFRAME_LOG_LEVEL", "warning")},
        unsaid=("You can now view", "URL: "),
    )


def _python(*words: str) -> tuple[str, ...]:
    return (sys.executable, *words)


def _demo(url: str | None) -> dict[str, str]:
    return {} if url is None else {"STILLFRAME_DEMO_URL": url}
