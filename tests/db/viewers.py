"""Two viewers with sign-in on, each of whom sees one account."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from db.reads.accounts import read_accounts
from db.viewing import viewing
from db.writes.accounts import AccountSetting, write_accounts
from tests.db.full_database import fill_database, write_viewer
from tests.factories import ASKED
from tests.postgres import Database

ANA, EVE = "ana's token", "eve's token"


@dataclass(frozen=True)
class TwoViewers:
    """Ana sees the account `main`, which has rows in every table. Eve sees `other`."""

    database: Database
    main: int
    other: int

    def names(self, token: str | None) -> list[str]:
        with viewing(token), self.database.reader.connect() as connection:
            return [account.name for account in read_accounts(connection)]


def write_two_viewers(database: Database) -> TwoViewers:
    main = fill_database(database.writer)
    other = write_accounts(
        database.writer,
        [AccountSetting(name, "cryptocom", ASKED, 30, "USD", key_fingerprint=name) for name in ("main", "other")],
    )["other"]
    write_viewer(database.writer, other.id, name="eve", token=EVE)
    change(database, "UPDATE sign_in_mode SET mode = 'password'")
    return TwoViewers(database, main.id, other.id)


def change(database: Database, statement: str) -> None:
    with database.owner.begin() as connection:
        connection.execute(text(statement))


def rows(connection: Connection, table: str) -> int:
    return int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())
