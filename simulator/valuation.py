"""The account's value and margin, as in private/user-balance. Every identity holds exactly."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from simulator.instruments import Coin, Instrument
from simulator.matching import Engine
from simulator.orders import BUY, Order

_ZERO, _ONE = Decimal(0), Decimal(1)
_STEP = Decimal("0.00000001")
_MARGIN_RATE = Decimal("0.05")  # of the value of a position, for twentyfold leverage
_HALF = Decimal("0.5")
# The stated haircut applies to the margin requirement. Collateral loses a fraction of it. So the sum of market_value x
# (1 - haircut) is not the collateral, as on the exchange.
_COLLATERAL_CUT = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Asset:
    """One row: the quantity of an asset, negative for a debt, and its value in dollars."""

    name: str
    quantity: Decimal
    market_value: Decimal
    is_eligible: bool
    haircut: Decimal
    collateral: Decimal
    reserved: Decimal


@dataclass(frozen=True, slots=True)
class Worth:
    """The whole account, in dollars."""

    assets: tuple[Asset, ...]
    cash: Decimal
    collateral: Decimal
    haircut: Decimal
    session_profit: Decimal
    position_cost: Decimal
    position_margin: Decimal

    @property
    def margin_balance(self) -> Decimal:
        """The collateral of the account."""
        return self.collateral + self.session_profit

    @property
    def initial_margin(self) -> Decimal:
        """The margin tied up by positions and haircuts."""
        return self.position_margin + self.haircut

    @property
    def maintenance_margin(self) -> Decimal:
        """The account would be liquidated below this margin balance."""
        return (self.initial_margin * _HALF).quantize(_STEP, ROUND_HALF_EVEN)

    @property
    def available(self) -> Decimal:
        """The available balance."""
        return self.margin_balance - self.initial_margin

    @property
    def leverage(self) -> Decimal:
        """Positions relative to the margin balance."""
        return (self.position_cost / self.margin_balance).quantize(_STEP) if self.margin_balance > 0 else _ZERO


class Valuer:
    """Computes the value of the account at the engine's prices."""

    def __init__(self, coins: Iterable[Coin], instruments: Iterable[Instrument], engine: Engine) -> None:
        self._haircuts = {coin.name: Decimal(coin.haircut) for coin in coins}
        self._dollar_books = {book.base: book for book in instruments if book.quote == "USD" and not book.is_perpetual}
        self._crosses = {book.quote: book for book in instruments if book.base == "USDT" and book.quote != "USD"}
        self._engine = engine
        self._counted: tuple[int, Mapping[str, Decimal]] = (-1, {})

    def dollars(self, asset: str) -> Decimal | None:
        """The price of one unit of an asset in dollars, or None without a market."""
        if asset == "USD":
            return _ONE
        if (book := self._dollar_books.get(asset)) is not None:
            return book.price(self._engine.prices[book.name])
        if (book := self._crosses.get(asset)) is not None:
            tether = self.dollars("USDT")
            assert tether is not None
            return (tether / book.price(self._engine.prices[book.name])).quantize(_STEP)
        return None

    def cash(self) -> Decimal:
        """The value of all holdings less debts, in dollars."""
        wallet = self._engine.booker.ledger.wallet()
        return sum((self._value(name, quantity) for name, quantity in wallet.items()), _ZERO)

    def _value(self, name: str, quantity: Decimal) -> Decimal:
        price = self.dollars(name)
        return _ZERO if price is None else (quantity * price).quantize(_STEP, ROUND_HALF_EVEN)

    def _reserved(self) -> Mapping[str, Decimal]:
        """Recomputed only when an order has changed."""
        if self._counted[0] != self._engine.version:
            self._counted = (self._engine.version, reserved_amounts(self._engine.open.values()))
        return self._counted[1]

    def worth(self) -> Worth:
        """The current value and margin."""
        reserved = self._reserved()
        wallet = self._engine.booker.ledger.wallet()
        assets = tuple(self._asset(name, wallet[name], reserved.get(name, _ZERO)) for name in sorted(wallet))
        session = held = cost = _ZERO
        for name, position in self._engine.booker.positions.items():
            mark = position.instrument.price(self._engine.prices[name])
            session += position.session_profit(mark)
            held += abs(position.quantity * mark)
            cost += abs(position.cost)
        return Worth(
            assets=assets,
            cash=sum((asset.market_value for asset in assets), _ZERO),
            collateral=sum((asset.collateral for asset in assets), _ZERO),
            haircut=sum(((a.market_value * a.haircut).quantize(_STEP) for a in assets if a.market_value > 0), _ZERO),
            session_profit=session,
            position_cost=cost,
            position_margin=(held * _MARGIN_RATE).quantize(_STEP, ROUND_HALF_EVEN),
        )

    def _asset(self, name: str, quantity: Decimal, reserved: Decimal) -> Asset:
        haircut = self._haircuts.get(name, _ONE)
        value = self._value(name, quantity)
        cut = value * haircut * _COLLATERAL_CUT if value > 0 else _ZERO
        is_eligible = name in self._haircuts
        collateral = (value - cut).quantize(_STEP, ROUND_HALF_EVEN) if is_eligible else _ZERO
        return Asset(name, quantity, value, is_eligible, haircut, collateral, reserved)


def reserved_amounts(orders: Iterable[Order]) -> dict[str, Decimal]:
    """The amounts locked by resting orders: the coin for a sale, the money for a purchase.

    Orders that wait for a price lock nothing until they trigger.
    """
    reserved: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        book = order.ticket.instrument
        if not order.rests or book.is_perpetual or order.ticket.limit is None:
            continue
        if order.ticket.side == BUY:
            reserved[book.quote] += order.remaining * order.ticket.limit
        else:
            reserved[book.base] += order.remaining
    return reserved
