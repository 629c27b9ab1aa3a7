"""Refresh requests with several refreshers."""

import pytest

from db.refresh_requests import insert_refresh_request
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.requests import take_refresh_requests
from tests.factories import ASKED


@pytest.fixture
def accounts(database):
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "second")]
    return write_accounts(database.writer, settings)


def test_a_refresher_takes_its_own_requests_and_leaves_those_of_others(database, accounts):
    main, second = accounts["main"], accounts["second"]
    insert_refresh_request(database.reader, second.id)
    assert take_refresh_requests(database.writer, [main.id]) == []
    assert take_refresh_requests(database.writer, [second.id]) == [second.id]
    insert_refresh_request(database.reader)
    assert take_refresh_requests(database.writer, [main.id]) == [None]
    assert take_refresh_requests(database.writer, [main.id]) == []
    assert take_refresh_requests(database.writer, [second.id]) == [second.id], "its part of the request for all"
