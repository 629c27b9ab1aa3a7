"""Writing prices: each refresh keeps the prices that it saw, and venues never mix."""

from dataclasses import replace
from decimal import Decimal

import pytest

from db.writes.accounts import AccountMoved, AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.sources import Source, Success
from tests.db.test_write_refresh import SETTING, main, rows_of, snapshot_at
from tests.factories import ASKED, NOON, later, observation, price

__all__ = ["main"]


def test_prices_of_one_account_never_change_a_moment_of_another(database):
    settings = [SETTING, AccountSetting("other", "cryptocom", ASKED, 30, "USD")]
    first, second = write_accounts(database.writer, settings).values()
    write_refresh(database.writer, observation(first, later(10), {Source.PRICES: Success((price(last="1"),))}))
    write_refresh(database.writer, observation(second, later(5), {Source.PRICES: Success((price(last="2"),))}))
    assert snapshot_at(database, first, later(10)).prices["BTC/USD"].last == 1
    assert snapshot_at(database, second, later(5)).prices["BTC/USD"].last == 2


@pytest.mark.parametrize("moved", [{"volume": Decimal(8000)}, {"is_active": False}])
def test_volume_and_activity_of_a_price_are_read_as_of_each_moment(database, main, moved):
    first, then = price(volume=Decimal(9000)), price(**{"volume": Decimal(9000)} | moved)
    for seconds, current in ((0, first), (1, first), (2, then)):
        write_refresh(database.writer, observation(main, later(seconds), {Source.PRICES: Success((current,))}))
    prices = [snapshot_at(database, main, later(seconds)).prices["BTC/USD"] for seconds in range(3)]
    assert [replace(row, at=None) for row in prices] == [first, first, then]
    assert rows_of(database, "price") == 2


def test_a_delisted_symbol_has_no_price(database, main):
    write_refresh(database.writer, observation(main, NOON, {Source.PRICES: Success((price(),))}))
    write_refresh(database.writer, observation(main, later(30), {Source.PRICES: Success(())}))
    assert snapshot_at(database, main, later(30)).prices == {}


@pytest.mark.parametrize("origin", ["demo", "http://127.0.0.1:9"])
def test_prices_of_a_stand_in_never_mix_with_those_of_the_exchange(database, origin):
    """Nor can one account have snapshots of both."""
    played = replace(SETTING, name="played", origin=origin)
    accounts = write_accounts(database.writer, [SETTING, played])
    for name, at, last in (("main", 0, "95000"), ("played", 1, "1")):
        results = {Source.PRICES: Success((price(last=last),))}
        write_refresh(database.writer, observation(accounts[name], later(at), results))
    write_refresh(database.writer, observation(accounts["main"], later(2), {Source.PRICES: Success((price(),))}))
    assert snapshot_at(database, accounts["main"], later(2)).prices["BTC/USD"].last == Decimal("95000")
    assert snapshot_at(database, accounts["played"], later(1)).prices["BTC/USD"].last == Decimal(1)
    assert rows_of(database, "price") == 2
    with pytest.raises(AccountMoved, match="known on cryptocom, not on cryptocom "):
        write_accounts(database.writer, [replace(SETTING, origin=origin)])
