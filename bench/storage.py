"""Storage: what a year of an account takes while prices move, before and after thinning, and with a shared venue."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from sqlalchemy import text

from bench.moving_market import YEAR, Market, observations
from bench.report import Line
from db.schema import metadata
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from db.writes.thinning import ThinnedDay, thin_account_day, thin_venue_day
from domain.prices import Price
from domain.retention import Retention
from domain.snapshot import Account
from tests.factories import ASKED, NOON
from tests.postgres import Database

EVERY_SECONDS = 30
REFRESHES = 1440  # half a day, with all symbols moving
SHARING = 20
GIGABYTE = 1e9


def storage_lines(database: Database) -> Iterator[Line]:
    """The lines about storage, each yielded once measured."""
    for name, more, limit in (("a typical account", 0, 1.0), ("an account with 155 moving symbols", 133, 2.0)):
        (account,) = _accounts(database, name, 1)
        grown = _grown(database, account, Market(Random(7), more))
        yield Line(f"a year of {name} at 30 s", grown, _smallest(), limit, "GB", absolute=True,
                   floor_name="216 B a refresh")  # fmt: skip
        if not more:
            yield Line(f"a year of {name} after thinning", grown * _stays(database, account), _smallest(), 0.1, "GB",
                       absolute=True, floor_name="216 B a refresh")  # fmt: skip
    yield from _sharing_line(database)


def _accounts(database: Database, venue: str, count: int) -> list[Account]:
    settings = [AccountSetting(f"{venue} {n}", venue, ASKED, EVERY_SECONDS, "USD") for n in range(count)]
    return list(write_accounts(database.writer, settings).values())


def _grown(database: Database, account: Account, market: Market) -> float:
    """Gigabytes that a year of refreshes adds."""
    observed = observations(account, market, NOON, REFRESHES + 10)
    for _ in range(10):
        write_refresh(database.writer, next(observed))
    before = held_bytes(database)
    for observation in observed:
        write_refresh(database.writer, observation)
    return _a_year((held_bytes(database) - before) / REFRESHES)


def _stays(database: Database, account: Account) -> float:
    """The share of a year's bytes that stays after thinning: with days in full, of five minutes and of hours."""
    retention, day = Retention(), NOON.replace(hour=0)
    sizes = [_row_bytes(database)]
    for step in (timedelta(minutes=5), timedelta(hours=1)):
        thin_account_day(database.writer, account, ThinnedDay(day, step, retention.zones))
        thin_venue_day(database.writer, account.venue, day)
        sizes.append(_row_bytes(database))
    lengths = (retention.full, retention.five_minutes - retention.full, YEAR - retention.five_minutes)
    return sum(size * (length / YEAR) for size, length in zip(sizes, lengths, strict=True)) / sizes[0]


def _row_bytes(database: Database) -> int:
    """Bytes of the rows of all tables. Space of deleted rows does not count, because later rows take it."""
    with database.owner.connect() as connection:
        statement = "SELECT coalesce(sum(pg_column_size(row.*) + 28), 0) FROM {} AS row"
        return sum(int(connection.execute(text(statement.format(table))).scalar_one()) for table in metadata.tables)


def _sharing_line(database: Database) -> Iterator[Line]:
    """Many accounts of one venue, whose refreshes are spread over the interval."""
    accounts, market = _accounts(database, "shared", SHARING), Market(Random(7))
    recorded: dict[str, Price] = {}
    step = timedelta(seconds=EVERY_SECONDS / SHARING)
    size = "SELECT count(*), coalesce(sum(length(body)), 0) FROM price_tick WHERE exchange = 'shared'"
    rounds = 40
    for n in range(rounds * SHARING):
        account = accounts[n % SHARING]
        (observation,) = observations(account, market, NOON + n * step, 1, recorded, step)
        write_refresh(database.writer, observation)
    with database.owner.connect() as connection:
        rows, body = connection.execute(text(size)).one()
    grown = _a_year((body + rows * 100) / (rounds * SHARING))
    yield Line(f"prices of a year of one of {SHARING} accounts that share a venue", grown, _smallest(), 0.3, "GB",
               absolute=True, floor_name="216 B a refresh")  # fmt: skip


def held_bytes(database: Database) -> int:
    """Bytes of all tables with their indexes."""
    with database.owner.connect() as connection:
        return sum(
            connection.execute(text("SELECT pg_total_relation_size(CAST(:t AS regclass))"), {"t": table}).scalar_one()
            for table in metadata.tables
        )


def _a_year(bytes_a_refresh: float) -> float:
    return bytes_a_refresh * (YEAR / timedelta(seconds=EVERY_SECONDS)) / GIGABYTE


def _smallest() -> float:
    return _a_year(216)
