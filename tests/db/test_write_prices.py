"""Writing prices: each refresh keeps the prices that it saw, and venues never mix."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

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


def spans_of(database) -> list[tuple[Decimal, float, float]]:
    """Each stored price in the order of writing: from when to when it was seen, in seconds after NOON."""
    sql = "SELECT last, extract(epoch FROM at - :noon), extract(epoch FROM confirmed_at - :noon) FROM price ORDER BY id"
    with database.owner.connect() as connection:
        return [
            (last, float(since), float(until)) for last, since, until in connection.execute(text(sql), {"noon": NOON})
        ]


def test_a_price_that_stands_still_is_confirmed_by_each_refresh_that_sees_it(database, main):
    for seconds, last in ((0, "1.1"), (600, "1.1"), (18_000, "1.1"), (18_600, "1.2"), (19_200, "1.1")):
        prices = Success((price("EUR/USD", last),))
        write_refresh(database.writer, observation(main, later(seconds), {Source.PRICES: prices}))
    assert spans_of(database) == [
        (Decimal("1.1"), 0, 18_000), (Decimal("1.2"), 18_600, 18_600), (Decimal("1.1"), 19_200, 19_200),
    ]  # fmt: skip


def test_a_symbol_that_a_refresh_does_not_see_is_not_confirmed(database, main):
    both, one = Success((price("EUR/USD", "1.1"), price(last="1"))), Success((price(last="1"),))
    for seconds, prices in ((0, both), (30, one)):
        write_refresh(database.writer, observation(main, later(seconds), {Source.PRICES: prices}))
    assert sorted(spans_of(database)) == [(Decimal(1), 0, 30), (Decimal("1.1"), 0, 0)]


def test_a_slow_account_does_not_take_back_when_a_price_was_last_seen(database):
    settings = [SETTING, AccountSetting("other", "cryptocom", ASKED, 30, "USD")]
    first, second = write_accounts(database.writer, settings).values()
    for account, seconds in ((first, 0), (first, 60), (second, 30)):
        write_refresh(
            database.writer, observation(account, later(seconds), {Source.PRICES: Success((price(last="1"),))})
        )
    assert spans_of(database) == [(Decimal(1), 0, 60)]


def test_a_delisted_symbol_has_no_price(database, main):
    write_refresh(database.writer, observation(main, NOON, {Source.PRICES: Success((price(),))}))
    write_refresh(database.writer, observation(main, later(30), {Source.PRICES: Success(())}))
    assert snapshot_at(database, main, later(30)).prices == {}


@pytest.mark.parametrize("origin", ["demo", "http://127.0.0.1:9"])
def test_prices_of_a_stand_in_never_mix_with_those_of_the_exchange(database, origin):
    """Nor can one account have snapshots of both."""
    setting = replace(SETTING, key_fingerprint="of its key")
    played = replace(SETTING, name="played", origin=origin)
    accounts = write_accounts(database.writer, [setting, played])
    for name, at, last in (("main", 0, "95000"), ("played", 1, "1")):
        results = {Source.PRICES: Success((price(last=last),))}
        write_refresh(database.writer, observation(accounts[name], later(at), results))
    write_refresh(database.writer, observation(accounts["main"], later(2), {Source.PRICES: Success((price(),))}))
    assert snapshot_at(database, accounts["main"], later(2)).prices["BTC/USD"].last == Decimal("95000")
    assert snapshot_at(database, accounts["played"], later(1)).prices["BTC/USD"].last == Decimal(1)
    assert rows_of(database, "price") == 2
    with pytest.raises(AccountMoved, match="known on cryptocom, not on cryptocom "):
        write_accounts(database.writer, [replace(setting, origin=origin)])


def test_an_account_from_before_origins_were_stored_keeps_its_history(database):
    """Versions before 0008 stored no origin, and versions before 0014 no fingerprint of the key."""
    old = write_accounts(database.writer, [SETTING])["main"]
    write_refresh(database.writer, observation(old, NOON, {Source.PRICES: Success((price(last="95000"),))}))
    setting = replace(SETTING, origin="http://127.0.0.1:9", key_fingerprint="of its key")
    for _ in range(2):
        account = write_accounts(database.writer, [setting])["main"]
        assert (account.id, account.origin) == (old.id, "http://127.0.0.1:9")
    write_refresh(database.writer, observation(account, later(1), {Source.PRICES: Success((price(last="96000"),))}))
    lasts = [snapshot_at(database, account, at).prices["BTC/USD"].last for at in (NOON, later(1))]
    assert lasts == [Decimal(95000), Decimal(96000)]


def test_an_old_account_that_shares_prices_with_another_gets_no_origin(database):
    write_accounts(database.writer, [SETTING, replace(SETTING, name="other")])
    with pytest.raises(AccountMoved):
        write_accounts(database.writer, [replace(SETTING, origin="http://127.0.0.1:9")])
