"""Reading fills: filtered before paged, totals over the whole filter, and the index that finds them."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Context, Decimal, localcontext
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db.fill_sums import COUNTED, GROUP_COLUMNS
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import FillTotals, QuoteTotals, read_fill_totals
from db.reads.fills import FillRow, read_fill_symbols, read_fills
from db.reads.profits import read_book_fills, read_books, read_hedged, read_unprofited
from db.writes.profits import write_profits
from db.writes.refresh import write_refresh
from domain.fills import Fill, Liquidity
from domain.markets import MarketType, Side
from domain.movements import may_go_short
from domain.positions import PositionSide
from domain.profit import Book, Result, in_order
from domain.sources import Source, Success
from tests.db.past import MOMENTS, SYMBOLS, fills, first_told, new_accounts, write_fills
from tests.factories import NOON, fill, later, observation, order, position

RANDOM = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
EXACT = Context(prec=1000)

FILTERS = st.builds(
    FillFilter,
    account_ids=st.none(),
    since=st.none() | st.sampled_from([m + timedelta(hours=h) for m in MOMENTS for h in (0, 12)]),
    until=st.none() | st.sampled_from([m + timedelta(hours=h) for m in MOMENTS for h in (0, 12)]),
    symbols=st.none() | st.lists(st.sampled_from(SYMBOLS), unique=True).map(tuple),
    sides=st.none() | st.lists(st.sampled_from(Side), unique=True).map(tuple),
    liquidities=st.none() | st.lists(st.sampled_from(Liquidity), unique=True).map(tuple),
    order_id=st.none() | st.just("1"),
)


def is_meant(row: Fill, wanted: FillFilter) -> bool:
    return (
        (wanted.since is None or row.at >= wanted.since)
        and (wanted.until is None or row.at < wanted.until)
        and (wanted.symbols is None or row.symbol in wanted.symbols)
        and (wanted.sides is None or row.side in wanted.sides)
        and (wanted.liquidities is None or row.liquidity in wanted.liquidities)
        and (wanted.order_id is None or row.order_id == wanted.order_id)
    )


def work_out(database, account, *, parts: int = 1) -> dict[str, Result]:
    """Bring every book that is due up to date; what was written, by fill."""
    written: dict[str, Result] = {}
    with database.reader.connect() as connection:
        due = read_unprofited(connection, account.id)
    for book_due in due:
        with database.reader.connect() as connection:
            told = read_book_fills(connection, account, book_due.symbol, book_due.after)
        assert list(told) == list(in_order(told))
        book = Book.from_state(book_due.state) if book_due.state else Book(account.cost_method, may_go_short(told[0]))
        size = -(-len(told) // parts)
        for start in range(0, len(told), size):
            results = [book.apply(row, None) for row in told[start : start + size]]
            from_start = book_due.after is None and start == 0
            write_profits(
                database.writer, account.id, book_due.symbol, results, book.state(), account.cost_method,
                from_start=from_start,
            )  # fmt: skip
            written |= {result.key: result for result in results}
    return written


def kept(database, account, table: str) -> set[tuple[object, ...]]:
    with database.reader.connect() as connection:
        return {
            tuple(row) for row in connection.execute(
                text(f"SELECT {table.removeprefix('fill_')}, {', '.join(GROUP_COLUMNS)}, fills, amount, value, fee, "
                     "fees_unknown, fee_value, fee_values_unknown, realised, realised_unknown, realised_by_market, "
                     "realised_by_market_unknown "
                     f"FROM {table} WHERE account_id = :id"), {"id": account.id})
        }  # fmt: skip


def counted(database, account, table: str) -> set[tuple[object, ...]]:
    """The same by a plain GROUP BY."""
    period = table.removeprefix("fill_")
    with database.reader.connect() as connection:
        return {
            tuple(row) for row in connection.execute(text(f"""
                SELECT CAST(date_trunc('{period}', fill.at AT TIME ZONE 'UTC') AS date), fill.symbol, side, liquidity,
                       coalesce(quote, ''), coalesce(fee_currency, ''), {COUNTED}
                FROM fill LEFT JOIN fill_profit AS profit USING (account_id, key)
                LEFT JOIN fill_pool AS pool USING (account_id, key)
                WHERE fill.account_id = :id GROUP BY 1, 2, 3, 4, 5, 6"""), {"id": account.id})
        }  # fmt: skip


PAGES = st.lists(st.lists(fills(), max_size=25), min_size=1, max_size=4)


@given(PAGES, st.integers(0, 3), st.integers(1, 3))
@RANDOM
def test_days_and_months_equal_a_plain_group_by(database, pages, profits_after, parts):
    """Whatever is told twice, completed later, worked out in between, overtaken and worked out again."""
    (account,) = new_accounts(database)
    for n, page in enumerate(pages):
        write_fills(database, account, page)
        if n == profits_after:
            work_out(database, account, parts=parts)
            assert read_due(database, account) == []
    for table in ("fill_day", "fill_month"):
        assert kept(database, account, table) == counted(database, account, table)


def read_due(database, account):
    with database.reader.connect() as connection:
        return [due.symbol for due in read_unprofited(connection, account.id)]


@given(PAGES, st.lists(FILTERS, min_size=1, max_size=6), st.integers(1, 7))
@RANDOM
def test_pages_and_totals_are_of_the_whole_filter(database, pages, filters, limit):
    """Two accounts that share keys and moments, every filter, every page size."""
    accounts = new_accounts(database, 2)
    rows = []
    for n, account in enumerate(accounts):
        mine = pages[n::2]
        for page in mine:
            write_fills(database, account, page)
        rows += [(account.id, row) for row in first_told(mine).values()]
    results = {account.id: work_out(database, account) for account in accounts}
    for wanted in filters:
        meant = [(of, row) for of, row in rows if is_meant(row, wanted)]
        expected = sorted(meant, key=lambda pair: (pair[1].at, pair[1].key, pair[0]), reverse=True)
        with database.reader.connect() as connection:
            assert read_fill_totals(connection, accounts, wanted) == plain_totals(meant, results)
            paged = all_pages(connection, accounts, wanted, limit)
            assert [said(row) for row in paged] == [(of, without_payload(row)) for of, row in expected]
        for row in paged:
            result = results[row.account_id][row.fill.key]
            assert (row.realised, row.realised_by_market, row.fee_value) == (
                result.realised, result.realised, result.fee_value,
            )  # fmt: skip
            assert (row.held_after, row.cost_after, row.unexplained_by_market) == (
                result.held_after, result.cost_after, result.sold_unexplained,
            )  # fmt: skip


def all_pages(connection, accounts, wanted, limit):
    found: list[FillRow] = []
    before = None
    while page := read_fills(connection, accounts, wanted, limit, before):
        found += page
        assert before is None or page[-1].cursor < before  # it goes on
        before = page[-1].cursor
    return found


def said(row):
    return row.account_id, replace(row.fill, account="main")


def without_payload(row: Fill) -> Fill:
    return replace(row, raw={})


def plain_totals(meant, results) -> FillTotals:
    by_quote: dict[str | None, QuoteTotals] = defaultdict(QuoteTotals)
    fees: dict[str | None, Decimal] = defaultdict(Decimal)
    with localcontext(EXACT):
        for of, row in meant:
            result = results[of][row.key]
            by_quote[row.quote] += QuoteTotals(
                fills=1,
                bought=row.value if row.side is Side.BUY else Decimal(0),
                sold=row.value if row.side is Side.SELL else Decimal(0),
                fee_value=result.fee_value or Decimal(0),
                fee_values_unknown=int(result.fee_value is None),
                realised=result.realised or Decimal(0),  # no pool was worked out, so the books count for the coin
                realised_unknown=int(not result.is_complete),
                realised_by_market=result.realised or Decimal(0),
                realised_by_market_unknown=int(not result.is_complete),
            )
            if row.fee is not None:
                fees[row.fee_currency] += row.fee
        unknown = sum(row.fee is None for _, row in meant)
        return FillTotals(len(meant), dict(by_quote), dict(fees), unknown)


def test_a_fill_nobody_worked_out_yet_has_an_unknown_profit_and_not_none_at_all(database):
    (account,) = new_accounts(database)
    write_fills(database, account, [fill("1"), fill("2", Side.SELL)])
    with database.reader.connect() as connection:
        assert [row.realised for row in read_fills(connection, [account], FillFilter(), 10)] == [None, None]
        found = read_fill_totals(connection, [account], FillFilter()).by_quote["USD"]
    assert (found.fills, found.realised, found.realised_unknown) == (2, 0, 2)


def test_a_page_of_one_account_may_be_chosen_among_several(database):
    one, other = new_accounts(database, 2)
    write_fills(database, one, [fill("1")])
    write_fills(database, other, [fill("1", symbol="ETH/USD")])
    with database.reader.connect() as connection:
        wanted = FillFilter(account_ids=(other.id,))
        assert [r.account_id for r in read_fills(connection, [one, other], wanted, 10)] == [other.id]
        assert read_fill_totals(connection, [one, other], wanted).fills == 1
        assert read_fill_symbols(connection, [one, other]) == ("BTC/USD", "ETH/USD")
        assert read_fill_symbols(connection, [one]) == ("BTC/USD",)


def test_an_earlier_fill_that_comes_late_or_a_fee_told_later_overtakes_the_book(database):
    (account,) = new_accounts(database)
    write_fills(database, account, [fill("2", at=later(10)), fill("3", Side.SELL, at=later(20), fee=None)])
    work_out(database, account)
    assert read_due(database, account) == []
    write_fills(database, account, [fill("4", at=later(30), fee=None)])
    with database.reader.connect() as connection:
        (due,) = read_unprofited(connection, account.id)
    assert due.after == (later(20), "3")
    last_completed = fill("4", at=later(30), fee="0.5")
    for told in (fill("1", at=later(5)), fill("3", Side.SELL, at=later(20), fee="0.5"), last_completed):
        work_out(database, account)
        write_fills(database, account, [told])
        with database.reader.connect() as connection:
            (due,) = read_unprofited(connection, account.id)
        assert due.after is None


def test_fills_that_came_in_while_a_book_was_worked_out_are_not_forgotten(database):
    (account,) = new_accounts(database)
    told = [fill("1"), fill("3", at=later(20))]
    write_fills(database, account, told)
    book = Book(account.cost_method, allows_short=False)
    results = [book.apply(row, None) for row in told]
    write_fills(database, account, [fill("2", at=later(10))])
    write_profits(database.writer, account.id, "BTC/USD", results, book.state(), account.cost_method, from_start=True)
    assert read_due(database, account) == ["BTC/USD"]
    work_out(database, account)
    assert read_due(database, account) == []


def test_what_inverse_contracts_gain_is_totalled_in_their_coin_and_what_changed_hands_in_the_quote(database):
    """No coin is added to dollars."""
    (account,) = new_accounts(database)
    size = {"contracts": Decimal(10), "contract_size": Decimal(100)}
    inverse = {"symbol": "BTC/USD:BTC", "fee_currency": "BTC", **size}
    write_fills(database, account, [
        fill("1", Side.BUY, "0.02", "50000", **inverse),
        fill("2", Side.SELL, "0.025", "40000", at=later(1), fee="0.001", **inverse),
        fill("3", Side.BUY, "1", "50000", symbol="BTC/USD:USD"),
        fill("4", Side.SELL, "1", "51000", symbol="BTC/USD:USD", at=later(1), fee="7"),
    ])  # fmt: skip
    work_out(database, account)
    for wanted in (FillFilter(), FillFilter(since=NOON - timedelta(hours=1)), FillFilter(since=NOON)):
        with database.reader.connect() as connection:
            totals = read_fill_totals(connection, [account], wanted)
        quote, coin = totals.by_quote["USD"], totals.by_quote["BTC"]
        assert (quote.fills, quote.bought, quote.sold, quote.realised, quote.fee_value) == (4, 51_000, 52_000, 993, 7)
        assert (coin.fills, coin.bought, coin.realised) == (0, 0, Decimal("-0.006"))
        assert (coin.fee_value, coin.realised_unknown) == (Decimal("0.001"), 0)


def test_the_side_of_a_fill_is_completed_by_a_later_telling_and_its_book_is_worked_out_anew(database):
    (account,) = new_accounts(database)
    told = [fill("1", symbol="BTC/USDT:USDT"), fill("2", Side.SELL, symbol="BTC/USDT:USDT", at=later(1))]
    write_fills(database, account, told)
    work_out(database, account)
    assert read_due(database, account) == []
    sides = [replace(told[0], position_side=PositionSide.LONG), replace(told[1], position_side=PositionSide.SHORT)]
    write_fills(database, account, sides)
    assert read_due(database, account) == ["BTC/USDT:USDT"]
    worked = work_out(database, account)
    assert [worked[key].held_after for key in ("1", "2")] == [1, -1]
    with database.reader.connect() as connection:
        rows = read_fills(connection, [account], FillFilter(), 9)
    assert [row.fill.position_side for row in rows] == [PositionSide.SHORT, PositionSide.LONG]


def test_a_symbol_of_which_both_positions_are_held_is_hedged_and_its_book_is_worked_out_anew(database):
    account, other = new_accounts(database, 2)
    for one in (account, other):
        write_fills(database, one, [fill("1", symbol="BTC/USD:USD"), fill("2", symbol="ETH/USD:USD")])
        work_out(database, one)
    long = position(side=PositionSide.LONG)
    short = replace(long, key="short", side=PositionSide.SHORT)
    eth = [replace(p, key=f"eth-{p.side}", symbol="ETH/USD:USD") for p in (long, short)]
    for n, held in enumerate(([long, short, eth[0]], [eth[1]])):  # ETH was turned from long to short: one at a time
        results = {Source.POSITIONS: Success(tuple(held))}
        write_refresh(database.writer, observation(account, taken_at=later(n), results=results))
    with database.reader.connect() as connection:
        hedged = read_hedged(connection, account.id)
        assert (hedged, read_hedged(connection, other.id)) == ({"BTC/USD:USD"}, frozenset())
        assert [due.symbol for due in read_unprofited(connection, account.id, hedged)] == ["BTC/USD:USD"]
        assert [due.after for due in read_unprofited(connection, account.id, hedged)] == [None]


def test_orders_that_name_a_position_tell_that_there_are_two_and_that_stays_known(database):
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


def test_books_are_told_as_they_stood_at_a_moment(database):
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


def test_two_accounts_whose_fills_share_time_and_key_are_both_paged(database):
    """The two sides of one execution, in two accounts of one owner."""
    accounts = new_accounts(database, 2)
    for account in accounts:
        write_fills(database, account, [fill("1"), fill("2")])
    with database.reader.connect() as connection:
        found = all_pages(connection, accounts, FillFilter(), 1)
    one, other = (account.id for account in accounts)
    assert [(r.fill.key, r.account_id) for r in found] == [("2", other), ("2", one), ("1", other), ("1", one)]


def test_a_profit_of_the_explained_part_only_counts_and_is_said_to_be_a_part(database):
    (account,) = new_accounts(database)
    write_fills(database, account, [fill("1", price="100"), fill("2", Side.SELL, "3", "110", at=later(1))])
    work_out(database, account)
    with database.reader.connect() as connection:
        found = read_fill_totals(connection, [account], FillFilter()).by_quote["USD"]
    assert (found.realised, found.realised_unknown) == (10, 1)


def test_totals_end_where_the_filter_cuts_a_day_or_a_month(database):
    """Fills every twelve hours for three months, each of twice the amount, so that every sum is its own."""
    (account,) = new_accounts(database)
    moments = [NOON - timedelta(days=45) + timedelta(hours=12 * n) for n in range(180)]
    told = [fill(str(n), amount=str(2**n), price="1", at=at) for n, at in enumerate(moments)]
    write_fills(database, account, told)
    cuts = [None, *(moments[n] + timedelta(hours=shift) for n in (0, 1, 2, 60, 61, 178) for shift in (0, 1, 12))]
    with database.reader.connect() as connection:
        for since, until in product(cuts, cuts):
            totals = read_fill_totals(connection, [account], FillFilter(since=since, until=until))
            meant = [row for row in told if (not since or row.at >= since) and (not until or row.at < until)]
            bought = totals.by_quote["USD"].bought if meant else 0
            assert (totals.fills, bought) == (len(meant), sum(int(row.amount) for row in meant))
