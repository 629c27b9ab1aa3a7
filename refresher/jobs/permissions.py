"""The permissions job: reads the permissions of each account's key, at the start and then once a day."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine

from db.writes.permissions import write_permission
from domain.permissions import KeyPermission, excess_of
from exchanges.connection.errors import ExchangeError
from exchanges.open import states_permissions
from logs.lines import log
from refresher.jobs.recording import JobResult, recorded
from refresher.present.served_account import ServedAccount
from refresher.process.clock import utc_now
from refresher.process.database_watch import AWAY, DatabaseWatch

NAME = "key permissions"
EVERY = timedelta(days=1)


class PermissionsJob:
    """Reads key permissions from exchanges that state them. Most runs have nothing to do.

    `checked_at` is the time of the last check of each account, by id. Accounts that another refresher serves are left
    to it. An exchange that does not answer is asked again at the next run.
    """

    def __init__(
        self,
        accounts: Sequence[ServedAccount],
        writer: Engine,
        database: DatabaseWatch,
        checked_at: Mapping[int, datetime] | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.name = NAME
        self.next_run_at: Callable[[], datetime | None] = lambda: None
        self._accounts = [served for served in accounts if states_permissions(served.account.exchange)]
        self._writer = writer
        self._database = database
        self._checked_at = dict(checked_at or {})
        self._now = now

    def run(self) -> JobResult | None:
        """Check the accounts that are due. None if there are none, or if the database does not answer."""
        due = [served for served in self._accounts if served.is_ours and self._is_due(served)]
        if not due:
            return None
        try:
            return recorded(self._writer, self.name, self.next_run_at, lambda: self._ask(due))
        except AWAY as error:
            self._database.lost(error)
            return None

    def _is_due(self, served: ServedAccount) -> bool:
        checked_at = self._checked_at.get(served.account.id)
        return checked_at is None or self._now() - checked_at >= EVERY

    def _ask(self, due: Sequence[ServedAccount]) -> JobResult:
        failed: list[str] = []
        for served in due:
            account = served.account
            try:
                may = served.reader.permissions()
            except ExchangeError as error:
                failed.append(f"{account.name}: {error}")
                continue
            except Exception as error:  # a fault of ours in one answer must not affect the others
                log().exception("permissions could not be read", account=account.name)
                failed.append(f"{account.name}: the answer could not be understood ({type(error).__name__})")
                continue
            permission = KeyPermission(may.can_read, may.can_trade, may.can_withdraw, may.note, self._now())
            write_permission(self._writer, account.id, permission)
            self._checked_at[account.id] = permission.checked_at
            if (excess := excess_of(permission)) is not None:
                log().warning("the key may do more than read", account=account.name, it_can=excess)
        detail = f"failed: {'; '.join(failed)}" if failed else f"{len(due)} asked"
        return JobResult(not failed, detail)
