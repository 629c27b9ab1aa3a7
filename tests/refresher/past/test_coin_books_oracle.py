"""Coin books over random histories of two accounts, through the database, against an oracle in fractions.

The oracle knows the events of the whole history at once: quantities, costs and gains of every coin, by brute force.
Fills and transfers reach the database late, repeatedly and in any order, with work between them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.writes.transfers import write_transfer_page
from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source
from domain.transfers import Transfer, TransferKind
from refresher.past.coin_books import CoinBooks
from tests.db.fill_history import ALL_TIME, new_accounts, write_fills
from tests.db.stored_values import store_values
from tests.factories import NOON, fill, later, transfer
from tests.postgres import Database

RANDOM = settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
_names = count()
STEP = 10  # seconds between two events


@dataclass
class Pile:
    """A quantity that came in at once. `cost` is None where nobody knows it."""

    quantity: Fraction
    cost: Fraction | None


def rate_at(currency: str | None, at: datetime) -> Decimal | None:
    """A price of one coin that moves with time, and is unknown at some moments. The other coin has none."""
    seconds = int((at - NOON).total_seconds())
    if currency == "USD":
        return Decimal(1)
    return None if currency != "A" or seconds % 7 == 3 else Decimal(100 + seconds % 70)


amounts = st.integers(1, 400).map(lambda number: Decimal(number).scaleb(-2))
steps = st.tuples(
    st.sampled_from(["A/USD", "B/USD", "B/A", "deposit", "withdrawal", "move", "interest"]),
    st.sampled_from(Side),
    amounts,
    st.sampled_from([None, "USD", "A"]),
    st.integers(0, 1),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Sequence[tuple[int, Fill | Transfer]], Sequence[int]]:
    """Events with the account that each belongs to, and an order of arrival with repetitions."""
    rows: list[tuple[int, Fill | Transfer]] = []
    for n, step in enumerate(draw(st.lists(steps, min_size=1, max_size=14))):
        rows += _rows_of(n, *step)
    order = draw(st.permutations(range(len(rows)))) + draw(st.lists(st.integers(0, len(rows) - 1), max_size=4))
    return rows, order


def _rows_of(
    n: int, what: str, side: Side, amount: Decimal, fee_coin: str | None, owner: int
) -> Iterable[tuple[int, Fill | Transfer]]:
    at = later(n * STEP)
    if "/" in what:
        if rate_at(fee_coin, at) is None:
            fee_coin = "USD"  # an unknown fee has tests of its own
        paid = {"fee": "0.01", "fee_currency": fee_coin}
        yield owner, fill(f"{n}", side, str(amount), "3", symbol=what, at=at, **paid)
        return
    if what == "interest":
        yield owner, transfer(f"interest/{n}", kind=TransferKind.INTEREST, asset="A", amount=str(amount), at=at)
        return
    asset, kind = "B" if side is Side.BUY else "A", TransferKind.WITHDRAWAL
    if what in ("withdrawal", "move"):
        tx_id = f"{n}" if what == "move" else f"{n} elsewhere"
        yield owner, transfer(f"withdrawal/{n}", kind=kind, asset=asset, amount=str(-amount), at=at, tx_id=tx_id)
    if what in ("deposit", "move"):
        to, after = (1 - owner, STEP // 2) if what == "move" else (owner, 0)
        tx_id = f"{n}" if what == "move" else f"{n} from elsewhere"
        received = later(n * STEP + after)
        yield to, transfer(f"deposit/{n}", asset=asset, amount=str(amount), at=received, tx_id=tx_id)


class Oracle:
    """The piles of each coin of each account, and what each event gained, in the order of time."""

    def __init__(self, method: CostMethod) -> None:
        self.method = method
        self.piles: dict[tuple[int, str], list[Pile]] = {}
        self.moved: dict[str, list[Pile]] = {}
        self.gains: dict[tuple[int, str], Fraction] = {}
        self.unknown: dict[tuple[int, str], Fraction] = {}

    def apply(self, owner: int, row: Fill | Transfer) -> None:
        if isinstance(row, Transfer):
            self._transfer(owner, row)
            return
        sign = 1 if row.side is Side.BUY else -1
        quote = Fraction(row.amount) * Fraction(row.price)
        rate, fee = rate_at(row.quote, row.at), Fraction(row.fee or 0)
        value = None if rate is None else quote * Fraction(rate)
        fee_rate = rate_at(row.fee_currency, row.at)
        fee_value = Fraction(0) if not fee else None if fee_rate is None else fee * Fraction(fee_rate)
        sides = [(row.base or "", sign * Fraction(row.amount)), (row.quote or "", -sign * quote)]
        is_taken_out = False
        for index, (coin, moved) in enumerate((c, q) for c, q in sides if c != "USD"):
            quantity = moved
            borne, kept = (fee_value if index == 0 else Fraction(0)), value
            if fee and row.fee_currency == coin and quantity > fee:
                is_taken_out = True
                if value is not None:
                    kept = value * (quantity - fee) / quantity
                    borne = value - kept if index == 0 else Fraction(0)
                quantity -= fee
            self._move(owner, coin, row.key, quantity, kept, borne)
        incoming = row.base if sign > 0 else row.quote
        if fee and row.fee_currency not in ("USD", incoming):
            assert not is_taken_out
            self._move(owner, row.fee_currency or "", row.key, -fee, fee_value, Fraction(0))

    def _transfer(self, owner: int, row: Transfer) -> None:
        quantity, held = Fraction(row.amount), self.piles.setdefault((owner, row.asset), [])
        if row.kind is TransferKind.INTEREST:
            rate = rate_at(row.asset, row.at)
            held.append(Pile(quantity, None if rate is None else quantity * Fraction(rate)))
        elif quantity < 0:
            taken = self._take(owner, row.asset, min(-quantity, self.held(owner, row.asset)))
            missing = -quantity - sum((pile.quantity for pile in taken), Fraction(0))
            self.moved[row.tx_id or ""] = [*taken, *([Pile(missing, None)] if missing else [])]
        else:
            held.extend(self.moved.get(row.tx_id or "", [Pile(quantity, None)]))

    def held(self, owner: int, coin: str) -> Fraction:
        return sum((pile.quantity for pile in self.piles.get((owner, coin), [])), Fraction(0))

    def _move(
        self, owner: int, coin: str, key: str, quantity: Fraction, value: Fraction | None, fees: Fraction | None
    ) -> None:
        """A coin comes in or leaves. Costs include fees; a purchase of unknown fee has an unknown cost here."""
        name = owner, f"{key} {coin}"
        if quantity > 0:
            cost = None if value is None or fees is None else value + fees
            self.piles.setdefault((owner, coin), []).append(Pile(quantity, cost))
            return
        leaving = -quantity
        taken = self._take(owner, coin, min(leaving, self.held(owner, coin)))
        known = [pile for pile in taken if pile.cost is not None and value is not None and fees is not None]
        missing = leaving - sum((pile.quantity for pile in known), Fraction(0))
        self.unknown[name] = self.unknown.get(name, Fraction(0)) + missing
        if known:
            assert value is not None
            assert fees is not None
            gained = ((value - fees) * pile.quantity / leaving - (pile.cost or Fraction(0)) for pile in known)
            self.gains[name] = self.gains.get(name, Fraction(0)) + sum(gained, Fraction(0))

    def _take(self, owner: int, coin: str, leaving: Fraction) -> list[Pile]:
        piles = self.piles.get((owner, coin), [])
        held = sum((pile.quantity for pile in piles), Fraction(0))
        if not leaving or not held:
            return []
        if self.method is CostMethod.AVERAGE:
            share = leaving / held
            taken = [_joined([_scaled(pile, share) for pile in piles if (pile.cost is None) is is_unknown])
                     for is_unknown in (False, True)]  # fmt: skip
            self.piles[owner, coin] = [_scaled(pile, 1 - share) for pile in piles if share != 1]
            return [pile for pile in taken if pile.quantity]
        taken = []
        while leaving:
            pile = piles.pop(0)
            part = min(Fraction(1), leaving / pile.quantity)
            taken.append(_scaled(pile, part))
            leaving -= taken[-1].quantity
            if part != 1:
                piles.insert(0, _scaled(pile, 1 - part))
        return taken


def _joined(piles: Sequence[Pile]) -> Pile:
    quantity = sum((pile.quantity for pile in piles), Fraction(0))
    costs = [pile.cost for pile in piles]
    return Pile(quantity, None if None in costs else sum((cost or Fraction(0) for cost in costs), Fraction(0)))


def _scaled(pile: Pile, share: Fraction) -> Pile:
    return Pile(pile.quantity * share, None if pile.cost is None else pile.cost * share)


@pytest.mark.slow
@given(st.sampled_from(list(CostMethod)), histories(), st.sets(st.integers(0, 20)))
@RANDOM
def test_any_order_of_arrival_comes_to_what_the_oracle_says(
    database: Database,
    method: CostMethod,
    history: tuple[Sequence[tuple[int, Fill | Transfer]], Sequence[int]],
    work_after: set[int],
) -> None:
    rows, order = history
    name = f"{next(_names)}"
    accounts = new_accounts(database, 2, cost_method=method)
    rows = [(owner, _of_example(row, name)) for owner, row in rows]
    for n, index in enumerate(order):
        owner, row = rows[index]
        if isinstance(row, Fill):
            write_fills(database, accounts[owner], [row])
        else:
            write_transfer_page(database.writer, accounts[owner].id, Source.TRANSFERS, [row], ALL_TIME, NOON)
        if n in work_after:
            work_out(database, accounts[n % 2])
    while sum([work_out(database, account) for account in accounts]):
        pass  # lots may move back and forth
    oracle = Oracle(method)
    for owner, row in sorted(rows, key=lambda pair: pair[1].at):
        oracle.apply(owner, row)
    for owner, account in enumerate(accounts):
        compare(database, account, owner, oracle)


def _of_example(row: Fill | Transfer, name: str) -> Fill | Transfer:
    """Transactions of examples in one database must not match each other."""
    return row if isinstance(row, Fill) else replace(row, tx_id=f"{name}/{row.tx_id}")


def work_out(database: Database, account: Account) -> int:
    store_values(database.writer, account, rate_at)
    return CoinBooks(account, database.writer).work_out(lambda: True)


def compare(database: Database, account: Account, owner: int, oracle: Oracle) -> None:
    with database.reader.connect() as connection:
        rows = connection.execute(text(_RESULTS), {"id": account.id}).all()
        held = connection.execute(text(_HELD), {"id": account.id}).all()
        totals = read_fill_totals(connection, [account], FillFilter()).by_quote.get("USD")
    gains = {(owner, f"{key} {coin}"): realised for key, coin, realised, _ in rows if realised}
    assert {name: gain for name, gain in oracle.gains.items() if name[0] == owner and gain}.keys() == gains.keys()
    for name, gain in gains.items():
        assert abs(Fraction(gain) - oracle.gains[name]) < Fraction(1, 10**25)
    unknown = {(owner, f"{key} {coin}"): part for key, coin, _, part in rows if part}
    expected = {name: part for name, part in oracle.unknown.items() if name[0] == owner and part}
    assert unknown.keys() == expected.keys()
    for name, part in unknown.items():
        assert abs(Fraction(part) - expected[name]) < Fraction(1, 10**25)
    for coin, quantity, cost in held:
        piles = oracle.piles.get((owner, coin), [])
        assert abs(Fraction(quantity) - oracle.held(owner, coin)) < Fraction(1, 10**25)
        known = sum((pile.cost for pile in piles if pile.cost is not None), Fraction(0))
        assert abs(Fraction(cost) - known) < Fraction(1, 10**25)
    if totals is not None:
        assert Fraction(totals.realised) == sum(map(Fraction, gains.values()), Fraction(0))


_RESULTS = """
SELECT key, coin, sum(realised), sum(unexplained)
FROM coin_result WHERE account_id = :id AND is_fill GROUP BY key, coin
"""

_HELD = """
SELECT DISTINCT ON (coin) coin, quantity_after, cost_after
FROM coin_result WHERE account_id = :id AND role NOT IN ('contract', 'money') ORDER BY coin, number DESC
"""
