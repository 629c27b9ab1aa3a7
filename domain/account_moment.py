"""An account at one refresh, with everything that rules can ask about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from domain.charted_markets import market_of_coin
from domain.cost_basis import BookHolding, CostBasis, cost_basis_of
from domain.lots import ZERO
from domain.order_ends import OrderEnd, order_name
from domain.orders import Order
from domain.permissions import KeyPermission
from domain.positions import Position
from domain.prices import Rates
from domain.protection import Protection, protection_of
from domain.snapshot import Snapshot
from domain.transfers import Transfer


@dataclass(frozen=True, slots=True)
class Needs:
    """All that rules read besides the snapshot: events within a span, peaks of net value, and costs."""

    events: timedelta = timedelta(0)
    drawdowns: frozenset[timedelta] = frozenset()
    costs: bool = False


@dataclass
class AccountMoment:
    """One refresh of an account. `ends` and `transfers` reach back as far as the spans of the rules.

    `peaks` are the highest net values within a span before. All facts are as they were known at the refresh.
    """

    snapshot: Snapshot
    ends: Sequence[OrderEnd] = ()
    transfers: Sequence[Transfer] = ()
    permission: KeyPermission | None = None
    books: Mapping[str, Sequence[BookHolding]] = field(default_factory=dict)
    peaks: Mapping[timedelta, Decimal] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return self.snapshot.refresh.taken_at

    @property
    def currency(self) -> str:
        """The base currency of then."""
        valuation = self.snapshot.refresh.valuation
        return self.snapshot.account.base_currency if valuation is None else valuation.currency

    @cached_property
    def rates(self) -> Rates:
        return Rates(self.snapshot.prices.values())

    @cached_property
    def held(self) -> Mapping[str, Decimal]:
        """The quantity of each asset over all wallets."""
        held: dict[str, Decimal] = {}
        for balance in self.snapshot.balances:
            held[balance.asset] = held.get(balance.asset, ZERO) + balance.total
        return held

    @cached_property
    def protection(self) -> Mapping[str, Protection]:
        """The covered share of each asset, without the prices of its stops."""
        return protection_of(self.snapshot, has_prices=False)

    @cached_property
    def positions(self) -> Mapping[str, Position]:
        """Positions by key."""
        return {position.key: position for position in self.snapshot.positions}

    @cached_property
    def orders(self) -> Mapping[str, Order]:
        """Open orders by name."""
        return {order_name(order): order for order in self.snapshot.orders}

    def order_named(self, name: str) -> Order | None:
        """The open order with a name. Ten thousand names are made only if one may be among them."""
        return self.orders.get(name) if name.rpartition(" ")[2] in self._order_words else None

    @cached_property
    def _order_words(self) -> frozenset[str]:
        """The last word of the name of each open order."""
        return frozenset(order.key.rpartition(" ")[2] for order in self.snapshot.orders)

    @cached_property
    def ends_by_name(self) -> Mapping[str, OrderEnd]:
        """The newest end of each order."""
        return {order_name(end.order): end for end in sorted(self.ends, key=lambda end: end.gone_at)}

    @cached_property
    def net_value(self) -> Decimal | None:
        valuation = self.snapshot.refresh.valuation
        return None if valuation is None else valuation.net_value

    def value_of(self, coin: str) -> Decimal | None:
        """The value of a coin in the base currency."""
        quantity = self.held.get(coin, ZERO)
        rate = Decimal(1) if coin == self.currency else self.rates.rate(coin, self.currency)
        return ZERO if not quantity else None if rate is None else quantity * rate

    def cost_of(self, coin: str) -> CostBasis | None:
        """The cost of a coin as far as fills explain it. None without a book of it."""
        books = self.books.get(coin)
        if books is None:
            return None
        return cost_basis_of(coin, self.held.get(coin, ZERO), books, self.rates, self.currency)

    def market_of(self, coin: str) -> str | None:
        """The symbol whose candles stand for a coin."""
        return market_of_coin(coin, self.snapshot.prices)
