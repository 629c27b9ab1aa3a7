"""The prices of a venue at one tick, packed into a row of `price_tick`.

A row is a keyframe, or it has what differs from its base row (db/packing.py):

    id 1  keyframe: all prices
    id 2  base 1:   what moved since 1
    id 3  base 1:   what moved since 1
    id 4  base 3:   what moved since 3

So the prices of a tick take at most DEEPEST + 1 rows to read, however long the history is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Self

from db.packing import pack, unpack
from domain.prices import Price

DEEPEST = 2
KEYFRAME_EVERY = timedelta(minutes=30)
# A row counts as small beside its base if it has at most this share of its bytes.
SMALL = 0.5
_NUMBERS = ("last", "bid", "ask", "mark", "change_24h", "volume")


class PriceState:
    """All prices of a venue after a tick. Each is a line of text until it is read."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        self._lines = lines

    @classmethod
    def of(cls, prices: Iterable[Price]) -> Self:
        """The state with these prices."""
        return cls({price.symbol: _line(price) for price in prices})

    @classmethod
    def unpacked(cls, body: bytes, base: "PriceState | None") -> Self:
        """The state of a row. `base` is the state of its base row, None for a keyframe."""
        lines = unpack(body, "" if base is None else base.text).split("\n")
        return cls({line.partition("\t")[0]: line for line in lines if line})

    @cached_property
    def text(self) -> str:
        """All lines in the order of their symbols."""
        return "\n".join(self._lines[symbol] for symbol in sorted(self._lines))

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols with a price."""
        return frozenset(self._lines)

    def price(self, symbol: str) -> Price | None:
        """The price of a symbol, None if it has none."""
        line = self._lines.get(symbol)
        return None if line is None else _price(line)

    def prices(self) -> dict[str, Price]:
        """All prices by symbol."""
        return {symbol: _price(line) for symbol, line in self._lines.items()}

    def updated(self, prices: Iterable[Price]) -> "PriceState":
        """The state after these prices were seen. A price equal in number keeps its line."""
        observed = {price.symbol: price for price in prices}
        changed = {symbol: _line(price) for symbol, price in observed.items() if self.price(symbol) != price}
        return PriceState({**self._lines, **changed}) if changed else self

    def only(self, symbols: Iterable[str]) -> "PriceState":
        """The state with the prices of these symbols alone."""
        return PriceState({symbol: self._lines[symbol] for symbol in self._lines.keys() & set(symbols)})

    def packed(self, base: "PriceState | None" = None) -> bytes:
        """The body of a row: all lines, packed against those of the base row."""
        return pack(self.text, "" if base is None else base.text)


@dataclass(frozen=True, slots=True)
class Tick:
    """A row of `price_tick` with its state. `base_id` is None for a keyframe."""

    id: int
    at: datetime
    base_id: int | None
    body: bytes
    state: PriceState


class TickChain:
    """The latest row of a venue behind its bases, the keyframe first, to which rows are added."""

    def __init__(self, ticks: Sequence[Tick], first_id: int) -> None:
        self._ticks = list(ticks)
        self._first_id = first_id  # of the first row, if the venue has none
        self.added: list[Tick] = []

    @property
    def latest_id(self) -> int:
        """The id of the latest row. Without one, an id below that of the first."""
        return self._ticks[-1].id if self._ticks else self._first_id - 1

    @property
    def state(self) -> PriceState:
        """All prices after the latest row."""
        return self._ticks[-1].state if self._ticks else PriceState({})

    def add(self, at: datetime, prices: Sequence[Price], followed: Callable[[], Iterable[str]]) -> int:
        """Add the row of a tick, unless no price differs. Returns the id of the latest row.

        `followed` gives the symbols that a keyframe keeps, besides those of these prices.
        """
        state = self.state.updated(prices)
        if state is self.state:
            return self.latest_id
        result = self._delta(at, state)
        if result is None:
            state = state.only({*followed(), *(price.symbol for price in prices)})
            depth, body = 0, state.packed()
        else:
            depth, body = result
        base_id = self._ticks[depth - 1].id if depth else None
        tick = Tick(self.latest_id + 1, at, base_id, body, state)
        self._ticks = [*self._ticks[:depth], tick]
        self.added.append(tick)
        return tick.id

    def _delta(self, at: datetime, state: PriceState) -> tuple[int, bytes] | None:
        """How many bases the new row has, and its body. None if a keyframe is due."""
        if not self._ticks or abs(at - self._ticks[0].at) >= KEYFRAME_EVERY:
            return None
        for depth in range(min(len(self._ticks), DEEPEST), 0, -1):
            base = self._ticks[depth - 1]
            body = state.packed(base.state)
            if len(body) <= SMALL * len(base.body):
                return depth, body
        return None


def _line(price: Price) -> str:
    numbers = ("" if (value := getattr(price, name)) is None else format(value, "f") for name in _NUMBERS)
    return "\t".join((price.symbol, price.base, price.quote, *numbers, "" if price.is_active else "0"))


def _price(line: str) -> Price:
    symbol, base, quote, *numbers, activity = line.split("\t")
    values = {name: Decimal(word) if word else None for name, word in zip(_NUMBERS, numbers, strict=True)}
    return Price(symbol, base, quote, is_active=not activity, **values)
