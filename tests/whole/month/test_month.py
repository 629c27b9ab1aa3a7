"""A month of trading with every kind of order: the read data equals the exchange's own books to the last digit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.income import EARNED, income_of
from domain.lots import EXACT
from domain.transfers import TransferKind
from simulator.ledger import OUTSIDE
from simulator.orders import BUY, TYPES
from tests.factories import flows_of
from tests.postgres import cloned
from tests.simulator.in_process import month
from tests.whole.month.lived_month import Lived, Then, books, lived_through, transfer_sums, worked_out

# One process trades the month for all tests.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("month")]

DAYS = 31
ODD_PRICE = Decimal("1.25")  # a coin without a price: its movements add up at any price
ENDINGS = {"FILLED": "filled", "CANCELED": "cancelled", "EXPIRED": "expired", "REJECTED": "rejected"}


@pytest.fixture(scope="module")
def lived(postgres: Any) -> Iterator[Lived]:
    with pytest.MonkeyPatch.context() as patch, cloned(postgres) as database, month(seed=5, days=DAYS) as played:
        patch.setattr("exchanges.connection.pacing.Pace.wait_for_call", lambda *_: None)
        # This exchange limits each call apart.
        patch.setattr("exchanges.connection.ccxt_overrides.ReadOnlyCcxt.throttle", lambda *_: None)
        patch.setattr("exchanges.connection.clock.Clock.moment", lambda _: Then.moment)
        yield Lived(played, lived_through(played, database))


def test_the_month_has_every_kind_of_order_and_many_fills(lived: Lived) -> None:
    orders = lived.seen().values()
    kinds = {trade.order_id for trade in lived.trades}
    assert {order.ticket.order_type for order in orders} >= TYPES - {"MARKET"}
    assert {order.group.contingency for order in orders if order.group} == {"OCO", "OTO", "OTOCO"}
    assert {order.status for order in orders} >= {"FILLED", "CANCELED", "EXPIRED"}
    assert any(order.book for order in orders)
    assert len(kinds) > 100


def test_every_fill_is_known_once_as_the_exchange_booked_it(lived: Lived) -> None:
    rows = lived.main.read(
        "SELECT key, order_id, exchange_symbol, side, price, amount, fee, fee_currency, liquidity, realised_pnl "
        "FROM fill"
    )
    booked = {
        (
            t.trade_id,
            t.order_id,
            t.instrument.name,
            t.side.lower(),
            t.price,
            t.quantity,
            t.fee,
            t.fee_asset,
            "maker" if t.is_maker else "taker",
            t.realized if t.instrument.is_perpetual else None,
        )
        for t in lived.trades
    }
    assert len(rows) == len(lived.trades)
    assert set(map(tuple, rows)) == booked


def test_every_order_is_open_or_ended_as_the_exchange_says(lived: Lived) -> None:
    told = {
        key: (ending, filled, book_id)
        for key, ending, filled, book_id in lived.main.read(
            "SELECT key, ending, filled, book_order_id FROM order_outcome"
        )
    }
    truth: dict[str, tuple[str, Decimal, str | None]] = {}
    for key, order in lived.seen().items():
        if order.is_live:
            continue
        if order.is_advanced and order.book is not None:
            truth[key] = ("triggered", order.filled, order.book.order_id)
        else:
            whole = not order.remaining
            truth[key] = ("filled" if whole else ENDINGS[order.status], order.filled, None)
    assert len(truth) > 60
    assert told == truth


def test_a_cancelled_leg_of_a_group_says_which_sibling_did_it(lived: Lived) -> None:
    reasons = {row.key: row.reason for row in lived.main.read("SELECT key, reason FROM order_outcome")}
    cancelled = [
        (key, order)
        for key, order in lived.seen().items()
        if order.group is not None
        and order.group.contingency == "OCO"
        and order.status == "CANCELED"
        and order.book is None
        and any(leg.filled for leg in order.group.legs if leg is not order)
    ]
    assert cancelled
    assert all(str(reasons[key]).startswith("its sibling ") for key, _ in cancelled)


def test_transfers_and_fills_add_up_to_the_wallet(lived: Lived) -> None:
    """To the last digit, loans and funding included."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for asset, amount, fee, status in lived.main.read("SELECT asset, amount, fee, status FROM transfer"):
        assert status == "done"
        sums[asset] = EXACT.add(sums[asset], EXACT.subtract(amount, fee or Decimal(0)))
    for base, quote, kind, side, price, amount, fee, currency, realised in lived.main.read(
        "SELECT base, quote, market_type, side, price, amount, fee, fee_currency, realised_pnl FROM fill"
    ):
        signed = amount if side == "buy" else -amount
        if kind == "spot":
            sums[base] = EXACT.add(sums[base], signed)
            sums[quote] = EXACT.subtract(sums[quote], EXACT.multiply(signed, price))
        else:
            sums[quote] = EXACT.add(sums[quote], realised)
        sums[currency] = EXACT.subtract(sums[currency], fee)
    wallet = dict(lived.month.exchange.ledger.wallet())
    assert {asset: amount for asset, amount in sums.items() if amount} == wallet
    assert {
        balance.asset: balance.total for balance in lived.main.watched.snapshot().balances if balance.total
    } == wallet


