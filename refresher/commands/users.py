"""Users and their API tokens from the command line: `python -m refresher user ...` and `token ...`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from getpass import getpass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from db.credentials import CredentialRefused, checked_name, new_token, password_hash, token_hash
from db.embedded import EmbeddedPostgresError
from db.engine import DatabaseConfigurationError, database_settings, writer_engine
from db.writes.audit import Action, insert_audit
from db.writes.viewers import (
    ViewerRefused,
    delete_viewer,
    insert_api_token,
    insert_viewer,
    read_api_tokens,
    read_viewers,
    revoke_api_token,
    set_accounts,
    set_password,
)
from domain.viewers import Mode, Scope
from refresher.commands.exit_codes import Exit
from refresher.process.database_watch import first_line

Command = Callable[[Connection, argparse.Namespace], None]

# No route requests refreshes or files edits, so a token for that would open nothing.
TOKEN_SCOPES = (Scope.READ, Scope.STATUS)


def manage_users(words: Sequence[str]) -> Exit:
    """Run one command in one transaction. An error is one line on stderr."""
    chosen = _parser().parse_args(words)
    command: Command = chosen.command
    try:
        engine = writer_engine()
        try:
            with engine.begin() as connection:
                command(connection, chosen)
        finally:
            engine.dispose()
    except (ViewerRefused, CredentialRefused) as error:
        return _failed(str(error), Exit.FAILED)
    except (DatabaseConfigurationError, EmbeddedPostgresError) as error:
        return _failed(str(error), Exit.CONFIGURATION)
    except DBAPIError as error:
        return _failed(f"the database refuses: {first_line(error)}", Exit.FAILED)
    return Exit.DONE


def _failed(words: str, code: Exit) -> Exit:
    sys.stderr.write("".join(f"stillframe: {line}\n" for line in words.splitlines()))
    return code


def _add(connection: Connection, chosen: argparse.Namespace) -> None:
    name = checked_name(chosen.name)
    needs_password = chosen.password or database_settings().sign_in is Mode.PASSWORD
    insert_viewer(connection, name, chosen.admin, password_hash(_ask_password()) if needs_password else None)
    set_accounts(connection, name, chosen.accounts)
    insert_audit(connection, Action.USER_ADDED, None, detail=f"{name}{' as administrator' if chosen.admin else ''}")
    sees = "every account" if chosen.admin else ", ".join(chosen.accounts) or "no account yet (user accounts)"
    _print(f"added {name}, who sees {sees}")


def _remove(connection: Connection, chosen: argparse.Namespace) -> None:
    name = checked_name(chosen.name)
    delete_viewer(connection, name)
    insert_audit(connection, Action.USER_REMOVED, None, detail=name)
    _print(f"removed {name} with all sessions and tokens")


def _set_accounts(connection: Connection, chosen: argparse.Namespace) -> None:
    name = checked_name(chosen.name)
    set_accounts(connection, name, chosen.accounts)
    insert_audit(connection, Action.ACCOUNTS_CHANGED, None, detail=f"{name}: {', '.join(chosen.accounts)}")
    _print(f"{name} sees {', '.join(chosen.accounts) or 'no account'}")


def _set_password(connection: Connection, chosen: argparse.Namespace) -> None:
    name = checked_name(chosen.name)
    set_password(connection, name, password_hash(_ask_password()))
    insert_audit(connection, Action.PASSWORD_CHANGED, None, detail=name)
    _print(f"changed the password of {name}, whose sessions have ended")


def _list(connection: Connection, chosen: argparse.Namespace) -> None:
    rows = read_viewers(connection)
    for row in rows:
        sees = "every account, administrator" if row.is_admin else ", ".join(row.accounts) or "no account"
        has = f"{'password' if row.has_password else 'no password'}, {row.sessions} sessions, {row.tokens} tokens"
        _print(f"{row.name}: {sees} ({has})")
    if not rows:
        _print("there is no user yet: python -m refresher user add NAME")


def _add_token(connection: Connection, chosen: argparse.Namespace) -> None:
    name, token = checked_name(chosen.name), new_token()
    scopes = tuple(dict.fromkeys(chosen.scope or [Scope.READ]))
    insert_api_token(connection, token_hash(token), name, chosen.label, scopes, chosen.days)
    insert_audit(connection, Action.TOKEN_ADDED, None, detail=f"{name}: {chosen.label} ({', '.join(scopes)})")
    sys.stderr.write("This token is shown once. Send it as 'Authorization: Bearer TOKEN':\n")
    _print(token)


def _list_tokens(connection: Connection, chosen: argparse.Namespace) -> None:
    for row in read_api_tokens(connection, None if chosen.name is None else checked_name(chosen.name)):
        until = "without end" if row.expires_at is None else f"until {row.expires_at:%Y-%m-%d}"
        used = "never used" if row.used_at is None else f"last used {row.used_at:%Y-%m-%d %H:%M} UTC"
        _print(f"{row.key[:12]} {row.viewer}: {row.label} ({', '.join(row.scopes)}; {until}; {used})")


def _revoke_token(connection: Connection, chosen: argparse.Namespace) -> None:
    row = revoke_api_token(connection, chosen.key)
    insert_audit(connection, Action.TOKEN_REVOKED, None, detail=f"{row.viewer}: {row.label}")
    _print(f"revoked {row.label} of {row.viewer}")


def _ask_password() -> str:
    """A password typed twice, or the first line of stdin if that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise CredentialRefused("the two passwords differ: start again")
    return password


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m refresher", description="Users, and tokens for the API.")
    rooms = parser.add_subparsers(required=True)
    users = rooms.add_parser("user", help="who may sign in, and what they see").add_subparsers(required=True)
    add = _command(users, "add", _add, "add a user", "name")
    add.add_argument("accounts", nargs="*", metavar="ACCOUNT", help="the accounts that the user may see")
    add.add_argument("--admin", action="store_true", help="sees every account and Status, and requests refreshes")
    add.add_argument("--password", action="store_true", help="ask for a password, or read it from stdin")
    _command(users, "remove", _remove, "remove a user with all sessions and tokens", "name")
    _command(users, "list", _list, "list the users")
    accounts = _command(users, "accounts", _set_accounts, "replace the accounts that a user may see", "name")
    accounts.add_argument("accounts", nargs="*", metavar="ACCOUNT")
    _command(users, "password", _set_password, "change a password, which ends the user's sessions", "name")
    tokens = rooms.add_parser("token", help="tokens of users for the API").add_subparsers(required=True)
    add_token = _command(tokens, "add", _add_token, "make a token and print it once", "name")
    add_token.add_argument("--label", default="API", help="what the token is for")
    add_token.add_argument(
        "--scope", action="append", type=Scope, choices=TOKEN_SCOPES, help="read (default) or status"
    )
    add_token.add_argument("--days", type=int, help="days until the token ends. Without it the token has no end")
    listed = _command(tokens, "list", _list_tokens, "list the valid tokens")
    listed.add_argument("name", nargs="?")
    _command(tokens, "revoke", _revoke_token, "end a token, named by the first digits that the list shows", "key")
    return parser


def _command(
    group: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: Command, words: str, *positional: str
) -> argparse.ArgumentParser:
    parser = group.add_parser(name, help=words, description=words.capitalize())
    for argument in positional:
        parser.add_argument(argument)
    parser.set_defaults(command=run)
    return parser
