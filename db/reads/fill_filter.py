"""The filter of fills, applied before paging and before totals."""

from dataclasses import dataclass
from datetime import datetime

from domain.fills import Liquidity
from domain.markets import Side


@dataclass(frozen=True, slots=True)
class FillFilter:
    """Conditions on fills. None sets no condition, an empty tuple matches nothing. Times are [since, until)."""

    account_ids: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    symbols: tuple[str, ...] | None = None
    sides: tuple[Side, ...] | None = None
    liquidities: tuple[Liquidity, ...] | None = None
    order_id: str | None = None

    def accounts_among(self, account_ids: tuple[int, ...]) -> list[int]:
        """The given account ids that match the filter, without duplicates."""
        return [
            account_id
            for account_id in dict.fromkeys(account_ids)
            if self.account_ids is None or account_id in self.account_ids
        ]

    def parameters(self) -> dict[str, object]:
        """The SQL parameters of `conditions`. Sides and liquidities default to all, for queries that unnest them."""
        return {
            "since": self.since,
            "until": self.until,
            "symbols": list(self.symbols or ()),
            "sides": [str(side) for side in (Side if self.sides is None else self.sides)],
            "liquidities": [str(word) for word in (Liquidity if self.liquidities is None else self.liquidities)],
            "order_id": self.order_id,
        }

    def conditions(self, *, times: bool = True) -> str:
        """SQL conditions, each with a leading AND, without the condition on the account. "" without conditions."""
        terms = [
            "symbol = ANY(:symbols)" if self.symbols is not None else "",
            "side = ANY(:sides)" if self.sides is not None else "",
            "liquidity = ANY(:liquidities)" if self.liquidities is not None else "",
            "order_id = :order_id" if self.order_id is not None else "",
            self.within() if times else "",
        ]
        return "".join(f" AND {term}" for term in terms if term)

    def within(self) -> str:
        """SQL conditions on the time, "" without any."""
        terms = ["at >= :since"] * (self.since is not None) + ["at < :until"] * (self.until is not None)
        return " AND ".join(terms)
