"""Row-level security: pages see the accounts of a valid token, and an attacker with their login sees nothing."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from db.reads.accounts import read_accounts
from db.refresh_requests import insert_refresh_request
from db.row_security import guarded_tables
from db.schema import metadata
from db.viewing import viewing
from tests.db.full_database import read_everything
from tests.db.viewers import ANA, EVE, TwoViewers, change, rows, write_two_viewers
from tests.postgres import Database


@pytest.fixture
def two_viewers(database: Database) -> TwoViewers:
    return write_two_viewers(database)


def test_without_a_token_no_row_of_an_account_is_visible(two_viewers: TwoViewers) -> None:
    with two_viewers.database.owner.connect() as connection:
        assert [table.name for table in guarded_tables() if not rows(connection, table.name)] == []
    for token in (None, "", "wrong", "ana", ANA.upper()):
        with viewing(token), two_viewers.database.reader.connect() as connection:
            assert {table.name: rows(connection, table.name) for table in guarded_tables()} == {
                table.name: 0 for table in guarded_tables()
            }


def test_every_table_with_account_data_forces_its_policies(database: Database) -> None:
    with database.owner.connect() as connection:
        forced = connection.execute(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        ).scalars()
    of_accounts = {table.name for table in metadata.tables.values() if {"account_id", "owner"} & set(table.c.keys())}
    assert set(forced) == (of_accounts - {"viewer_account"}) | {"account", "job_run", "audit"}


def test_reads_leave_operators_that_may_not_run_before_a_policy_to_functions() -> None:
    """Else the planner cannot use the index of periods, and reads the whole history of an account."""
    reads = Path(__file__).parents[2] / "db" / "reads"
    conditions = re.compile(r"tstzrange\([\w.]*valid_from|(AND|WHERE|ON) date_bin\(")
    assert [file.name for file in reads.glob("*.py") if conditions.search(file.read_text())] == []


def test_a_viewer_sees_the_accounts_of_its_session_or_token_and_no_other(two_viewers: TwoViewers) -> None:
    assert two_viewers.names(ANA) == two_viewers.names(f"{ANA}-api") == ["main"]
    assert two_viewers.names(EVE) == ["other"]
    with viewing(EVE), two_viewers.database.reader.connect() as connection:
        for table in guarded_tables():
            if "account_id" in table.c:
                assert rows(connection, table.name) == 0
        assert rows(connection, "job_run") == rows(connection, "audit") == 0


def test_reading_functions_refuse_an_account_of_somebody_else(two_viewers: TwoViewers) -> None:
    statement = "SELECT count(*) FROM {}(:id, {})"
    always = "tstzrange(NULL, NULL)"
    for function, period in (
        ("balance_versions_during", always),
        ("position_versions_during", always),
        ("order_versions_during", always),
        ("refresh_extremes", "now() - interval '90 years', now() + interval '1 year'"),
        (
            "refresh_bucket_extremes",
            "now() - interval '90 years', now() + interval '1 year', now() - interval '90 years', '1 hour'",
        ),
    ):
        counts = {}
        for token in (ANA, EVE, None):
            with viewing(token), two_viewers.database.reader.connect() as connection:
                query = text(statement.format(function, period))
                counts[token] = connection.execute(query, {"id": two_viewers.main}).scalar_one()
        assert counts[ANA] > 0
        assert counts[EVE] == counts[None] == 0


def test_an_administrator_sees_every_account_and_the_jobs(two_viewers: TwoViewers) -> None:
    change(two_viewers.database, "UPDATE viewer SET is_admin = true WHERE name = 'eve'")
    assert two_viewers.names(EVE) == ["main", "other"]
    with viewing(EVE), two_viewers.database.reader.connect() as connection:
        assert rows(connection, "job_run") == 1
        assert rows(connection, "audit") == 2
    with viewing(f"{EVE}-api"), two_viewers.database.reader.connect() as connection:
        assert rows(connection, "job_run") == 0  # the token lacks the scope `status`


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE session SET ended_at = now()",
        "UPDATE session SET expires_at = now()",
        "DELETE FROM session",
        "DELETE FROM viewer",
        "DELETE FROM viewer_account",
    ],
)
def test_a_session_that_ended_shows_nothing(two_viewers: TwoViewers, end: str) -> None:
    assert two_viewers.names(ANA) == ["main"]
    change(two_viewers.database, end)
    assert two_viewers.names(ANA) == []


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE api_token SET revoked_at = now()",
        "UPDATE api_token SET expires_at = now()",
        "UPDATE api_token SET scopes = '{status,refresh}'",
        "DELETE FROM viewer",
    ],
)
def test_a_token_that_was_revoked_shows_nothing(two_viewers: TwoViewers, end: str) -> None:
    change(two_viewers.database, end)
    assert two_viewers.names(f"{ANA}-api") == []


def test_with_sign_in_off_the_local_viewer_sees_everything(two_viewers: TwoViewers) -> None:
    change(two_viewers.database, "UPDATE sign_in_mode SET mode = 'off'")
    assert two_viewers.names(None) == ["main", "other"]


def test_a_missing_mode_of_sign_in_shows_nothing(two_viewers: TwoViewers) -> None:
    change(two_viewers.database, "DELETE FROM sign_in_mode")
    assert two_viewers.names(None) == []


def test_the_refresher_sees_every_account_whatever_the_mode(two_viewers: TwoViewers) -> None:
    with two_viewers.database.writer.connect() as connection:
        assert [account.name for account in read_accounts(connection)] == ["main", "other"]


def test_a_viewer_reads_everything_of_its_account(two_viewers: TwoViewers) -> None:
    change(two_viewers.database, "DELETE FROM account WHERE name = 'other'")
    everything = read_everything(two_viewers.database.owner)
    with viewing(ANA):
        visible = read_everything(two_viewers.database.reader)
    assert {name for name in everything if visible[name] != everything[name]} == {"jobs"}


def test_a_viewer_requests_refreshes_of_its_accounts_only(two_viewers: TwoViewers) -> None:
    reader = two_viewers.database.reader
    change(two_viewers.database, "DELETE FROM refresh_request")
    with viewing(ANA):
        insert_refresh_request(reader)
        insert_refresh_request(reader, two_viewers.main)
        with pytest.raises(ProgrammingError, match="row-level security"):
            insert_refresh_request(reader, two_viewers.other)
    for token in (None, f"{ANA}-api"):  # the token lacks the scope `refresh`
        with viewing(token), pytest.raises(ProgrammingError, match="row-level security"):
            insert_refresh_request(reader, two_viewers.main)
    with two_viewers.database.owner.connect() as connection:
        requested = connection.execute(text("SELECT account_id FROM refresh_request")).scalars().all()
    assert requested == [two_viewers.main] * 2


def test_the_token_ends_with_its_transaction(two_viewers: TwoViewers) -> None:
    with two_viewers.database.reader.connect() as connection:
        with viewing(ANA):
            assert rows(connection, "account") == 1
        connection.rollback()
        assert rows(connection, "account") == 0
