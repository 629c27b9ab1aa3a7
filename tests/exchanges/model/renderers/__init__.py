"""Renderers: an account of the model as one exchange sends it.

Each file holds RENDERER, written from the exchange's public documentation alone, without its adapter or ccxt's parser.
Files that begin with an underscore hold rows for one of them. A new one follows okx.py: wallets and books that the
exchange has, then one function for each path. `python -m tests.exchanges.model.counts okx` lists the paths that were
asked and have no answer, and every figure that came out differently. All documented fields of a row belong in it, also
those that nothing seems to read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.exchanges.model.abilities import Abilities
from tests.exchanges.model.account import Account
from tests.exchanges.payload_server import Request

Respond = Callable[[Account, Request], Any]


@dataclass(frozen=True)
class Renderer:
    """One exchange.

    `respond` gives the payload of a request, or None for a 404. `markets` are ccxt
    market dictionaries from tests.exchanges.harness.spot() and swap(). `cannot_state` names figures that the exchange
    does not send, with the reason: "order.reduce_only", or "order.reduce_only:spot" for orders with that tag (see
    order_comparison.tags_of), or "position.leverage:cross" for positions with that margin mode. Such a figure must come
    out unknown. `hides_triggers` names trigger orders that no call of the exchange lists: less than full protection
    must come out unknown. `refreshes` is 2 where open orders are asked for held symbols alone: the first refresh cannot
    see them. `hosts` gives a path prefix to hosts that have the same paths, by the name that ccxt has for their URL.
    `listed` adds prices to the markets where ccxt reads tickers from the exchange's list of markets.
    """

    exchange: str
    markets: Sequence[dict[str, Any]]
    abilities: Abilities
    respond: Respond
    options: Mapping[str, Any] = field(default_factory=dict)
    cannot_state: Mapping[str, str] = field(default_factory=dict)
    hides_triggers: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)
    refreshes: int = 1
    listed: Callable[[Account], Sequence[dict[str, Any]]] | None = None
    name: str = ""  # set if one exchange has several renderers, by default its id

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.exchange)

    def reason(self, figure: str, tags: frozenset[str]) -> str | None:
        """The reason why a figure cannot be stated. None if it can."""
        keys = (figure, *(f"{figure}:{tag}" for tag in sorted(tags)))
        return next((self.cannot_state[key] for key in keys if key in self.cannot_state), None)


@cache
def renderers() -> tuple[Renderer, ...]:
    """Every renderer, by name."""
    files = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    modules = [import_module(f"{__name__}.{name}").RENDERER for name in files]
    return tuple(sorted(modules, key=lambda renderer: renderer.name))


def plain(value: object) -> str:
    """A number as exchanges write it: without an exponent."""
    return format(value, "f") if not isinstance(value, str) else value


def number(value: Decimal) -> float:
    """A number of up to 15 digits as JSON writes it without quotes."""
    return int(value) if value == int(value) else float(value)


def first(request: Request, name: str, default: str = "") -> str:
    """One parameter of the query."""
    return request.query.get(name, [default])[0]
