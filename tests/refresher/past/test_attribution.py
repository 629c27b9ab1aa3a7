"""Attribution of random histories: its lines explain the change of a net value that a plain ledger counts."""

import random
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.reads.attribution import read_attribution
from db.writes.fills import write_fill_page
from db.writes.refresh import write_refresh
from domain.fills import Fill
from domain.history import TimeRange
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source, Success
from domain.transfers import Transfer, TransferKind
from refresher.past.books import Books
from refresher.past.values import Values
from tests.factories import NOON, balance, fill, observation, price, transfer, valuation
from tests.pages.past import EVER, with_past, written

HOUR = timedelta(hours=1)
HOURS = 40
COINS = {"BTC": 100, "ETH": 10, "BNB": 3, "USDT": 1}
MARKETS = ("BTC/USD", "ETH/USD", "ETH/BTC", "BTC/USDT", "BNB/USD")


class Ledger:
    """What two accounts hold, and what moved them, by plain sums. Each hour has one event and then a refresh."""

    def __init__(self, seed: int, names: tuple[str, ...]) -> None:
        self.chance = random.Random(seed)
        self.prices = {coin: Decimal(last) for coin, last in COINS.items()}
        self.held = {name: defaultdict(Decimal, {"USD": Decimal(10**6), "BTC": Decimal(50)}) for name in names}
        self.fills: dict[str, list[Fill]] = {name: [] for name in names}
        self.transfers: dict[str, list[Transfer]] = {name: [] for name in names}

    def move(self, hour: int) -> None:
        for coin in ("BTC", "ETH", "BNB", "USDT"):
            step = Decimal(self.chance.randrange(-50, 51)) / (1000 if coin != "USDT" else 100_000)
            self.prices[coin] = round(self.prices[coin] * (1 + step), 8)
        name = self.chance.choice(list(self.held))
        at = NOON + hour * HOUR - timedelta(minutes=self.chance.randrange(1, 50))
        self.chance.choice((self._trade, self._trade, self._trade, self._flow, self._income))(name, hour, at)

    def _trade(self, name: str, hour: int, at: Any) -> None:
        symbol, side = self.chance.choice(MARKETS), self.chance.choice((Side.BUY, Side.SELL))
        base, quote = symbol.split("/")
        at_price = self.price(base) / self.price(quote) * Decimal(self.chance.randrange(98, 103)) / 100
        at_price, amount = round(at_price, 6), Decimal(self.chance.randrange(1, 400)) / 100
        currency = self.chance.choice(("BNB", base, quote))
        fee = round(amount * self.price(base) / self.price(currency) / 1000, 8)
        sign = 1 if side is Side.BUY else -1
        self.held[name][base] += sign * amount
        self.held[name][quote] -= sign * amount * at_price
        self.held[name][currency] -= fee
        self.fills[name].append(
            fill(str(hour), side, str(amount), str(at_price), symbol=symbol, account=name, at=at, fee=str(fee),
                 fee_currency=currency)
        )  # fmt: skip

    def _flow(self, name: str, hour: int, at: Any) -> None:
        asset, amount = self.chance.choice(("USD", "BTC", "ETH")), Decimal(self.chance.randrange(1, 200)) / 100
        sign = self.chance.choice((1, -1))
        kind = TransferKind.DEPOSIT if sign > 0 else TransferKind.WITHDRAWAL
        fee = Decimal("0.001") if sign < 0 else Decimal(0)
        self._moved(name, transfer(f"{kind}/{hour}", kind=kind, asset=asset, amount=str(sign * amount), at=at,
                                   account=name, fee=fee, fee_currency=asset))  # fmt: skip

    def _income(self, name: str, hour: int, at: Any) -> None:
        kind = self.chance.choice((TransferKind.INTEREST, TransferKind.REBATE, TransferKind.FUNDING))
        asset = self.chance.choice(("USDT", "USD", "ETH"))
        self._moved(name, transfer(f"{kind}/{hour}", kind=kind, asset=asset, amount="0.5", at=at, account=name))

    def _moved(self, name: str, moved: Transfer) -> None:
        self.held[name][moved.asset] += moved.amount - (moved.fee or 0)
        self.transfers[name].append(moved)

    def price(self, asset: str) -> Decimal:
        return self.prices.get(asset, Decimal(1))

    def worth(self, name: str) -> Decimal:
        return sum((quantity * self.price(asset) for asset, quantity in self.held[name].items()), Decimal(0))


def write_hour(database: Any, ledger: Ledger, account: Account, hour: int) -> None:
    held = ledger.held[account.name]
    sources = {
        Source.BALANCES: Success(tuple(balance(asset, str(quantity)) for asset, quantity in held.items())),
        Source.PRICES: Success(tuple(price(f"{coin}/USD", str(last)) for coin, last in ledger.prices.items())),
    }
    worth = valuation(str(ledger.worth(account.name)))
    write_refresh(database.writer, observation(account, NOON + hour * HOUR, sources, worth))


@pytest.mark.parametrize("method", ["average", "fifo"])
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_the_lines_explain_the_change_over_any_span(database: Any, seed: int, method: str) -> None:
    accounts = with_past(database.writer, "one", "two", refresh_seconds=3600, cost_method=method)
    ledger = Ledger(seed, tuple(account.name for account in accounts))
    for hour in range(HOURS):
        ledger.move(hour)
        for account in accounts:
            write_hour(database, ledger, account, hour)
    until = NOON + HOURS * HOUR
    for account in accounts:
        write_fill_page(
            database.writer, account.id, Source.FILLS, tuple(ledger.fills[account.name]),
            TimeRange(until - EVER, until), until,
        )  # fmt: skip
        written(database.writer, account, ledger.transfers[account.name], until)
        Values(account, database.writer, lambda: until).work_out(lambda: True)
        Books(account, database.writer).work_out(lambda: True)
    with database.reader.connect() as connection:
        for _ in range(12):
            first, last = sorted(ledger.chance.sample(range(HOURS), 2))
            chosen = ledger.chance.choice((accounts, accounts[:1], accounts[1:]))
            found = read_attribution(connection, chosen, (NOON + first * HOUR, NOON + last * HOUR), "USD").attribution
            assert found is not None
            assert found.unvalued == 0
            assert abs(found.rest) < Decimal("0.000001"), (first, last, found)
