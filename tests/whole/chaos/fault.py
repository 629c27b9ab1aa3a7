"""A fault as one row of the table: how it begins and ends, and what must be seen while it lasts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.whole.chaos.stack import Stack

Act = Callable[[Stack], AbstractContextManager[object]]
Seen = Callable[[Stack], object]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `holds` is awaited while it lasts. `loses_rows`: unreadable rows may be missing, if that is said."""

    name: str
    expected: str
    act: Act
    holds: Seen = lambda _: True
    loses_rows: bool = False


def carried(*names: str) -> Seen:
    """These sources are carried forward."""
    return lambda stack: (sources := stack.sources()) and all(sources[name]["carried"] for name in names)


def unreadable(name: str) -> Seen:
    """Unreadable rows of this source are named."""
    return lambda stack: (sources := stack.sources()) and sources[name]["unreadable"]


def not_ready(words: str) -> Seen:
    """Readiness gives a reason with these words."""
    return lambda stack: any(words in reason for reason in (stack.readiness() or {}).get("reasons", ()))


def says(words: str) -> Seen:
    """The supervisor or a process printed these words."""
    return lambda stack: words in stack.printed.getvalue() or any(words in line for line in stack.lines)
