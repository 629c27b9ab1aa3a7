"""Which fills are meant: a filter, which is applied before paging and before adding up."""

from dataclasses import dataclass
from datetime import datetime

from domain.fills import Liquidity
from domain.markets import Side


@dataclass(frozen=True, slots=True)
class FillFilter:
    """What fills have to be; None asks for nothing, an empty tuple for what cannot be. Times are [since, until)."""

    account_ids: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    symbols: tuple[str, ...] | None = None
    sides: tuple[Side, ...] | None = None
    liquidities: tuple[Liquidity, ...] | None = None
    order_id: str | None = None

    def accounts_among(self, known: tuple[int, ...]) -> list[int]:
        """The ids of the accounts that are meant, out of those there are."""
        return [n for n in dict.fromkeys(known) if self.account_ids is None or n in self.account_ids]

    def parameters(self) -> dict[str, object]:
        """The values of `conditions`, and of whoever unnests them."""
        return {
            "since": self.since,
            "until": self.until,
            "symbols": list(self.symbols or ()),
            "sides": [str(side) for side in (Side if self.sides is None else self.sides)],
            "liquidities": [str(word) for word in (Liquidity if self.liquidities is None else self.liquidities)],
            "order_id": self.order_id,
        }

    def conditions(self, *, times: bool = True) -> str:
        """SQL that holds for the rows that are meant, beginning with AND where there is any; account apart."""
        words = [
            "symbol = ANY(:symbols)" if self.symbols is not None else "",
            "side = ANY(:sides)" if self.sides is not None else "",
            "liquidity = ANY(:liquidities)" if self.liquidities is not None else "",
            "order_id = :order_id" if self.order_id is not None else "",
            self.within() if times else "",
        ]
        return "".join(f" AND {word}" for word in words if word)

    def within(self) -> str:
        """SQL that holds for the moments that are meant."""
        words = ["at >= :since"] * (self.since is not None) + ["at < :until"] * (self.until is not None)
        return " AND ".join(words)
