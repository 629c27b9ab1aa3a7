"""Status of the refreshers: a line when refreshes begin too late, and the progress of queued work."""

from collections.abc import Iterable, Sequence

import pandas as pd

from db.reads.refreshers import QueuedWork, RunningRefresher
from domain.snapshot import Account

_CAUSES = {
    "process": "It uses all that one process can compute. Start another refresher, which takes its share of the "
    "accounts, or set a longer refresh_seconds.",
    "machine": "The processors of its machine are busy. Start a refresher on another machine, or set a longer "
    "refresh_seconds.",
    "exchange": "All its threads wait for slow exchanges. Start another refresher, or set shorter budgets.",
    "database": "The database takes long to write. Look at its load and its disk.",
}


def lag_lines(refreshers: Iterable[RunningRefresher]) -> list[str]:
    """A line for each refresher whose refreshes begin too late, with the cause and the remedy."""
    return [
        f"Refreshes begin up to {refresher.lag_seconds:.0f} s late, so data is older than configured. "
        f"One refresher serves {refresher.accounts:,} accounts. {_CAUSES.get(refresher.bottleneck, '')}".rstrip()
        for refresher in refreshers
        if refresher.bottleneck is not None and refresher.lag_seconds is not None
    ]


def work_frame(work: Iterable[QueuedWork], accounts: Sequence[Account]) -> pd.DataFrame:
    """The table of queued work."""
    names = {account.id: account.name for account in accounts}
    rows = [
        {
            "account": names[item.account_id],
            "work": item.kind.capitalize(),
            "state": _state(item),
            "progress": f"{item.done:,} of {item.total:,}" if item.total else "",
            "detail": item.detail or "",
        }
        for item in work
        if item.account_id in names
    ]
    return pd.DataFrame(rows, columns=["account", "work", "state", "progress", "detail"])


def _state(work: QueuedWork) -> str:
    """The state in words. A second attempt means that a worker died or failed."""
    attempt = f", attempt {work.attempts}" if work.attempts > 1 else ""
    return f"{work.state.capitalize()}{attempt}"
