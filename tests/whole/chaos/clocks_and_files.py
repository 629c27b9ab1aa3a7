"""Faults of the clock and of the files that a person edits."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.whole.chaos.fault import Act, Fault, not_ready
from tests.whole.chaos.stack import Stack

HOUR = 3600.0


def clock_at(seconds: float) -> Act:
    """The clock of the refresher is ahead or behind."""

    @contextmanager
    def act(stack: Stack) -> Iterator[None]:
        stack.shift_clock(seconds)
        try:
            yield
        finally:
            stack.shift_clock(0)

    return act


def configured_with(content: bytes | None, words: str, changed: Mapping[str, str | None] | None = None) -> Act:
    """A refresher with this configuration, or with this environment. It ends with one clear line."""

    @contextmanager
    def act(stack: Stack) -> Iterator[None]:
        environment = {**os.environ, **stack.environment}
        file = Path(stack.environment["STILLFRAME_CONFIG"]).with_name("other.toml")
        if content is not None:
            file.write_bytes(content)
            environment["STILLFRAME_CONFIG"] = str(file)
        for name, value in (changed or {}).items():
            environment.pop(name, None)
            if value is not None:
                environment[name] = value
        result = subprocess.run(
            [sys.executable, "-m", "refresher", "--once"], env=environment, capture_output=True, text=True, check=False
        )
        output = result.stdout + result.stderr
        assert "Traceback" not in output, output
        assert result.returncode == 2, output
        assert words in output, output
        yield

    return act


@contextmanager
def rewritten(stack: Stack) -> Iterator[None]:
    """The configuration is broken while the refresher runs. It goes on with what it read."""
    file = Path(stack.environment["STILLFRAME_CONFIG"])
    content = file.read_text()
    file.write_text("[[accounts")
    try:
        yield
    finally:
        file.write_text(content)


ACCOUNT = b'[[accounts]]\nname = "main"\nexchange = "%s"\napi_key = "%s"\napi_secret = "env:TEST_API_SECRET"\n'


def clock_and_file_faults() -> Iterator[Fault]:
    ahead, behind = "set aside after one interval, then fresh", "nothing is set aside, and it goes on"
    yield Fault("clock 2 h ahead", ahead, clock_at(2 * HOUR), not_ready("ahead of the clock"))
    yield Fault("clock 40 s ahead", ahead, clock_at(40), not_ready("ahead of the clock"))
    yield Fault("clock 30 days ahead", ahead, clock_at(720 * HOUR), not_ready("ahead of the clock"))
    yield Fault("clock 1 h behind", behind, clock_at(-HOUR))
    yield Fault("configuration broken while it runs", "read at the next start only", rewritten)
    line = "one clear line, and exit code 2"
    yield Fault("broken TOML", line, configured_with(b"[[accounts\n", "stillframe:"))
    yield Fault("a file that is not text", line, configured_with(b"\xff\xfe\x00", "stillframe:"))
    yield Fault("an unknown exchange", line, configured_with(ACCOUNT % (b"mtgox", b"env:TEST_API_KEY"), "mtgox"))
    yield Fault(
        "a secret file that is missing", line,
        configured_with(ACCOUNT % (b"cryptocom", b"file:/nowhere/key"), "/nowhere/key"),
    )  # fmt: skip
    yield Fault("a secret that is not set", line, configured_with(None, "TEST_API_KEY", {"TEST_API_KEY": None}))
    yield Fault(
        "a configuration file that is missing", line,
        configured_with(None, "there is no such file", {"STILLFRAME_CONFIG": "/nowhere/stillframe.toml"}),
    )  # fmt: skip
