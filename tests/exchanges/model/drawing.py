"""One account on its way, from which strategies draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import count
from typing import Any

from hypothesis import strategies as st

from tests.exchanges.model.abilities import Abilities
from tests.exchanges.model.account import (
    CoinPrice,
    Market,
    Order,
    Position,
)

CENT = Decimal("0.1")
FALLS, RISES = (700, 950), (1_050, 1_300)  # thousandths of the market: triggers stand well away from it


@dataclass
class Drawing:
    """One account on its way."""

    draw: st.DrawFn
    abilities: Abilities
    markets: Sequence[Market]
    prices: Mapping[str, CoinPrice]
    hedge: bool
    positions: list[Position] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    ids: Any = field(default_factory=lambda: count(7001))

    def new_id(self, market: Market) -> str:
        """A new id, or the id of an order on another symbol where ids are unique per symbol only."""
        taken = {order.id for order in self.orders if order.market.symbol == market.symbol}
        others = sorted({order.id for order in self.orders if order.group is None} - taken)
        if self.abilities.ids_per_symbol and others and self.draw(st.booleans()):
            return str(self.draw(st.sampled_from(others)))
        return str(next(self.ids))

    def boolean(self, allowed: bool = True) -> bool:
        return allowed and self.draw(st.booleans())

    def near(self, price: Decimal, thousandths: tuple[int, int]) -> Decimal:
        """A price so many thousandths of another."""
        return (price * self.draw(st.integers(*thousandths)) / 1000).quantize(CENT, ROUND_HALF_EVEN)

    def size(self, market: Market) -> Decimal:
        return market.step * self.draw(st.integers(2, 400))