def test_income_and_flows_equal_the_books_of_the_exchange(lived: Lived) -> None:
    """Funding, interest and fees by kind, deposits and withdrawals apart."""
    exchange, groups = lived.month.exchange, transfer_sums(lived)
    income = income_of(groups)
    booked: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in exchange.ledger.entries:
        if entry.kind in ("FUNDING", "INTEREST", "WITHDRAW_FEE"):
            asset = exchange.book_named[entry.name].quote if entry.kind == "FUNDING" else entry.name
            kind = {"WITHDRAW_FEE": "fee"}.get(entry.kind, entry.kind.lower())
            booked[kind, asset] = EXACT.add(booked[kind, asset], EXACT.add(entry.quantity, entry.realized))
    assert {kind for kind, _ in booked} == {"funding", "interest", "fee"}
    assert {(str(kind), asset): amount for (kind, asset), amount in income.amounts.items()} == booked
    assert income.unclear == 0
    outside = exchange.ledger.sums()[OUTSIDE]
    assert flows_of(groups) == {asset: -amount for asset, amount in outside.items() if amount}


def test_the_change_of_value_is_flows_plus_income_plus_settlements_plus_trading_profit(lived: Lived) -> None:
    """At the last prices, to the last digit. No gain counts twice, and no deposit is a gain."""
    exchange, groups = lived.month.exchange, transfer_sums(lived)
    worth = {"USD": Decimal(1)} | {
        book.base: exchange.price(book.name)
        for book in exchange.book_named.values()
        if not book.is_perpetual and book.quote == "USD"
    }

    def value(amounts: Mapping[Any, Decimal]) -> Decimal:
        found = Decimal(0)
        for asset, amount in amounts.items():
            found = EXACT.add(found, EXACT.multiply(amount, worth.get(str(asset), ODD_PRICE)))
        return found

    traded: dict[str | None, Decimal] = defaultdict(Decimal)
    for trade in lived.trades:
        signed, book = trade.quantity if trade.side == BUY else -trade.quantity, trade.instrument
        if book.is_perpetual:
            traded[book.quote] = EXACT.add(traded[book.quote], trade.realized)
        else:
            traded[book.base] = EXACT.add(traded[book.base], signed)
            traded[book.quote] = EXACT.subtract(traded[book.quote], EXACT.multiply(signed, trade.price))
        traded[trade.fee_asset] = EXACT.subtract(traded[trade.fee_asset], trade.fee)
    settled: dict[str | None, Decimal] = defaultdict(Decimal)
    for group in groups:
        if group.kind is TransferKind.SETTLEMENT:
            settled[group.asset] = EXACT.add(settled[group.asset], group.amount)
    parts = (flows_of(groups), income_of(groups).of(*EARNED), settled, traded)
    total = Decimal(0)
    for part in parts:
        assert part
        total = EXACT.add(total, value(part))
    assert total == value(dict(exchange.ledger.wallet()))


