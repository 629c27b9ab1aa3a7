"""Users and tokens from the command line, on a real database."""

import io
import sys
from typing import Any

import pytest
from sqlalchemy import text

from db.credentials import password_matches, token_hash
from db.reads.sign_in import read_api_token
from db.reads.viewers import read_viewer
from db.viewing import viewing
from db.writes.sessions import insert_session
from db.writes.sign_in_mode import write_sign_in_mode
from domain.viewers import Mode, Scope
from refresher.__main__ import main
from signin.settings import SignInSettings
from tests.api.conftest import known

PASSWORD = "five random words of mine"


@pytest.fixture
def run(database: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run one command. Returns its exit code, and what it printed."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    known(database, "main", "other")

    def command(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = main(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def sees(database: Any, name: str) -> Any:
    """The accounts that a session of this user sees."""
    write_sign_in_mode(database.owner, Mode.PASSWORD)
    with database.writer.begin() as connection:
        insert_session(connection, token_hash(f"of {name}"), name, SignInSettings().idle)
    with viewing(f"of {name}"), database.reader.connect() as connection:
        viewer = read_viewer(connection)
        names = connection.execute(text("SELECT name FROM account ORDER BY name")).scalars().all()
    assert viewer is not None
    assert viewer.name == name
    return names


def stored_password(database: Any, name: str) -> str | None:
    with database.owner.connect() as connection:
        hashed: str | None = connection.execute(
            text("SELECT password_hash FROM viewer WHERE name = :n"), {"n": name}
        ).scalar()
    return hashed


def test_a_user_is_added_with_accounts_and_a_password(run: Any, database: Any) -> None:
    code, out, _ = run("user", "add", "Alice", "main", "--password", stdin=f"{PASSWORD}\n")
    assert (code, out) == (0, "added alice, who sees main\n")
    assert password_matches(stored_password(database, "alice"), PASSWORD)
    assert sees(database, "alice") == ["main"]
    code, out, _ = run("user", "list")
    assert out == "alice: main (password, 1 sessions, 0 tokens)\n"


def test_an_administrator_sees_every_account(run: Any, database: Any) -> None:
    assert run("user", "add", "root", "--admin")[0] == 0
    assert sees(database, "root") == ["main", "other"]


def test_the_accounts_of_a_user_change_at_once(run: Any, database: Any) -> None:
    run("user", "add", "alice", "main")
    assert run("user", "accounts", "alice", "other")[1] == "alice sees other\n"
    assert sees(database, "alice") == ["other"]


def test_a_changed_password_ends_the_sessions(run: Any, database: Any) -> None:
    run("user", "add", "alice", "--password", stdin=f"{PASSWORD}\n")
    sees(database, "alice")
    assert run("user", "password", "alice", stdin="another five random words\n")[0] == 0
    with viewing("of alice"), database.reader.connect() as connection:
        assert read_viewer(connection) is None


def test_a_removed_user_leaves_sessions_and_tokens_without_a_holder(run: Any, database: Any) -> None:
    run("user", "add", "alice", "main")
    token = run("token", "add", "alice")[1].strip()
    assert run("user", "remove", "alice")[0] == 0
    with database.owner.connect() as connection:
        assert read_api_token(connection, token_hash(token)) is None
    assert run("user", "remove", "alice")[2].startswith("stillframe: there is no user 'alice'")


def test_a_token_is_printed_once_stored_hashed_and_revoked_by_its_key(run: Any, database: Any) -> None:
    run("user", "add", "alice", "main")
    code, token, note = run("token", "add", "alice", "--label", "sheet", "--days", "30", "--scope", "read")
    assert code == 0
    assert "shown once" in note
    with database.owner.begin() as connection:
        viewer = read_api_token(connection, token_hash(token.strip()))
        assert viewer is not None
        assert viewer.scopes == {Scope.READ}
    listed = run("token", "list", "alice")[1]
    assert token.strip() not in listed
    assert " alice: sheet (read; until " in listed
    assert run("token", "revoke", listed.split()[0])[1] == "revoked sheet of alice\n"
    assert run("token", "list")[1] == ""


def test_no_token_is_made_for_a_scope_that_opens_nothing(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("token", "add", "alice", "--scope", "refresh")
    assert "choose from" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("user", "add", "(web)"), "is no name"),
        (("user", "add", "x", "vault"), "there is no account 'vault'"),
        (("user", "add", "x", "--password"), "the password has 0 characters"),
        (("user", "accounts", "nobody", "main"), "there is no user 'nobody'"),
        (("user", "password", "nobody"), "the password has 0 characters"),
        (("token", "add", "nobody"), "there is no user 'nobody'"),
        (("token", "revoke", "00"), "0 tokens begin with '00'"),
    ],
)
def test_a_change_that_cannot_be_made_is_one_line_and_changes_nothing(
    run: Any, database: Any, words: tuple[str, ...], problem: str
) -> None:
    code, out, error = run(*words)
    assert (code, out) == (1, "")
    assert error.startswith("stillframe: ")
    assert problem in error
    assert len(error.splitlines()) == 1
    assert run("user", "list")[1].startswith("there is no user yet")


def test_a_user_is_added_once(run: Any) -> None:
    run("user", "add", "alice")
    assert "there is a user 'alice' already" in run("user", "add", "ALICE")[2]


def test_every_change_of_the_operator_stands_in_the_audit(run: Any, database: Any) -> None:
    run("user", "add", "alice", "main")
    run("user", "accounts", "alice", "other")
    run("user", "remove", "alice")
    with database.owner.connect() as connection:
        rows = connection.execute(text("SELECT viewer, action, detail FROM audit ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [
        (None, "user added", "alice"),
        (None, "accounts changed", "alice: other"),
        (None, "user removed", "alice"),
    ]


def test_the_refresher_stores_how_people_sign_in_and_a_command_without_the_setting_opens_nothing(
    run: Any, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from refresher.commands.database import open_database

    for value, stored in (("password", "password"), ("", "password"), ("off", "off")):
        monkeypatch.setenv("STILLFRAME_SIGN_IN", value)
        with open_database() as opened:
            opened.upgrade()
        with database.owner.connect() as connection:
            assert connection.execute(text("SELECT mode FROM sign_in_mode")).scalar() == stored
