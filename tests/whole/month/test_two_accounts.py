"""Ninety days of two accounts that send coins to each other: gains and costs equal those of the exchanges' own books.

The oracle is a FIFO in fractions over the trades and transfers that both exchanges booked. It shares no code with ours.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

import pytest
from pydantic import SecretStr

from domain.cost_method import CostMethod
from refresher.configuration.settings import AccountSettings
from simulator.clock import DAY, HOUR
from simulator.exchange import Exchange
from simulator.orders import BUY, MARKET, SELL, Ticket, Trade
from simulator.traders import Script
from tests.postgres import cloned
from tests.refresher.conftest import WatchedPast, past_of, settings_for, watched_accounts
from tests.simulator.in_process import Month, month
from tests.whole.month.lived_month import Then

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("month")]

DAYS, LOOK_EVERY_HOURS = 90, 144
SIZES = {"BTC": (5, 40), "ETH": (50, 400)}  # of a trade, in thousandths
# Day, sender, coin, quantity. The deposit follows an hour later, with the same transaction.
MOVES = [(9.5 + 10 * n, n % 2, coin, size) for n in range(8) for coin, size in (("BTC", "0.013"), ("ETH", "0.17"))]
EXACTLY = Fraction(1, 10**20)


@dataclass
class Books:
    """The piles of one account by coin, the first in first, each with its cost. Gains of trades by their id."""

    piles: dict[str, list[tuple[Fraction, Fraction]]] = field(default_factory=lambda: defaultdict(list))
    gains: dict[str, Fraction] = field(default_factory=dict)

    def take(self, coin: str, quantity: Fraction) -> list[tuple[Fraction, Fraction]]:
        """Take a quantity from the first piles. Returns the parts with their cost."""
        parts = []
        while quantity:
            held, cost = self.piles[coin].pop(0)
            share = min(held, quantity)
            parts.append((share, cost * share / held))
            if share < held:
                self.piles[coin].insert(0, (held - share, cost * (held - share) / held))
            quantity -= share
        return parts

    def trade(self, trade: Trade) -> None:
        """Dollars have no pile, so a gain is dollars less cost. A fee in the coin makes fewer coins come in."""
        coin, quantity, fee = trade.instrument.base, Fraction(trade.quantity), Fraction(trade.fee)
        dollars, is_paid_in_coin = quantity * Fraction(trade.price), trade.fee_asset == coin
        if trade.side == BUY:
            cost = dollars if is_paid_in_coin else dollars + fee
            self.piles[coin].append((quantity - fee if is_paid_in_coin else quantity, cost))
            self.gains[trade.trade_id] = Fraction(0)
            return
        assert not is_paid_in_coin
        self.gains[trade.trade_id] = dollars - fee - sum(cost for _, cost in self.take(coin, quantity))


def acts_of(exchange: Exchange, number: int) -> Sequence[tuple[int, Any]]:
    """A deposit of dollars, some trades each day, and the transfers to and from the other account."""
    start, chance = exchange.tape.start, Random(number)
    acts: list[tuple[int, Any]] = [(start, partial(move, asset="USD", amount=Decimal(900_000), txid="dollars"))]
    for half_day in range(1, 2 * DAYS - 1):
        coin = chance.choice(list(SIZES))
        dealt = Decimal(chance.randint(*SIZES[coin])) / 1000
        side = SELL if half_day > 12 and chance.random() < 0.4 else BUY
        acts.append((start + half_day * DAY // 2, partial(deal, coin=coin, side=side, size=dealt)))
    for n, (day, sender, coin, size) in enumerate(MOVES):
        at, amount = start + int(day * DAY), Decimal(size)
        is_ours = sender == number
        acts.append((at if is_ours else at + HOUR, partial(move, asset=coin, amount=-amount if is_ours else amount,
                                                            txid=f"move{n}")))  # fmt: skip
    return acts


def move(exchange: Exchange, at: int, *, asset: str, amount: Decimal, txid: str) -> None:
    exchange.transfer(asset, amount, at)
    exchange.transfers[-1] = replace(exchange.transfers[-1], txid=txid)


def deal(exchange: Exchange, at: int, *, coin: str, side: str, size: Decimal) -> None:
    exchange.engine.place(Ticket(exchange.book_named[f"{coin}_USD"], side, MARKET, size), at)


def expected(exchanges: Sequence[Exchange]) -> tuple[Books, ...]:
    """Both books after everything that both exchanges booked, in the order of time."""
    both, under_way = tuple(Books() for _ in exchanges), dict[str, list[tuple[Fraction, Fraction]]]()
    events: list[tuple[int, int, Any]] = []
    for number, exchange in enumerate(exchanges):
        events += [(trade.at_ns // 1_000_000, number, trade) for trade in exchange.engine.booker.trades]
        events += [(moved.at, number, moved) for moved in exchange.transfers if moved.asset in SIZES]
    for _, number, event in sorted(events, key=lambda row: row[0]):
        if isinstance(event, Trade):
            both[number].trade(event)
        elif event.amount < 0:
            under_way[event.txid] = both[number].take(event.asset, Fraction(-event.amount))
        else:
            both[number].piles[event.asset] += under_way.pop(event.txid)
    return both


@dataclass
class Lived:
    """Both exchanges, and their history in Stillframe."""

    exchanges: Sequence[Exchange]
    accounts: Sequence[WatchedPast]


@pytest.fixture(scope="module")
def lived(postgres: Any) -> Iterator[Lived]:
    with (
        pytest.MonkeyPatch.context() as patch,
        cloned(postgres) as database,
        month(seed=5, days=DAYS, scenario="empty", key="one") as first,
        month(seed=6, days=DAYS, scenario="empty", key="two") as second,
    ):
        patch.setattr("exchanges.connection.pacing.Pace.wait_for_call", lambda *_: None)
        patch.setattr("exchanges.connection.ccxt_overrides.ReadOnlyCcxt.throttle", lambda *_: None)
        patch.setattr("exchanges.connection.clock.Clock.moment", lambda _: Then.moment)
        played = (first, second)
        settings = replace(
            settings_for(first.url, "one", budget=60.0), accounts=tuple(map(settings_of, ("one", "two"), played))
        )
        accounts = [past_of(watched, now=lambda: Then.moment) for watched in watched_accounts(database, settings)]
        for number, (exchange, account) in enumerate(zip(played, accounts, strict=True)):
            exchange.exchange.traders.append(Script(acts_of(exchange.exchange, number)))
            exchange.live(LOOK_EVERY_HOURS, partial(look, account))
        for _ in range(6):  # each run may bring lots one transfer further
            for account in accounts:
                Then.moment = datetime.fromtimestamp(second.exchange.at / 1000 + 60, UTC)
                account.look_back()
        yield Lived([exchange.exchange for exchange in played], accounts)


def settings_of(name: str, played: Month) -> AccountSettings:
    return AccountSettings(
        name, "cryptocom", SecretStr(name), SecretStr("demo-secret"), base_url=played.url, cost_method=CostMethod.FIFO
    )


def look(account: WatchedPast, at: int) -> None:
    Then.moment = datetime.fromtimestamp(at / 1000, UTC)
    assert account.refresh().succeeded
    result = account.look_back()
    assert result.succeeded, result.detail


def near(found: Decimal, fraction: Fraction) -> bool:
    return abs(Fraction(found) - fraction) < EXACTLY


def test_both_accounts_traded_and_sent_coins_to_each_other(lived: Lived) -> None:
    for exchange in lived.exchanges:
        sides = {trade.side for trade in exchange.engine.booker.trades}
        assert len(exchange.engine.booker.trades) > 100
        assert sides == {BUY, SELL}
        assert {moved.amount > 0 for moved in exchange.transfers if moved.asset == "BTC"} == {True, False}


def test_each_fill_gained_as_the_books_of_the_exchanges_say(lived: Lived) -> None:
    for books, account in zip(expected(lived.exchanges), lived.accounts, strict=True):
        rows = account.read(
            "SELECT key, sum(realised), sum(unexplained) FROM coin_result WHERE is_fill AND account_id = :id "
            "GROUP BY key",
            id=account.watched.account.id,
        )
        assert {key for key, _, _ in rows} == books.gains.keys()
        wrong = [(key, gain) for key, gain, lost in rows if lost or not near(gain, books.gains[key])]
        assert not wrong


def test_what_is_held_cost_what_the_books_of_the_exchanges_say(lived: Lived) -> None:
    for books, account in zip(expected(lived.exchanges), lived.accounts, strict=True):
        rows = account.read(
            "SELECT DISTINCT ON (coin) coin, quantity_after, known_after, cost_after FROM coin_result "
            "WHERE account_id = :id AND role NOT IN ('contract', 'money') ORDER BY coin, at DESC, number DESC",
            id=account.watched.account.id,
        )
        assert {coin for coin, *_ in rows} == set(SIZES)
        for coin, held, known, cost in rows:
            piles = books.piles[coin]
            assert Fraction(held) == Fraction(known) == sum(quantity for quantity, _ in piles)
            assert near(cost, sum((cost for _, cost in piles), Fraction(0)))
