"""Gains of contracts on an exchange that settles every hour: the lines explain the wallet, whatever is known of entry.

The model is that of Crypto.com's help pages (Funding and session settlement, Wallet balances and key terms): at the end
of each session the average price becomes the mark price, and the unrealised profit is added to the wallet. Wallet
balance = deposits - withdrawals + realised profit - fees. Net value is the wallet and the profit of the session.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from db.reads.attribution import read_attribution
from db.writes.fills import write_fill_page
from db.writes.refresh import write_refresh
from domain.attribution import Attribution, Line
from domain.fills import Fill
from domain.history import TimeRange
from domain.markets import Side
from domain.positions import PositionSide
from domain.sources import Source, Success
from domain.transfers import Transfer, TransferKind
from refresher.past.books import Books
from refresher.past.values import Values
from tests.factories import NOON, balance, fill, observation, position, transfer, valuation
from tests.pages.past import EVER, with_past, written

MARKET = "BTC/USD:USD"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BOTH = pytest.mark.parametrize("way", [1, -1])  # a long and a short


@dataclass
class Wallet:
    """One account with one contract, as the exchange keeps it."""

    database: Any
    account: Any
    money: Decimal = Decimal(10_000)
    size: Decimal = Decimal(0)
    average: Decimal = Decimal(0)  # of the session
    entry: Decimal = Decimal(0)
    fills: list[Fill] = field(default_factory=list)
    settled: list[Transfer] = field(default_factory=list)

    def trade(self, at: datetime, size: int, price: int) -> None:
        """Buy, or sell for a negative size. A position only grows, or closes in part or whole."""
        realised, moved = Decimal(0), Decimal(size)
        if self.size * moved < 0:
            realised = -moved * (price - self.average)
        else:
            total = self.size + moved
            self.average = (self.size * self.average + moved * price) / total
            self.entry = (self.size * self.entry + moved * price) / total
        self.size, self.money = self.size + moved, self.money + realised
        side = Side.BUY if size > 0 else Side.SELL
        key = str(len(self.fills) + 1)
        self.fills.append(
            fill(key, side, str(abs(size)), str(price), symbol=MARKET, at=at, realised_pnl=realised, fee_currency="USD")
        )

    def settle(self, at: datetime, mark: int) -> None:
        profit = self.size * (mark - self.average)
        self.money, self.average = self.money + profit, Decimal(mark)
        kind, key = TransferKind.SETTLEMENT, f"journal:{len(self.settled)}"
        self.settled.append(
            transfer(key, kind=kind, asset="USD", amount=str(profit), at=at + MINUTE / 60, symbol=MARKET)
        )

    def seen(self, at: datetime, mark: int) -> None:
        """One refresh."""
        session, since_entry = self.size * (mark - self.average), self.size * (mark - self.entry)
        held = position(
            MARKET, str(abs(self.size)), side=PositionSide.LONG if self.size > 0 else PositionSide.SHORT,
            unrealised_pnl=since_entry, session_pnl=session,
        )  # fmt: skip
        sources = {
            Source.BALANCES: Success((balance("USD", str(self.money)),)),
            Source.POSITIONS: Success((held,) if self.size else ()),
        }
        write_refresh(
            self.database.writer, observation(self.account, at, sources, valuation(str(self.money + session)))
        )

    def attributed(self, since: datetime, until: datetime, first_known: datetime = NOON - EVER) -> Attribution:
        """The attribution, if fills and settlements are known from a moment on."""
        fills = tuple(row for row in self.fills if row.at >= first_known)
        settled = [row for row in self.settled if row.at >= first_known]
        known = TimeRange(NOON - EVER, until)
        write_fill_page(self.database.writer, self.account.id, Source.FILLS, fills, known, until)
        written(self.database.writer, self.account, settled, until)
        Values(self.account, self.database.writer, lambda: until).work_out(lambda: True)
        Books(self.account, self.database.writer).work_out(lambda: True)
        with self.database.reader.connect() as connection:
            found = read_attribution(connection, [self.account], (since, until), "USD").attribution
        assert found is not None
        return found


@pytest.fixture
def wallet(database: Any) -> Wallet:
    (account,) = with_past(
        database.writer, "main", refresh_seconds=3600, settles="at every full hour", fills_count_from_settlement=True
    )
    return Wallet(database, account)


@BOTH
def test_a_position_that_no_refresh_saw_gains_what_the_wallet_gained(wallet: Wallet, way: int) -> None:
    """Opened at 60,000, settled at 60,500, closed at 60,450 between two refreshes: 450 gained, 500 of it settled."""
    wallet.seen(NOON, 60_000)
    wallet.trade(NOON + 10 * MINUTE, way, 60_000)
    wallet.settle(NOON + HOUR, 60_000 + way * 500)
    wallet.trade(NOON + HOUR + 10 * MINUTE, -way, 60_000 + way * 450)
    wallet.seen(NOON + 2 * HOUR, 60_000)
    found = wallet.attributed(NOON, NOON + 2 * HOUR)
    assert wallet.money == 10_450
    assert (found.lines[Line.CONTRACTS], found.rest) == (450, 0)


@BOTH
def test_an_open_position_gains_what_was_settled_and_what_is_not_yet(wallet: Wallet, way: int) -> None:
    wallet.seen(NOON, 60_000)
    wallet.trade(NOON + 10 * MINUTE, 2 * way, 60_000)
    wallet.settle(NOON + HOUR, 60_000 + way * 500)
    wallet.seen(NOON + 2 * HOUR, 60_000 + way * 530)
    found = wallet.attributed(NOON, NOON + 2 * HOUR)
    assert (found.lines[Line.CONTRACTS], found.rest) == (1060, 0)


@BOTH
@pytest.mark.parametrize("closed", [1, 2])
def test_a_position_from_before_the_first_known_fill_gains_by_settlements(
    wallet: Wallet, way: int, closed: int
) -> None:
    """Long 2 since 50,000, seen at 60,000, settled at 60,500, then 1 or 2 sold at 60,450, and the mark is 60,400."""
    wallet.trade(NOON - HOUR, 2 * way, 60_000 - way * 10_000)
    wallet.settle(NOON - MINUTE, 60_000)
    wallet.seen(NOON, 60_000)
    wallet.settle(NOON + HOUR, 60_000 + way * 500)
    wallet.trade(NOON + HOUR + 10 * MINUTE, -way * closed, 60_000 + way * 450)
    wallet.seen(NOON + 2 * HOUR, 60_000 + way * 400)
    found = wallet.attributed(NOON, NOON + 2 * HOUR, first_known=NOON)
    assert found.lines[Line.CONTRACTS] == {1: 850, 2: 900}[closed]
    assert found.rest == 0


def test_a_position_that_ends_without_a_fill_gains_by_settlements(wallet: Wallet) -> None:
    """A future expires: the last settlement pays the profit, and no execution closes the position."""
    wallet.trade(NOON - HOUR, 1, 59_000)
    wallet.seen(NOON, 60_000)
    wallet.settle(NOON + HOUR, 60_700)
    wallet.size = Decimal(0)
    wallet.seen(NOON + 2 * HOUR, 61_000)
    found = wallet.attributed(NOON, NOON + 2 * HOUR)
    assert (found.lines[Line.CONTRACTS], found.rest) == (700, 0)


def test_a_closing_fill_from_before_the_first_known_one_has_an_unknown_profit(wallet: Wallet) -> None:
    """Its stated profit is that since the last settlement: a part, and not to be taken for the whole."""
    wallet.trade(NOON - HOUR, 1, 50_000)
    wallet.settle(NOON, 60_000)
    wallet.trade(NOON + MINUTE, -1, 60_010)
    wallet.seen(NOON, 60_000)
    wallet.seen(NOON + HOUR, 60_000)
    wallet.attributed(NOON, NOON + HOUR, first_known=NOON)
    with wallet.database.reader.connect() as connection:
        rows = connection.execute(text("SELECT realised, sold_unexplained FROM fill_profit")).all()
    assert rows == [(None, 1)]
