"""Pages and totals of fills: filtered before paging, and equal to independent sums."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Context, Decimal, localcontext
from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db.fill_sums import COUNTED, GROUP_COLUMNS, OF_COINS, SUM_COLUMNS
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import FillTotals, QuoteTotals, read_fill_totals
from db.reads.fills import FillRow, read_fill_symbols, read_fills
from db.reads.page_cursor import Cursor
from domain.fills import Fill, Liquidity
from domain.markets import Side
from tests.db.fill_books import read_due, work_out
from tests.db.fill_history import MOMENTS, SYMBOLS, fills, new_accounts, stored_after, write_fills
from tests.factories import NOON, fill, later

RANDOM = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
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


def matches(row: Fill, filters: FillFilter) -> bool:
    return (
        (filters.since is None or row.at >= filters.since)
        and (filters.until is None or row.at < filters.until)
        and (filters.symbols is None or row.symbol in filters.symbols)
        and (filters.sides is None or row.side in filters.sides)
        and (filters.liquidities is None or row.liquidity in filters.liquidities)
        and (filters.order_id is None or row.order_id == filters.order_id)
    )


def stored_sums(database, account, table: str) -> set[tuple[object, ...]]:
    with database.reader.connect() as connection:
        return {
            tuple(row) for row in connection.execute(
                text(f"SELECT {table.removeprefix('fill_')}, {', '.join((*GROUP_COLUMNS, *SUM_COLUMNS))} "
                     f"FROM {table} WHERE account_id = :id"), {"id": account.id})
        }  # fmt: skip


def recounted_sums(database, account, table: str) -> set[tuple[object, ...]]:
    """The same sums by a plain GROUP BY."""
    period = table.removeprefix("fill_")
    with database.reader.connect() as connection:
        return {
            tuple(row) for row in connection.execute(text(f"""
                SELECT CAST(date_trunc('{period}', fill.at AT TIME ZONE 'UTC') AS date), fill.symbol, side, liquidity,
                       coalesce(quote, ''), coalesce(fee_currency, ''), {COUNTED}
                FROM fill LEFT JOIN fill_profit AS profit USING (account_id, key)
                LEFT JOIN fill_value AS worth USING (account_id, key)
                {OF_COINS}
                WHERE fill.account_id = :id GROUP BY 1, 2, 3, 4, 5, 6"""), {"id": account.id})
        }  # fmt: skip


PAGES = st.lists(st.lists(fills(), max_size=25), min_size=1, max_size=4)


@given(PAGES, st.integers(0, 3), st.integers(1, 3))
@RANDOM
def test_stored_sums_equal_a_plain_group_by(database, pages, profits_after, parts):
    """With repeated and completed fills, and books worked out, overtaken and worked out again."""
    (account,) = new_accounts(database)
    for n, page in enumerate(pages):
        write_fills(database, account, page)
        if n == profits_after:
            work_out(database, account, parts=parts)
            assert read_due(database, account) == []
    for table in ("fill_day", "fill_month"):
        assert stored_sums(database, account, table) == recounted_sums(database, account, table)


@given(PAGES, st.lists(FILTERS, min_size=1, max_size=6), st.integers(1, 7))
@RANDOM
def test_pages_and_totals_match_the_filter(database, pages, filters, limit):
    """For two accounts with equal keys and times, with any filter and page size."""
    accounts = new_accounts(database, 2)
    rows = []
    for n, account in enumerate(accounts):
        account_pages = pages[n::2]
        for page in account_pages:
            write_fills(database, account, page)
        rows += [(account.id, row) for row in stored_after(account_pages).values()]
    results = {account.id: work_out(database, account) for account in accounts}
    for fill_filter in filters:
        matching = [(account_id, row) for account_id, row in rows if matches(row, fill_filter)]
        expected = sorted(matching, key=lambda pair: (pair[1].at, len(pair[1].key), pair[1].key, pair[0]), reverse=True)
        with database.reader.connect() as connection:
            totals = read_fill_totals(connection, accounts, fill_filter)
            amounts = replace(totals, bought_worths={}, sold_worths={}, fee_worths={}, realised_worths={})
            assert amounts == plain_totals(matching, results)
            paged = all_pages(connection, accounts, fill_filter, limit)
            assert [without_account_name(row) for row in paged] == [
                (account_id, without_payload(row)) for account_id, row in expected
            ]
        for row in paged:
            result = results[row.account_id][row.fill.key]
            assert (row.realised, row.realised_by_market, row.fee_value) == (None, result.realised, result.fee_value)
            assert (row.held_after, row.cost_after, row.unexplained_by_market) == (
                result.held_after, result.cost_after, result.sold_unexplained,
            )  # fmt: skip


def all_pages(connection, accounts, fill_filter, limit):
    rows: list[FillRow] = []
    before = None
    while page := read_fills(connection, accounts, fill_filter, limit, before):
        rows += page
        assert before is None or place(page[-1].cursor) < place(before)  # it advances
        before = page[-1].cursor
    return rows


def place(cursor: Cursor) -> tuple[object, ...]:
    """The order of the pages: numeric ids of one moment count as numbers."""
    return cursor.at, len(cursor.key), cursor.key, cursor.account_id


def without_account_name(row):
    return row.account_id, replace(row.fill, account="main")


def without_payload(row: Fill) -> Fill:
    return replace(row, raw={})


def plain_totals(matching, results) -> FillTotals:
    by_quote: dict[str | None, QuoteTotals] = defaultdict(QuoteTotals)
    fees: dict[str | None, Decimal] = defaultdict(Decimal)
    with localcontext(EXACT):
        for account_id, row in matching:
            result = results[account_id][row.key]
            by_quote[row.quote] += QuoteTotals(
                fills=1,
                bought=row.value if row.side is Side.BUY else Decimal(0),
                sold=row.value if row.side is Side.SELL else Decimal(0),
                fee_value=result.fee_value or Decimal(0),
                fee_values_unknown=int(result.fee_value is None),
                realised_by_market=result.realised or Decimal(0),
                realised_by_market_unknown=int(not result.is_complete),
            )
            by_quote["USD"] += QuoteTotals(realised_unknown=1)  # coin books are not worked out here
            if row.fee is not None:
                fees[row.fee_currency] += row.fee
        fees_unknown = sum(row.fee is None for _, row in matching)
        return FillTotals(len(matching), dict(by_quote), dict(fees), fees_unknown)


def test_a_fill_that_is_not_worked_out_has_an_unknown_profit(database):
    (account,) = new_accounts(database)
    write_fills(database, account, [fill("1"), fill("2", Side.SELL)])
    with database.reader.connect() as connection:
        assert [row.realised for row in read_fills(connection, [account], FillFilter(), 10)] == [None, None]
        totals = read_fill_totals(connection, [account], FillFilter()).by_quote["USD"]
    assert (totals.fills, totals.realised, totals.realised_unknown) == (2, 0, 2)


def test_a_filter_may_select_one_of_several_accounts(database):
    account, other = new_accounts(database, 2)
    write_fills(database, account, [fill("1")])
    write_fills(database, other, [fill("1", symbol="ETH/USD")])
    with database.reader.connect() as connection:
        fill_filter = FillFilter(account_ids=(other.id,))
        assert [r.account_id for r in read_fills(connection, [account, other], fill_filter, 10)] == [other.id]
        assert read_fill_totals(connection, [account, other], fill_filter).fills == 1
        assert read_fill_symbols(connection, [account, other]) == ("BTC/USD", "ETH/USD")
        assert read_fill_symbols(connection, [account]) == ("BTC/USD",)


def test_inverse_contracts_have_profit_in_the_coin_and_volume_in_the_quote(database):
    """Coins are never added to dollars."""
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
    for fill_filter in (FillFilter(), FillFilter(since=NOON - timedelta(hours=1)), FillFilter(since=NOON)):
        with database.reader.connect() as connection:
            totals = read_fill_totals(connection, [account], fill_filter)
        quote, coin = totals.by_quote["USD"], totals.by_quote["BTC"]
        assert (quote.fills, quote.bought, quote.sold, quote.realised_by_market, quote.fee_value) == (
            4, 51_000, 52_000, 993, 7,
        )  # fmt: skip
        assert (coin.fills, coin.bought, coin.realised_by_market) == (0, 0, Decimal("-0.006"))
        assert (coin.fee_value, coin.realised_by_market_unknown) == (Decimal("0.001"), 0)


def test_fills_of_two_accounts_with_equal_time_and_key_are_both_paged(database):
    """One execution can have both sides in two accounts of one owner."""
    accounts = new_accounts(database, 2)
    for account in accounts:
        write_fills(database, account, [fill("1"), fill("2")])
    with database.reader.connect() as connection:
        rows = all_pages(connection, accounts, FillFilter(), 1)
    first, other = (account.id for account in accounts)
    assert [(r.fill.key, r.account_id) for r in rows] == [("2", other), ("2", first), ("1", other), ("1", first)]


def test_a_partly_explained_profit_counts_and_is_also_counted_as_unknown(database):
    (account,) = new_accounts(database)
    write_fills(database, account, [fill("1", price="100"), fill("2", Side.SELL, "3", "110", at=later(1))])
    work_out(database, account)
    with database.reader.connect() as connection:
        totals = read_fill_totals(connection, [account], FillFilter()).by_quote["USD"]
    assert (totals.realised_by_market, totals.realised_by_market_unknown) == (10, 1)


def test_totals_end_where_the_filter_cuts_a_day_or_a_month(database):
    """Fills every twelve hours for three months. Each amount doubles, so every sum is unique."""
    (account,) = new_accounts(database)
    moments = [NOON - timedelta(days=45) + timedelta(hours=12 * n) for n in range(180)]
    rows = [fill(str(n), amount=str(2**n), price="1", at=at) for n, at in enumerate(moments)]
    write_fills(database, account, rows)
    cuts = [None, *(moments[n] + timedelta(hours=shift) for n in (0, 1, 2, 60, 61, 178) for shift in (0, 1, 12))]
    with database.reader.connect() as connection:
        for since, until in product(cuts, cuts):
            totals = read_fill_totals(connection, [account], FillFilter(since=since, until=until))
            matching = [row for row in rows if (not since or row.at >= since) and (not until or row.at < until)]
            bought = totals.by_quote["USD"].bought if matching else 0
            assert (totals.fills, bought) == (len(matching), sum(int(row.amount) for row in matching))


def test_fills_of_one_moment_are_ordered_by_their_numbers_on_every_page(database):
    """999 came before 1000. By their characters it would come after it."""
    (main,) = new_accounts(database)
    write_fills(database, main, [fill(key, at=NOON) for key in ("1000", "8", "999", "1001", "10")])
    with database.reader.connect() as connection:
        rows: list[Any] = []
        pages, before = 0, None
        while page := read_fills(connection, [main], FillFilter(), 2, before):
            rows, pages, before = [*rows, *page], pages + 1, page[-1].cursor
        back = read_fills(connection, [main], FillFilter(), 2, after=rows[-1].cursor)
    assert [row.fill.key for row in rows] == ["1001", "1000", "999", "10", "8"]
    assert ([row.fill.key for row in back], pages) == (["999", "10"], 3)
