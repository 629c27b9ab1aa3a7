"""The refresh job: refreshes and writes one account. Its failures stop no other account."""

from collections.abc import Callable
from datetime import datetime

from db.leases import LeaseLost
from db.stopping import Stopped
from db.writes.refresh import OlderRefresh
from domain.sources import Failure, FailureKind
from logs.lines import log
from refresher.jobs.recording import JobResult
from refresher.present.changes import Changes
from refresher.present.refresh_log import RefreshLog
from refresher.present.served_account import Refreshed, ServedAccount
from refresher.process.database_watch import AWAY, DatabaseWatch


def job_name(account: str) -> str:
    """The name of an account's refresh job, in the scheduler and on the Status page."""
    return f"refresh {account}"


class RefreshJob:
    """Refreshes one account at each run."""

    def __init__(self, served: ServedAccount, database: DatabaseWatch) -> None:
        self.served = served
        self.name = job_name(served.account.name)
        self.next_run_at: Callable[[], datetime | None] = lambda: None
        self.changes = Changes()  # of the last refresh
        self._database = database
        self._refresh_log = RefreshLog(served.account.name)

    def run(self) -> JobResult | None:
        """Refresh the account once. None if another refresher serves it, or the process is asked to end.

        The run needs no record besides the refresh itself, which holds its time, duration and result. Every exception
        is caught here, around one account's refresh.
        """
        account, self.changes = self.served.account.name, Changes()
        if not self.served.is_ours:
            return None
        try:
            refreshed = self.served.refresh()
        except Stopped:
            return None
        except (LeaseLost, OlderRefresh) as error:
            log().warning("refresh not written", account=account, error=str(error))
            return JobResult(False, str(error))
        except AWAY as error:
            self._database.lost(error)
            return JobResult(False, "the database does not answer")
        except Exception as error:
            log().exception("refresh failed", account=account)
            return JobResult(False, f"{type(error).__name__}: see the log")
        self._database.answered()
        self.changes = refreshed.changes
        self._refresh_log.write(refreshed)
        return result_of(refreshed)


def result_of(refreshed: Refreshed) -> JobResult:
    """The result of a refresh as a job. It failed if no source answered."""
    failures = {s: r for s, r in refreshed.observation.results.items() if isinstance(r, Failure)}
    if not failures:
        return JobResult(True, f"{len(refreshed.observation.results)} sources")
    errors = [failure.error for failure in failures.values() if failure.kind is not FailureKind.NOT_ASKED]
    why = next(iter(errors), next(iter(failures.values())).error)
    return JobResult(not refreshed.failed_wholly, f"failed: {', '.join(failures)} ({why})")
