"""Books of fills: when they are due, hedge mode, and their state at a moment."""

from dataclasses import replace
from decimal import Decimal

from db.reads.fill_filter import FillFilter
from db.reads.fills import read_fills
from db.reads.profits import read_books, read_due_books, read_hedged
from db.writes.profits import write_profits
from db.writes.refresh import write_refresh
from domain.markets import MarketType, Side
from domain.positions import PositionSide
from domain.profit import Book
from domain.sources import Source, Success
from tests.db.fill_books import read_due, work_out
from tests.db.fill_history import new_accounts, write_fills
from tests.factories import fill, later, observation, order, position


def test_a_late_fill_or_a_late_fee_overtakes_the_book(database):
    (account,) = new_accounts(database)
    write_fills(database, account, [fill("2", at=later(10)), fill("3", Side.SELL, at=later(20), fee=None)])
    work_out(database, account)
    assert read_due(database, account) == []
    write_fills(database, account, [fill("4", at=later(30), fee=None)])
    with database.reader.connect() as connection:
        (due,) = read_due_books(connection, account.id)
    assert due.after == (later(20), "3")
    last_completed = fill("4", at=later(30), fee="0.5")
    for late_fill in (fill("1", at=later(5)), fill("3", Side.SELL, at=later(20), fee="0.5"), last_completed):
        work_out(database, account)
        write_fills(database, account, [late_fill])
        with database.reader.connect() as connection:
            (due,) = read_due_books(connection, account.id)
        assert due.after is None


def test_fills_that_arrive_during_the_work_make_the_book_due(database):
    (account,) = new_accounts(database)
    counted_fills = [fill("1"), fill("3", at=later(20))]
    write_fills(database, account, counted_fills)
    book = Book(account.cost_method, allows_short=False)
    results = [book.apply(row, None) for row in counted_fills]
    write_fills(database, account, [fill("2", at=later(10))])
    write_profits(database.writer, account.id, "BTC/USD", results, book.state(), account.cost_method, from_start=True)
    assert read_due(database, account) == ["BTC/USD"]
    work_out(database, account)
    assert read_due(database, account) == []


def test_a_position_side_that_comes_later_restarts_the_book(database):
    (account,) = new_accounts(database)
    pair = [fill("1", symbol="BTC/USDT:USDT"), fill("2", Side.SELL, symbol="BTC/USDT:USDT", at=later(1))]
    write_fills(database, account, pair)
    work_out(database, account)
    assert read_due(database, account) == []
    sides = [replace(pair[0], position_side=PositionSide.LONG), replace(pair[1], position_side=PositionSide.SHORT)]
    write_fills(database, account, sides)
    assert read_due(database, account) == ["BTC/USDT:USDT"]
    results = work_out(database, account)
    assert [results[key].held_after for key in ("1", "2")] == [1, -1]
    with database.reader.connect() as connection:
        rows = read_fills(connection, [account], FillFilter(), 9)
    assert [row.fill.position_side for row in rows] == [PositionSide.SHORT, PositionSide.LONG]


def test_a_symbol_with_both_positions_is_hedged_and_its_book_starts_again(database):
    account, other = new_accounts(database, 2)
    for owner in (account, other):
        write_fills(database, owner, [fill("1", symbol="BTC/USD:USD"), fill("2", symbol="ETH/USD:USD")])
        work_out(database, owner)
    long = position(side=PositionSide.LONG)
    short = replace(long, key="short", side=PositionSide.SHORT)
    eth = [replace(p, key=f"eth-{p.side}", symbol="ETH/USD:USD") for p in (long, short)]
    for n, held in enumerate(([long, short, eth[0]], [eth[1]])):  # ETH was turned from long to short, never both
        results = {Source.POSITIONS: Success(tuple(held))}
        write_refresh(database.writer, observation(account, taken_at=later(n), results=results))
    with database.reader.connect() as connection:
        hedged = read_hedged(connection, account.id)
        assert (hedged, read_hedged(connection, other.id)) == ({"BTC/USD:USD"}, frozenset())
        assert [due.symbol for due in read_due_books(connection, account.id, hedged)] == ["BTC/USD:USD"]
        assert [due.after for due in read_due_books(connection, account.id, hedged)] == [None]


def test_orders_with_a_position_side_mark_the_symbol_as_hedged_for_good(database):
    (account,) = new_accounts(database)
    write_fills(database, account, [fill("1", symbol="BTC/USD:USD")])
    named = order(symbol="BTC/USD:USD", position_side=PositionSide.LONG)
    for n, rows in enumerate(((named,), ())):
        results = {Source.ORDERS: Success(rows)}
        write_refresh(database.writer, observation(account, taken_at=later(n), results=results))
        with database.reader.connect() as connection:
            assert read_hedged(connection, account.id) == {"BTC/USD:USD"}
            assert bool(read_hedged(connection, account.id, by_orders=False)) is (n > 0)
        if n == 0:
            book = Book(account.cost_method, allows_short=True, is_hedged=True)
            results_ = [book.apply(fill("1", symbol="BTC/USD:USD"), None)]
            write_profits(
                database.writer, account.id, "BTC/USD:USD", results_, book.state(), account.cost_method, from_start=True
            )


def test_books_are_read_as_of_a_moment(database):
    (account,) = new_accounts(database)
    sold = fill("2", Side.SELL, "0.5", "110", at=later(60))
    write_fills(database, account, [fill("1"), sold, fill("3", symbol="PEPE/USD:USD")])
    work_out(database, account)
    with database.reader.connect() as connection:
        now = read_books(connection, account.id, later(60))
        before = read_books(connection, account.id, later(59))
        assert read_books(connection, account.id, later(-1)) == ()
    assert [(b.symbol, b.quantity, b.cost) for b in now] == [("BTC/USD", Decimal("0.5"), 50), ("PEPE/USD:USD", 1, 100)]
    assert [(b.symbol, b.base, b.quote, b.market_type, b.quantity) for b in before] == [
        ("BTC/USD", "BTC", "USD", MarketType.SPOT, 1),
        ("PEPE/USD:USD", "PEPE", "USD", MarketType.PERPETUAL, 1),
    ]
