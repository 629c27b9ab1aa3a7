"""Writing the past page by page: no doubles, no gaps, safe to interrupt, and failures that hide nothing."""

import pytest
from sqlalchemy import text

from db.writes.accounts import AccountSetting, write_accounts
from db.writes.fills import write_fill_page
from domain.history import Stretch
from domain.sources import Source, SourceKind
from tests.factories import ASKED, NOON, fill, later

FILLS = Source.of(SourceKind.FILLS, "BTC/USDT")


@pytest.fixture
def main(database):
    return write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")])["main"]


def stretch(since, until):
    return Stretch(later(since), later(until))


def rows(database, statement):
    with database.reader.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def known(database):
    return rows(database, "SELECT known_from, known_until, as_of, failures, error FROM history_state")


def test_a_page_is_kept_once_however_often_it_is_told(database, main):
    page = [fill("1"), fill("2", at=later(5)), fill("2", at=later(5))]
    assert write_fill_page(database.writer, main.id, FILLS, page, stretch(0, 10), NOON) == 2
    assert write_fill_page(database.writer, main.id, FILLS, page, stretch(0, 10), later(60)) == 0
    overlap = [fill("2", at=later(5)), fill("3", at=later(12))]
    assert write_fill_page(database.writer, main.id, FILLS, overlap, stretch(5, 20), later(90)) == 1
    assert rows(database, "SELECT key FROM fill ORDER BY at") == [("1",), ("2",), ("3",)]
    assert rows(database, "SELECT sum(fills), sum(amount) FROM fill_day") == [(3, 3)]
    assert known(database) == [(NOON, later(20), later(90), 0, None)]
