"""An account in plain economic terms. Nothing here knows a wire format, an adapter or the domain package."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from tests.exchanges.model.words import Direction, Kind, MarketKind, Relation, Side

__all__ = [
    "CREATED_AT", "DOLLARS", "PROFIT_STEP", "ZERO", "Account", "CoinPrice", "Direction", "Holding", "Kind", "Market",
    "MarketKind", "Order", "Position", "Relation", "Side",
]  # fmt: skip

ZERO = Decimal(0)
DOLLARS = frozenset({"USD", "USDT", "USDC"})
# Open profit is stated with eight decimals in the settlement asset.
PROFIT_STEP = Decimal("0.00000001")
CREATED_AT = 1764000000000  # milliseconds, the time of every row


@dataclass(frozen=True, slots=True)
class Market:
    """One market. Sizes are in base units on spot, margin and linear markets, in quote value on inverse ones.

    Inverse contracts that are `coin_sized` have sizes in base units, and the quote value that these had at the entry.
    `contract_size` is one contract in those units, 1 where the exchange counts in units. `holds_positions` is set on
    margin markets whose orders open and close positions, and move no coins.
    """

    symbol: str
    exchange_symbol: str
    kind: MarketKind
    base: str
    quote: str
    settle: str
    contract_size: Decimal = Decimal(1)
    holds_positions: bool = False
    coin_sized: bool = False

    @classmethod
    def of(cls, listed: Mapping[str, Any], kind: MarketKind | None = None) -> "Market":
        """The market of a ccxt market dictionary, as tests.exchanges.harness.spot() and swap() make them."""
        if kind is None:
            contract = MarketKind.INVERSE if listed["inverse"] else MarketKind.LINEAR
            kind = MarketKind.SPOT if listed["spot"] else contract
        return cls(
            listed["symbol"],
            listed["id"],
            kind,
            listed["base"],
            listed["quote"],
            listed["settle"] or listed["quote"],
            Decimal(listed["contractSize"] or 1),
            coin_sized=listed.get("coin_sized", False),
        )

    @property
    def is_contract(self) -> bool:
        return self.kind in (MarketKind.LINEAR, MarketKind.INVERSE)

    @property
    def in_quote(self) -> bool:
        """True if sizes are in quote value."""
        return self.kind is MarketKind.INVERSE and not self.coin_sized

    @property
    def has_positions(self) -> bool:
        return self.is_contract or self.holds_positions

    @property
    def step(self) -> Decimal:
        """The smallest size that the model orders here."""
        if self.in_quote or self.contract_size < 1:
            return self.contract_size
        return Decimal("0.001")

    def contracts(self, size: Decimal) -> Decimal:
        """A size in contracts."""
        return size / self.contract_size


@dataclass(frozen=True, slots=True)
class CoinPrice:
    """The last trade of a coin's dollar books, and the mark price of its contracts."""

    last: Decimal
    mark: Decimal


@dataclass(frozen=True, slots=True)
class Holding:
    """One asset in one wallet.

    `amount` is the wallet balance: without open profit, with borrowed coins that are still here. It is negative where
    futures lost more than there was. `locked` belongs to resting orders and is part of `amount`.
    """

    wallet: str
    asset: str
    amount: Decimal
    locked: Decimal = ZERO
    borrowed: Decimal = ZERO
    interest: Decimal = ZERO

    @property
    def debt(self) -> Decimal:
        return self.borrowed + self.interest

    @property
    def net(self) -> Decimal:
        """The wallet balance less the debt."""
        return self.amount - self.debt

    @property
    def free(self) -> Decimal:
        return self.amount - self.locked