def test_spot_books_hold_the_traded_quantity_and_the_realised_profit(lived: Lived) -> None:
    whole = 0
    for name, trades in books(lived).items():
        book = trades[0].instrument
        if book.is_perpetual:
            continue
        realised, held, cost, unexplained = worked_out(lived, name)
        coins = sum((t.quantity if t.side == BUY else -t.quantity for t in trades), Decimal(0))
        coins -= sum((t.fee for t in trades if t.fee_asset == book.base), Decimal(0))
        assert EXACT.subtract(held, unexplained) == coins
        assert held >= 0
        if unexplained:
            continue
        whole += 1
        money = sum((-t.quantity * t.price if t.side == BUY else t.quantity * t.price for t in trades), Decimal(0))
        money -= sum((t.fee for t in trades if t.fee_asset == book.quote), Decimal(0))
        assert EXACT.subtract(realised, cost) == money
    assert whole > 3


def moves_of_coins(lived: Lived) -> dict[str, list[tuple[datetime, Decimal]]]:
    """What each row of fills and transfers did to each asset, in the order of time."""
    moves: dict[str, list[tuple[datetime, Decimal]]] = defaultdict(list)

    def move(at: datetime, **quantities: Decimal) -> None:
        for asset, quantity in quantities.items():
            moves[asset].append((at, quantity))

    for at, coin, quote, side, amount, value, fee, currency in lived.main.read(
        "SELECT at, base, quote, side, amount, price * amount, fee, fee_currency FROM fill WHERE market_type = 'spot'"
    ):
        sign = 1 if side == "buy" else -1
        quantities = {coin: sign * amount, quote: -sign * value}
        quantities[currency] = EXACT.subtract(quantities.get(currency, Decimal(0)), fee)
        move(at, **quantities)
    for at, coin, amount, fee in lived.main.read(
        "SELECT at, asset, amount, CASE WHEN fee_currency = asset THEN fee END FROM transfer "
        "WHERE kind NOT IN ('internal', 'loan', 'settlement') AND status IN ('done', 'unknown')"
    ):
        move(at, **{coin: EXACT.subtract(amount, fee or Decimal(0))})
    return {asset: sorted(rows) for asset, rows in moves.items()}


def test_a_coin_book_holds_what_came_in_less_what_left(lived: Lived) -> None:
    """Bought in one market, sold in another, paid with, deposited and withdrawn, it is one coin, never below zero."""
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for asset, moves in moves_of_coins(lived).items():
        for _, quantity in moves:
            expected[asset] = max(EXACT.add(expected[asset], quantity), Decimal(0))
    held = lived.main.read(
        "SELECT DISTINCT ON (coin) coin, quantity_after FROM coin_result WHERE role NOT IN ('contract', 'money') "
        "ORDER BY coin, at DESC, number DESC"
    )
    assert dict(held) == {coin: expected[coin] for coin, _ in held}
    assert len(held) > 1
    assert lived.main.read("SELECT count(*) FROM coin_books_state WHERE overtaken_at IS NOT NULL") == [(0,)]


def test_profit_of_contracts_equals_the_settlements_of_the_exchange(lived: Lived) -> None:
    """Realised and open profit add up to the same, whatever the sessions of settlement."""
    exchange = lived.month.exchange
    for name, trades in books(lived).items():
        book = trades[0].instrument
        if not book.is_perpetual:
            continue
        realised, held, cost, unexplained = worked_out(lived, name)
        position, mark = exchange.engine.booker.positions[name], exchange.price(name)
        settled = sum(
            (e.realized for e in exchange.ledger.entries if (e.name, e.kind) == (name, "SESSION_SETTLE")), Decimal(0)
        )
        theirs = sum((t.realized - t.fee for t in trades), settled) + position.session_profit(mark)
        assert (held, unexplained) == (position.quantity, 0)
        assert EXACT.add(realised, EXACT.subtract(EXACT.multiply(held, mark), cost)) == theirs
