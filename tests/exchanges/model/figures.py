"""Figures by name: compared, not stated by the exchange, or different."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.snapshot import Snapshot
from tests.exchanges.model.account import Account
from tests.exchanges.model.renderers import Renderer

# For quotients and sums of stated eight-decimal figures. Everything else is compared exactly.
RELATIVE, ABSOLUTE = Decimal("0.000001"), Decimal("0.001")


@dataclass(frozen=True)
class Difference:
    """One figure that came out differently."""

    exchange: str
    figure: str
    subject: str
    model: object
    stillframe: object

    def __str__(self) -> str:
        return f"{self.exchange}: {self.figure} of {self.subject} is {self.model} and is shown as {self.stillframe}"


@dataclass
class Comparison:
    """One account compared. `compared` and `unknown` count figures by name."""

    renderer: Renderer
    account: Account
    shown: Snapshot
    differences: list[Difference] = field(default_factory=list)
    compared: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    def differs(self, figure: str, subject: str, model: object, stillframe: object) -> None:
        self.differences.append(Difference(self.renderer.name, figure, subject, model, stillframe))

    def check(self, figure: str, subject: str, model: Any, shown: Any, tags: frozenset[str] = frozenset()) -> None:
        """Compare one figure. `model` is a value, or a frozenset of values that are all right."""
        if self.renderer.reason(figure, tags) is not None:
            self.unknown[figure] += 1
            if shown is not None and str(shown) != "unknown":
                self.differs(figure, subject, "unknown on this exchange", shown)
            return
        self.compared[figure] += 1
        right = model if isinstance(model, frozenset) else (model,)
        if not any(same(value, shown) for value in right):
            self.differs(figure, subject, told(model), told(shown))


def same(model: Any, shown: Any) -> bool:
    if isinstance(model, Decimal) and isinstance(shown, Decimal):
        return abs(model - shown) <= max(abs(model) * RELATIVE, Decimal(0))
    return bool(model == shown) or (isinstance(model, str) and model == str(shown))


def told(value: Any) -> Any:
    if isinstance(value, frozenset):
        return " or ".join(sorted(str(member) for member in value))
    return value.normalize() if isinstance(value, Decimal) else value
