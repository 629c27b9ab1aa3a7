"""Midnights: a history with entries and refreshes at, right before and right after each midnight of a zone.

A plain ledger counts what the writers are given. It knows nothing of periods, so its sums are those to expect.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from db.writes.fills import write_fill_page
from db.writes.refresh import write_refresh
from domain.fills import Fill
from domain.history import TimeRange
from domain.markets import Side
from domain.periods import start_of
from domain.snapshot import Account
from domain.sources import Source, Success
from domain.transfers import Transfer, TransferKind
from refresher.past.books import Books
from refresher.past.values import Values
from tests.factories import balance, fill, observation, price, transfer, valuation
from tests.pages.past import EVER, with_past, written

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
# An exchange orders events within a millisecond, so a refresh contains its whole millisecond.
MILLISECOND = timedelta(milliseconds=1)
AROUND = (-11 * timedelta(minutes=1), -TICK, timedelta(0), TICK, 7 * timedelta(minutes=1))
KINDS = (TransferKind.FUNDING, TransferKind.INTEREST, TransferKind.REBATE, TransferKind.FEE)


@dataclass(frozen=True)
class Booked:
    """One amount of a line at a moment, before any value is computed."""

    at: datetime
    line: str
    amount: Decimal


class Ledger:
    """What one account holds, and what was booked. Coins have the average cost of their purchases."""

    def __init__(self, account: Account, chance: random.Random) -> None:
        self.account, self.chance = account, chance
        self.money, self.coins, self.cost = Decimal(10**6), Decimal(0), Decimal(0)
        self.booked: list[Booked] = []
        self.fills: list[Fill] = []
        self.transfers: list[Transfer] = []

    def book(self, at: datetime) -> None:
        """Something random happens: a trade, or income."""
        number = len(self.booked)
        kind = self.chance.choice((Side.BUY, Side.SELL, *KINDS))
        if isinstance(kind, Side):
            self.trade(at, kind, Decimal(self.chance.randrange(90, 111)), Decimal(self.chance.randrange(1, 9)) / 10)
            return
        amount = Decimal(self.chance.randrange(1, 500)) / 100
        amount = -amount if kind is TransferKind.FEE or self.chance.random() < 0.3 else amount
        name = self.account.name
        self.transfers.append(transfer(f"{kind}/{number}", kind=kind, asset="USD", amount=amount, at=at, account=name))
        self.money += amount
        self._note(at, "transfer fees" if kind is TransferKind.FEE else str(kind), amount)

    def trade(self, at: datetime, side: Side, last: Decimal, amount: Decimal) -> None:
        """A fill with a fee of a thousandth."""
        sign, fee = 1 if side is Side.BUY else -1, amount * last / 1000
        key, name = str(len(self.booked)), self.account.name
        self.fills.append(fill(key, side, str(amount), str(last), at=at, account=name, fee=str(fee)))
        average = self.cost / self.coins if self.coins else last
        if side is Side.SELL:
            self._note(at, "realised", amount * (last - average))
        self.cost += amount * last if side is Side.BUY else -amount * average
        self.coins += sign * amount
        self.money -= sign * amount * last + fee
        self._note(at, "trade fees", -fee)

    def refresh(self, database: Any, at: datetime, last: Decimal) -> None:
        """A refresh that contains all so far."""
        balances = (balance("USD", str(self.money)), balance("BTC", str(self.coins)))
        rows = {Source.BALANCES: Success(balances), Source.PRICES: Success((price("BTC/USD", str(last)),))}
        worth = valuation(str(self.money + self.coins * last))
        write_refresh(database.writer, observation(self.account, at, rows, worth))

    def write(self, database: Any, until: datetime) -> None:
        """The history, valued and counted."""
        ever = TimeRange(until - EVER, until)
        write_fill_page(database.writer, self.account.id, Source.FILLS, tuple(self.fills), ever, until)
        written(database.writer, self.account, self.transfers, until)
        Values(self.account, database.writer, lambda: until).work_out(lambda: True)
        Books(self.account, database.writer).work_out(lambda: True)

    def _note(self, at: datetime, line: str, amount: Decimal) -> None:
        self.booked.append(Booked(at, line, amount))


@dataclass(frozen=True)
class History:
    """The accounts, their ledgers, and the bounds of whole days of a zone."""

    accounts: Sequence[Account]
    ledgers: Sequence[Ledger]
    bounds: Sequence[datetime]
    end: datetime

    def booked(self, since: datetime, until: datetime) -> Mapping[str, Decimal]:
        """What was booked in [since, until), by line."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for ledger in self.ledgers:
            for row in ledger.booked:
                if since <= row.at < until:
                    sums[row.line] += row.amount
        return sums


def write_midnights(database: Any, zone: ZoneInfo, first: datetime, seed: int, days: int = 2) -> History:
    """Two accounts over some days of a zone. Refreshes are hours apart, but for those next to midnight."""
    chance = random.Random(seed)
    accounts = with_past(database.writer, "one", "two", refresh_seconds=4 * 3600, cost_method="average")
    day = first.astimezone(zone).date()
    bounds = [start_of(day + timedelta(days=n), zone) for n in range(days + 1)]
    begin, end = bounds[0] - 8 * HOUR, bounds[-1] + 3 * HOUR
    ledgers = [Ledger(account, chance) for account in accounts]
    for ledger in ledgers:
        ledger.trade(begin - HOUR, Side.BUY, Decimal(100), Decimal(40))
        _write_account(database, ledger, bounds, begin, end)
        ledger.write(database, end + HOUR)
    return History(accounts, ledgers, bounds, end)


def _write_account(database: Any, ledger: Ledger, bounds: Sequence[datetime], begin: datetime, end: datetime) -> None:
    chance = ledger.chance
    count = int((end - begin) / (4 * HOUR))
    refreshes = {begin, end, *(begin + 4 * HOUR * n + chance.randrange(3600) * TICK for n in range(1, count))}
    refreshes |= {bound + step for bound in bounds for step in (-TICK, timedelta(0), TICK) if chance.random() < 0.4}
    events = sorted(bound + step for bound in bounds for step in AROUND)
    events += [bound + chance.randrange(2, 20) * HOUR + timedelta(minutes=1) for bound in bounds[:-1]]
    waiting, last = sorted(events), Decimal(100)
    for at in sorted(refreshes):
        through = at.replace(microsecond=at.microsecond // 1000 * 1000) + MILLISECOND
        while waiting and waiting[0] < through:
            ledger.book(waiting.pop(0))
        last += Decimal(chance.randrange(-30, 31)) / 10
        ledger.refresh(database, at, last)
