"""Order calls: one question out of those that together make up the open-order list of an exchange."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.sources import Source, SourceKind

ORDERS, TRIGGERS = SourceKind.ORDERS, SourceKind.TRIGGERS


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list goes on: `param` is set to what the `field` of the last row of a page says (of the `first` one, where
    the exchange's cursor was put there), until a page is not full. Without a field it counts: pages from 1 on, or rows
    from 0 on where `step` is as many as a page holds."""

    size: int
    param: str
    field: str = ""
    first: bool = False
    step: int = 1

    def onward(self, page: Sequence[Any], done: int) -> str | None:
        """Where the page after this one begins, which is the `done`th."""
        if not self.field:
            return str(done + 1 if self.step == 1 else done * self.step)
        row = page[0 if self.first else -1]
        info = row.get("info") if isinstance(row, Mapping) else None
        said = info.get(self.field) if isinstance(info, Mapping) else None
        return str(said) if said not in (None, "") else None


@dataclass(frozen=True, slots=True)
class OrderCall:
    """One call of ccxt's fetch_open_orders. With `each_symbol` it is made for each symbol that the account deals in,
    of the type of market that `market` names ("spot", "linear", "inverse"). Orders on markets of the types `apart` are
    told by other calls, and left out where an exchange tells them in this one too."""

    kind: SourceKind
    part: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    each_symbol: bool = False
    market: str | None = None
    limit: int | None = None
    paging: Paging | None = None
    apart: frozenset[str] = frozenset()

    @property
    def source(self) -> Source:
        """The source that this call is."""
        return Source.of(self.kind, self.part)


LINEAR: dict[str, Any] = {"type": "swap", "subType": "linear"}
INVERSE: dict[str, Any] = {"type": "swap", "subType": "inverse"}
# ccxt asks what kind of account this is before each call, and takes an answer that fails for "not a unified one".
CLASSIC: dict[str, Any] = {"uta": False}