@dataclass(frozen=True, slots=True)
class Position:
    """One open contract position. `margin` is in the settlement asset and part of a wallet's balance.

    `settled` is the price at which profit was last paid into the balance, on exchanges that settle by session.
    """

    market: Market
    direction: Direction
    size: Decimal
    entry: Decimal
    mark: Decimal
    leverage: int
    is_isolated: bool = False
    in_hedge_mode: bool = False
    liquidation: Decimal | None = None
    settled: Decimal | None = None

    @property
    def base_amount(self) -> Decimal:
        """The size in units of the base asset, that of an inverse contract at its mark."""
        return self.size / self.mark if self.market.in_quote else self.size

    @property
    def quote_value(self) -> Decimal:
        """The size in the quote currency at the mark price."""
        return self.size if self.market.in_quote else self.size * self.mark

    @property
    def profit(self) -> Decimal:
        """Open profit in the settlement asset."""
        return self._profit_since(self.entry)

    @property
    def unpaid_profit(self) -> Decimal:
        """The part of open profit outside the balance."""
        return self._profit_since(self.settled or self.entry)

    def _profit_since(self, price: Decimal) -> Decimal:
        if self.market.kind is MarketKind.INVERSE:
            face = self.size if self.market.in_quote else self.size * self.entry
            profit = (1 / price - 1 / self.mark) * face * self.direction.sign
        else:
            profit = (self.mark - price) * self.size * self.direction.sign
        return profit.quantize(PROFIT_STEP, ROUND_HALF_EVEN)

    @property
    def settled_value(self) -> Decimal:
        """The size in the settlement asset at the mark price."""
        value = self.base_amount if self.market.kind is MarketKind.INVERSE else self.quote_value
        return value.quantize(PROFIT_STEP, ROUND_HALF_EVEN)

    @property
    def margin(self) -> Decimal:
        """Initial margin in the settlement asset."""
        return (self.settled_value / self.leverage).quantize(PROFIT_STEP, ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Order:
    """One open order, or one leg of a group. Only a limit order is ever partly filled: nothing else has acted yet.

    A trailing stop has `percent` (2.5 is 2.5 %) or `distance` in the quote currency. With an `activation` price it is
    not active yet: the market has not been there. `position_side` is set in hedge mode only. `is_isolated`: it acts on
    a position of isolated margin.
    """

    id: str
    market: Market
    kind: Kind
    side: Side
    size: Decimal
    filled: Decimal = ZERO
    limit: Decimal | None = None
    trigger: Decimal | None = None
    percent: Decimal | None = None
    distance: Decimal | None = None
    activation: Decimal | None = None
    reduce_only: bool = False
    close_position: bool = False  # closes the whole position at its later size. `size` is its present size
    spends: bool = False  # `size` is money to spend, so the amount is unknown
    position_side: Direction | None = None
    group: str | None = None
    relation: Relation | None = None
    is_isolated: bool = False

    @property
    def remaining(self) -> Decimal:
        return self.size - self.filled

    @property
    def closes(self) -> Direction | None:
        """The direction that this order is certain to reduce. None if it opens or may do either."""
        if self.position_side is not None:
            return self.position_side if self.side is self.position_side.closes_by else None
        if self.reduce_only or self.close_position:
            return Direction.LONG if self.side is Side.SELL else Direction.SHORT
        return None

    @property
    def acts_when_price_rises(self) -> bool:
        """True if the trigger lies above the market."""
        return self.kind.is_stop == (self.side is Side.BUY)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of one exchange at one moment. `prices` is by coin. Dollar coins are worth one dollar."""

    prices: Mapping[str, CoinPrice]
    holdings: tuple[Holding, ...] = ()
    positions: tuple[Position, ...] = ()
    orders: tuple[Order, ...] = ()
    hedge_mode: bool = False

    def in_wallet(self, wallet: str) -> tuple[Holding, ...]:
        return tuple(holding for holding in self.holdings if holding.wallet == wallet)

    def positions_in(self, kind: MarketKind) -> tuple[Position, ...]:
        return tuple(position for position in self.positions if position.market.kind is kind)

    def orders_in(self, *kinds: MarketKind) -> tuple[Order, ...]:
        return tuple(order for order in self.orders if order.market.kind in kinds)

    def legs(self, order: Order) -> tuple[Order, ...]:
        """The other orders of an order's group."""
        if order.group is None:
            return ()
        return tuple(other for other in self.orders if other.group == order.group and other is not order)

    def last(self, market: Market) -> Decimal:
        return self.prices[market.base].last

    def mark(self, market: Market) -> Decimal:
        return self.prices[market.base].mark
