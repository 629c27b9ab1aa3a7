"""Exit codes: what a command tells cron, a supervisor or a script."""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1  # an account failed wholly, or what was asked for could not be done
    CONFIGURATION = 2
