"""Writing prices: each refresh keeps the prices that it saw, and venues never mix."""

from dataclasses import replace
from decimal import Decimal
from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db.price_states import PriceState, TickChain
from db.reads.prices import prices_at
from db.reads.ticked_prices import read_ticked_prices
from db.writes.accounts import AccountMoved, AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.prices import Price
from domain.sources import Source, Success
from tests.db.test_versions_property import PRICES
from tests.db.test_write_refresh import SETTING, main, rows_of, snapshot_at
from tests.factories import ASKED, NOON, failure, later, observation, price

__all__ = ["main"]


def test_prices_of_one_account_never_change_a_moment_of_another(database):
    both = [SETTING, AccountSetting("other", "cryptocom", ASKED, 30, "USD")]
    first, second = write_accounts(database.writer, both).values()
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
    assert prices == [first, first, then]
    assert rows_of(database, "price_tick") == 2


def spans_of(database, symbol: str, *minutes: int) -> list[tuple[Decimal | None, float, float]]:
    """The known spans of a price around minutes after NOON: its last trade, from when to when, in seconds."""
    with database.reader.connect() as connection:
        known = set(read_ticked_prices(connection, "cryptocom", [symbol], [later(60 * n) for n in minutes]))
    seconds = [(k.price.last, (k.since - NOON).total_seconds(), (k.until - NOON).total_seconds()) for k in known]
    return sorted(seconds, key=itemgetter(1, 2))


def test_a_price_that_stands_still_is_known_as_long_as_refreshes_see_it(database, main):
    for seconds, last in ((0, "1.1"), (600, "1.1"), (18_000, "1.1"), (18_600, "1.2"), (19_200, "1.1")):
        prices = Success((price("EUR/USD", last),))
        write_refresh(database.writer, observation(main, later(seconds), {Source.PRICES: prices}))
    assert rows_of(database, "price_tick") == 3
    assert spans_of(database, "EUR/USD", 5) == [(Decimal("1.1"), 0, 600)]
    assert spans_of(database, "EUR/USD", 200) == [(Decimal("1.1"), 600, 18_000)]
    assert spans_of(database, "EUR/USD", 312) == [(Decimal("1.2"), 18_600, 18_600), (Decimal("1.1"), 19_200, 19_200)]


def test_a_symbol_that_a_refresh_does_not_see_is_not_known_then(database, main):
    both, one = Success((price("EUR/USD", "1.1"), price(last="1"))), Success((price(last="1"),))
    for seconds, prices in ((0, both), (30, one)):
        write_refresh(database.writer, observation(main, later(seconds), {Source.PRICES: prices}))
    assert spans_of(database, "EUR/USD", 0) == [(Decimal("1.1"), 0, 0)]
    assert spans_of(database, "BTC/USD", 0) == [(Decimal(1), 0, 30)]


@pytest.mark.parametrize("unseen", ["failed", "not due"])
def test_a_refresh_that_reads_no_prices_proves_none(database, main, unseen):
    write_refresh(database.writer, observation(main, NOON, {Source.PRICES: Success((price(last="1"),))}))
    after = observation(main, later(30), {Source.PRICES: failure()})
    if unseen == "not due":
        results = {source: result for source, result in after.results.items() if source is not Source.PRICES}
        after = replace(after, results=results, not_due=frozenset({Source.PRICES}))
    write_refresh(database.writer, after)
    assert spans_of(database, "BTC/USD", 0) == [(Decimal(1), 0, 0)]


def test_accounts_of_a_venue_share_the_ticks_that_they_see(database):
    both = [SETTING, AccountSetting("other", "cryptocom", ASKED, 30, "USD")]
    first, second = write_accounts(database.writer, both).values()
    for account, seconds in ((first, 0), (first, 60), (second, 30)):
        write_refresh(
            database.writer, observation(account, later(seconds), {Source.PRICES: Success((price(last="1"),))})
        )
    assert rows_of(database, "price_tick") == 1
    assert spans_of(database, "BTC/USD", 0) == [(Decimal(1), 0, 60)]


@given(st.lists(st.tuples(st.booleans(), PRICES), min_size=1, max_size=60), st.sampled_from([1, 30, 3_600]))
@settings(max_examples=60)
def test_each_row_of_a_chain_has_the_prices_that_were_seen_until_then(ticks, every):
    """Against a dictionary, for keyframes and rows of any depth."""
    chain = TickChain([], 1)
    known: dict[str, Price] = {}
    expected: dict[int, dict[str, Price]] = {}
    for n, (is_wide, prices) in enumerate(ticks):
        wide = [price(f"C{m}/USD", str(n * m)) for m in range(30)] if is_wide else ()
        known.update({row.symbol: row for row in (*wide, *prices)})
        expected[chain.add(later(every * n), (*wide, *prices), known.keys)] = dict(known)
    states: dict[int, PriceState] = {}
    for tick in chain.added:
        states[tick.id] = PriceState.unpacked(tick.body, None if tick.base_id is None else states[tick.base_id])
    assert {id_: state.prices() for id_, state in states.items()} == {id_: p for id_, p in expected.items() if id_}


def test_prices_from_before_ticks_stand_until_a_tick_has_their_symbol(database, main):
    old = "INSERT INTO price (exchange, symbol, at, base, quote, last) VALUES ('cryptocom', :s, :at, 'A', 'USD', :last)"
    with database.owner.begin() as connection:
        for symbol, last in (("A/USD", 1), ("B/USD", 2)):
            connection.execute(text(old), {"s": symbol, "at": NOON, "last": last})
        highest = connection.execute(text("SELECT max(id) FROM price")).scalar_one()
    write_refresh(database.writer, observation(main, later(30), {Source.PRICES: Success((price("A/USD", "3"),))}))
    with database.reader.connect() as connection:
        tick = connection.execute(text("SELECT id FROM price_tick")).scalar_one()
        read = prices_at(connection, "cryptocom", [highest, tick], ["A/USD", "B/USD"])
    assert [{symbol: row.last for symbol, row in read[id_].items()} for id_ in (highest, tick)] == [
        {"A/USD": 1, "B/USD": 2}, {"A/USD": 3, "B/USD": 2},
    ]  # fmt: skip


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
    assert rows_of(database, "price_tick") == 2
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
