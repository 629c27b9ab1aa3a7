"""Key permissions are read rarely, stored as stated, and shown in plain words."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from db.reads.jobs import read_job_runs
from db.reads.permissions import read_permissions
from db.writes.accounts import AccountSetting, write_accounts
from domain.permissions import KeyPermission, excess_of
from exchanges.connection.errors import Temporary
from exchanges.contracts import Permissions
from refresher.commands.check import permission_words
from refresher.jobs.permissions import PermissionsJob
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import DatabaseWatch
from tests.factories import ASKED, NOON
from tests.postgres import Database

ALL = Permissions(True, True, True, "")


@dataclass
class Served:
    """Stands for a served account whose exchange says what its key may do."""

    account: Any
    says: Permissions | Exception = ALL
    is_ours: bool = True
    times: int = 0

    @property
    def reader(self) -> "Served":
        return self

    def permissions(self) -> Permissions:
        self.times += 1
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@dataclass
class Clock:
    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Day:
    """Accounts on these exchanges, and the job that asks what their keys may do."""

    database: Database
    exchanges: tuple[str, ...]
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        settings = [AccountSetting(name, name, ASKED, 30, "USD") for name in self.exchanges]
        accounts = write_accounts(self.database.writer, settings)
        self.served = {name: Served(accounts[name]) for name in self.exchanges}
        self.job = self.started()

    def started(self, checked_at: dict[int, datetime] | None = None) -> PermissionsJob:
        served = cast("list[ServedAccount]", list(self.served.values()))
        return PermissionsJob(served, self.database.writer, DatabaseWatch(), checked_at, now=self.clock)

    def permissions(self) -> dict[str, KeyPermission]:
        names = {served.account.id: name for name, served in self.served.items()}
        with self.database.reader.connect() as connection:
            return {names[account]: permission for account, permission in read_permissions(connection).items()}


@pytest.fixture
def day(database: Database) -> Day:
    return Day(database, ("binance", "okx", "cryptocom"))


def test_permissions_are_read_at_the_start_and_then_once_a_day(day: Day) -> None:
    assert day.job.run() is not None
    day.clock.at += timedelta(hours=23)
    assert day.job.run() is None
    day.clock.at += timedelta(hours=1)
    day.job.run()
    assert day.served["binance"].times == 2
    assert day.permissions()["binance"] == KeyPermission(True, True, True, "", day.clock.at)


def test_permissions_are_not_requested_from_an_exchange_without_a_call(day: Day) -> None:
    day.job.run()
    assert day.served["cryptocom"].times == 0
    assert set(day.permissions()) == {"binance", "okx"}


def test_an_unanswered_permission_call_is_repeated_and_stops_no_other_account(day: Day) -> None:
    day.served["binance"].says = Temporary("no response in time")
    result = day.job.run()
    assert result is not None
    assert (result.succeeded, result.detail) == (False, "failed: binance: no response in time")
    assert set(day.permissions()) == {"okx"}
    day.served["binance"].says = Permissions(True, False, False, "")
    day.job.run()
    assert day.served["okx"].times == 1
    assert day.permissions()["binance"].can_withdraw is False
    with day.database.reader.connect() as connection:
        assert [run.outcome for run in read_job_runs(connection)] == ["succeeded"]


def test_an_unexpected_response_is_logged_and_stops_no_other_account(day: Day) -> None:
    day.served["binance"].says = KeyError("ipRestrict")
    result = day.job.run()
    assert result is not None
    detail = "failed: binance: the answer could not be understood (KeyError)"
    assert (result.succeeded, result.detail) == (False, detail)
    assert set(day.permissions()) == {"okx"}
    with day.database.reader.connect() as connection:
        assert [run.outcome for run in read_job_runs(connection)] == ["failed"]


def test_an_account_that_another_refresher_serves_is_left_to_it(day: Day) -> None:
    day.served["binance"].is_ours = False
    day.job.run()
    assert set(day.permissions()) == {"okx"}


def test_a_command_that_starts_each_minute_reads_permissions_once_a_day(day: Day) -> None:
    day.job.run()
    checked_at = {day.served[name].account.id: permission.checked_at for name, permission in day.permissions().items()}
    assert day.started(checked_at).run() is None


ADVICE = "Stillframe only reads: give it a key that can do no more"


@pytest.mark.parametrize(
    ("may", "words", "excess"),
    [
        (Permissions(True, False, False, ""), "read-only", None),
        (Permissions(True, True, False, ""), f"can trade; {ADVICE}", "trade"),
        (Permissions(True, True, True, "moves"), f"can trade and withdraw; {ADVICE} (moves)", "trade and withdraw"),
        (Permissions(True, False, None, "why"), "withdraw: unknown (why)", None),
        (
            Permissions(True, None, None, ""),
            "trade and withdraw: unknown; make sure at the exchange that it can only read",
            None,
        ),
        (Permissions(False, None, None, "refused"), "cannot read; trade and withdraw: unknown (refused)", None),
    ],
)
def test_permissions_of_a_key_are_described_in_plain_words(may: Permissions, words: str, excess: str | None) -> None:
    """A warning never claims an unknown permission."""
    assert permission_words(may) == words
    assert excess_of(KeyPermission(may.can_read, may.can_trade, may.can_withdraw, may.note, NOON)) == excess
