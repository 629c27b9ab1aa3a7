"""The figures of each exchange that the model compares, and those that the exchange does not state.

They are named by drawing accounts. No exchange is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.exchanges.model.account import Account
from tests.exchanges.model.arithmetic import held
from tests.exchanges.model.comparison import WORTH_FIGURES, figures_of_position, tags_of_position
from tests.exchanges.model.order_comparison import figures_of_order, groups_of, tags_of, tags_of_group
from tests.exchanges.model.renderers import Renderer
from tests.exchanges.model.strategies import accounts

EXAMPLES = 25  # a figure that is drawn more rarely is not counted
_NO_TAGS: frozenset[str] = frozenset()


@dataclass
class ProvenFigures:
    """Names of figures. A figure may be stated for some orders or positions and unknown for others."""

    compared: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def add(self, renderer: Renderer, account: Account) -> None:
        """Add the figures of one account."""
        for figure, tags in _figures_of(renderer, account):
            (self.compared if renderer.reason(figure, tags) is None else self.unknown).add(figure)


def proven_figures(renderer: Renderer) -> ProvenFigures:
    """The figures of some drawn accounts, the same at every call."""
    figures = ProvenFigures()

    @seed(1)
    @settings(
        max_examples=EXAMPLES, phases=[Phase.generate], deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(accounts(renderer.abilities, renderer.markets))
    def add(account: Account) -> None:
        figures.add(renderer, account)

    add()
    return figures


def _figures_of(renderer: Renderer, account: Account) -> Iterator[tuple[str, frozenset[str]]]:
    """Each figure of an account that `comparison` checks, with its tags."""
    yield from ((f"worth.{figure}", _NO_TAGS) for figure in WORTH_FIGURES)
    for holding in account.holdings:
        yield "balance.total", _NO_TAGS
        if any(wallet.locks for wallet in renderer.abilities.wallets if wallet.name == holding.wallet):
            yield "balance.locked", _NO_TAGS
    for position in account.positions:
        yield "position", _NO_TAGS
        yield "protection.position", _NO_TAGS
        yield from ((f"position.{figure}", tags_of_position(position)) for figure in figures_of_position(position))
    for order in account.orders:
        yield "order", _NO_TAGS
        yield from ((f"order.{figure}", tags_of(order)) for figure in figures_of_order(order))
    for group in groups_of(account.orders):
        yield "order.group", tags_of_group([order for order in account.orders if order.group == group])
    if held(account):
        yield "protection.holding", _NO_TAGS
