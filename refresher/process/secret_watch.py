"""The secret watch: notices keys that changed in their files, so that the refresher starts again with them.

Starting again runs every check of a start: the key belongs to one account, and log lines hide the new secret.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from db.secret_files import state_of
from logs.lines import log
from refresher.configuration.problems import ConfigurationError

States = dict[Path, tuple[int, int, int] | None]


class SecretWatch:
    """Compares the files at each look. A change counts when two looks agree, so that no half-written pair is used."""

    def __init__(self, files: tuple[Path, ...], load: Callable[[], object]) -> None:
        """`load` raises ConfigurationError while the new secrets cannot be used."""
        self.has_changed = False
        self._files = files
        self._load = load
        self._used = self._last = self._states()

    def look(self) -> bool:
        """True once the process should start again with new secrets."""
        states, before = self._states(), self._last
        self._last = states
        if states == self._used or states != before or None in states.values():
            return False
        try:
            self._load()
        except ConfigurationError as error:
            log().warning("changed secrets cannot be used: the present ones stay", error="; ".join(error.problems))
            self._used = states
            return False
        log().info("secrets changed: starting again with them")
        self.has_changed = True
        return True

    def _states(self) -> States:
        return {file: state_of(file) for file in self._files}


def start_again() -> None:
    """Replace this process by a new one with the same command line and process number. Does not return."""
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - our own command line
