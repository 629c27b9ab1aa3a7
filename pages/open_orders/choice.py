"""Choice: which orders of the list are asked for, and what those come to. Applied to the whole list (Lesson 20)."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from domain.orders import Role
from pages.open_orders.table import OrderTable
from pages.open_orders.words import INFERRED, ROLES
from pages.shared.formats import UNKNOWN


def percent_of(text: str | None) -> float | None:
    """What "5%", "5 %" or "2,5" say; None for nothing and for what is no positive number."""
    try:
        percent = float((text or "").replace("%", "").replace(",", ".").strip())
    except ValueError:
        return None
    return percent if 0 < percent < float("inf") else None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the filters ask for; what is empty asks for nothing. `within` is in per cent of the market price."""

    symbols: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    within: float | None = None
    search: str = ""

    @property
    def is_all(self) -> bool:
        """Whether every order is asked for."""
        return self == Choice()


@dataclass(frozen=True, slots=True)
class Counts:
    """What a choice of orders comes to, in the table's currency; unvalued orders are counted, not zeroed."""

    orders: int
    normal: int
    trigger: int
    groups: int
    buys: int
    sells: int
    buy_value: Decimal
    sell_value: Decimal
    unvalued: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice, and the rows of a table that it asks for."""

    choice: Choice
    rows: npt.NDArray[np.int64]


def chosen_of(table: OrderTable, choice: Choice) -> Chosen:
    """What a choice comes to in this table, looked up once."""
    return table.once(("rows", choice), lambda: Chosen(choice, chosen_rows(table, choice)))


def chosen_rows(table: OrderTable, choice: Choice) -> npt.NDArray[np.int64]:
    """The rows of the table that a choice asks for, in the order of the list."""
    mask = np.ones(len(table.names), dtype=np.bool_)
    texts = table.texts
    if choice.symbols:
        mask &= texts["symbol"].isin(choice.symbols).to_numpy()
    if choice.sides:
        mask &= texts["side"].isin(choice.sides).to_numpy()
    if choice.types:
        wanted = [t for t in texts["type"].cat.categories if not set(choice.types).isdisjoint(t.split(","))]
        mask &= texts["type"].isin(wanted).to_numpy()
    if choice.roles:
        wanted = [role for role in texts["role"].cat.categories if plain_role(role) in choice.roles]
        mask &= texts["role"].isin(wanted).to_numpy()
    if choice.within is not None:
        mask &= table.distances <= choice.within / 100
    for word in choice.search.lower().split():
        mask &= texts["search"].str.contains(word, regex=False).to_numpy(dtype=np.bool_)
    return np.flatnonzero(mask)


def counts_of(table: OrderTable, rows: npt.NDArray[np.int64]) -> Counts:
    """What these rows come to; of legs of which only one can fill, the largest counts."""
    buys, values, groups = table.buys[rows], table.values[rows], table.groups[rows]
    counted = np.array([value is not None for value in values], dtype=np.bool_)
    counted[_outdone(values, table.rivals[rows])] = False
    trigger = int(table.triggers[rows].sum())
    return Counts(
        orders=len(rows),
        normal=len(rows) - trigger,
        trigger=trigger,
        groups=len(np.unique(groups[groups >= 0])),
        buys=int(buys.sum()),
        sells=int((~buys).sum()),
        buy_value=sum((value for value in values[buys & counted]), Decimal(0)),
        sell_value=sum((value for value in values[~buys & counted]), Decimal(0)),
        unvalued=sum(value is None for value in values),
    )


def _outdone(values: npt.NDArray[np.object_], rivals: npt.NDArray[np.int64]) -> list[int]:
    """The places of the legs that are worth less than another of which only one can fill."""
    largest: dict[int, int] = {}
    outdone = []
    for place in np.flatnonzero(rivals >= 0):
        if values[place] is None:
            continue
        former = largest.setdefault(int(rivals[place]), int(place))
        if former != place:
            loser, largest[int(rivals[place])] = sorted((former, int(place)), key=lambda n: values[n])
            outdone.append(loser)
    return outdone


def plain_role(role: str) -> str:
    """A role without the mark of having been concluded."""
    return ROLES[Role.UNKNOWN] if role == UNKNOWN else role.removesuffix(INFERRED)
