"""Open P&L: what coins and positions gained since they were bought or entered, and how it changed between two moments.

Coins count as far as their cost is known, fees included. Positions count since entry, also what settlements have paid
into the wallet already. So the open P&L of a page and of the books (domain/cost_basis.py) is one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.change import NetValueChange
from domain.cost_basis import BookHolding, CostBasis
from domain.gains import costs_of
from domain.holdings import holdings_of, totals_of
from domain.open_profit import open_profit_of, settled_profit_of
from domain.prices import Rates
from domain.snapshot import Snapshot
from domain.sums import sum_if_known

POSITIONS = "positions"


@dataclass(frozen=True, slots=True)
class OpenPnl:
    """The open P&L of some accounts at one moment, in one currency.

    `coins` and `positions` are None if there is none of known P&L. `unknown` names what they leave out although it is
    held at a known cost, by account and name. The name POSITIONS says that `positions` is not since entry.
    """

    coins: Decimal | None
    positions: Decimal | None
    unknown: frozenset[tuple[str, str]] = frozenset()

    @property
    def total(self) -> Decimal | None:
        """Coins and positions together."""
        return _sum([self.coins, self.positions])


@dataclass(frozen=True, slots=True)
class OpenChange:
    """How the open P&L changed between two moments. None is unknown, and `why` is the reason."""

    amount: Decimal | None
    why: str = ""


def open_pnl_of(snapshot: Snapshot, costs: Iterable[CostBasis], currency: str) -> OpenPnl:
    """The open P&L of one account. `costs` are those of its coins."""
    account, rates = snapshot.account.name, Rates(snapshot.prices.values())
    held = [basis for basis in costs if basis.quantity or basis.unrealised]
    unknown = {basis.asset for basis in held if basis.unrealised is None and basis.explained}
    unknown |= {p.symbol for p in snapshot.positions if open_profit_of(p, rates, currency) is None}
    profit = totals_of((snapshot,), currency).unrealised_pnl
    settled = sum_if_known(settled_profit_of(position, rates, currency) for position in snapshot.positions)
    if snapshot.positions and (profit is None or settled is None):
        unknown.add(POSITIONS)
    is_any = profit is not None and (snapshot.positions or profit)
    return OpenPnl(
        _sum(basis.unrealised for basis in held),
        _sum([profit, settled]) if is_any else None,
        frozenset((account, name) for name in unknown),
    )


def open_pnl_by_books(snapshot: Snapshot, books: Mapping[str, Sequence[BookHolding]] | None, currency: str) -> OpenPnl:
    """The open P&L of one account. `books` are the costs of its coins in this currency, by coin.

    None are no known fills. Then it is that of positions alone.
    """
    rates = Rates(snapshot.prices.values())
    costs = {} if books is None else costs_of(holdings_of(snapshot, currency), books, rates, currency)
    return open_pnl_of(snapshot, costs.values(), currency)


def open_pnl_of_all(
    snapshots: Iterable[Snapshot], costs: Mapping[tuple[str, str], CostBasis], currency: str
) -> OpenPnl:
    """The open P&L of several accounts together. `costs` are by account and asset."""
    return added(
        open_pnl_of(snapshot, [cost for (name, _), cost in costs.items() if name == snapshot.account.name], currency)
        for snapshot in snapshots
    )


def added(parts: Iterable[OpenPnl]) -> OpenPnl:
    """The open P&L of several accounts together."""
    every = list(parts)
    unknown = frozenset(name for part in every for name in part.unknown)
    return OpenPnl(_sum(part.coins for part in every), _sum(part.positions for part in every), unknown)


def change_over(gain: NetValueChange, before: Callable[[], Iterable[OpenPnl | None]], now: OpenPnl) -> OpenChange:
    """The change over the period of a gain, unknown where the gain is.

    `before` gives the open P&L of each account at its begin, None for an account without a refresh by then.
    """
    if gain.amount is None:
        return OpenChange(None, gain.why)
    parts: list[OpenPnl] = []
    for part in before():
        if part is None:
            return OpenChange(None, "no refresh is known at that time")
        parts.append(part)
    return change_between(added(parts), now)


def change_between(before: OpenPnl, now: OpenPnl) -> OpenChange:
    """The change from one moment to another. Without any P&L at a moment it is zero there.

    What is unknown at both moments is in neither. What is unknown at one of them makes the change unknown.
    """
    unknown = before.unknown ^ now.unknown
    unknown |= {name for name in before.unknown | now.unknown if name[1] == POSITIONS}
    if unknown:
        names = ", ".join(sorted({name for _, name in unknown}))
        return OpenChange(None, f"the P&L of {names} is not known at both ends")
    return OpenChange((now.total or Decimal(0)) - (before.total or Decimal(0)))


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of those that are known. None without any."""
    known_amounts = [amount for amount in amounts if amount is not None]
    return sum(known_amounts, Decimal(0)) if known_amounts else None
