"""Exit codes: the result of a command, for cron, a supervisor or a script."""

from enum import IntEnum


class Exit(IntEnum):
    """The result of a command."""

    DONE = 0
    FAILED = 1  # no source of an account answered, or the command could not be completed
    CONFIGURATION = 2
