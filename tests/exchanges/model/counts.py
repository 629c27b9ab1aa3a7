"""Counts the figures of each exchange that are compared, and those declared unknown.

`python -m tests.exchanges.model.counts [exchange ...]` prints the table, with the figures that still differ.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.exchanges.model.account import Account
from tests.exchanges.model.comparison import compare
from tests.exchanges.model.figures import Difference
from tests.exchanges.model.reading import snapshot_of, stand_in
from tests.exchanges.model.renderers import Renderer, renderers
from tests.exchanges.model.strategies import accounts
from tests.postgres import Database, begin_run, cloned, end_run, running_server

EXAMPLES = 20
FIGURES_SHOWN = 3  # examples of each figure that differs


@dataclass
class Counts:
    """Figures of one exchange over some accounts."""

    renderer: Renderer
    accounts: int = 0
    compared: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    unknown_paths: set[str] = field(default_factory=set)

    @property
    def line(self) -> str:
        figures = f"{len(self.compared):4} figures {sum(self.compared.values()):6} times"
        wrong = len({difference.figure for difference in self.differences})
        unknown = f"{len(self.unknown):3} unknown {wrong:3} differ"
        return f"{self.renderer.name:16} {self.accounts:3} accounts {figures} {unknown}"


def counts_of(renderer: Renderer, database: Database, examples: int = EXAMPLES) -> Counts:
    """Draw accounts, the same at every call, and compare each."""
    counts = Counts(renderer)
    with stand_in(renderer) as exchange:

        @seed(1)
        @settings(
            max_examples=examples, phases=[Phase.generate], deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(accounts(renderer.abilities, renderer.markets))
        def count(account: Account) -> None:
            comparison = compare(renderer, account, snapshot_of(exchange, account, database))
            counts.accounts += 1
            counts.compared += comparison.compared
            counts.unknown += comparison.unknown
            counts.differences += comparison.differences
            counts.unknown_paths |= set(exchange.unknown_paths)

        count()
    return counts


def _show(counts: Counts) -> None:
    print(counts.line)
    for figure, reason in counts.renderer.cannot_state.items():
        print(f"    unknown: {figure}: {reason}")
    for path in sorted(counts.unknown_paths):
        print(f"    no answer for: {path}")
    by_figure: dict[str, list[Difference]] = {}
    for difference in counts.differences:
        by_figure.setdefault(difference.figure, []).append(difference)
    for figure, differences in sorted(by_figure.items()):
        print(f"    differs: {figure}, {len(differences)} times")
        subjects = {_kind_of(difference.subject): difference for difference in differences}
        for difference in list(subjects.values())[:FIGURES_SHOWN]:
            print(f"        {str(difference)[:400]}")


def _kind_of(subject: str) -> str:
    """A subject without its id, so that the examples shown are of different kinds."""
    return subject.partition("(")[2] or subject


def main(names: Sequence[str]) -> None:
    begin_run()
    try:
        with cloned(running_server()) as database:
            for renderer in renderers():
                if not names or renderer.name in names:
                    _show(counts_of(renderer, database))
    finally:
        end_run()


if __name__ == "__main__":
    main(sys.argv[1:])
