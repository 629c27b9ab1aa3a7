"""A rule: a tree of conditions over comparisons of values. It is read from text by analysis/rules/parser.py.

    rsi(14, "4h") < 30 and not (close("1h") crosses below ema(10, "1h"))

    All
    ├── Comparison(Term rsi, "<", Number 30)
    └── Not
        └── Crosses(Term close, "below", Term ema)

A condition holds, holds not, or is unknown (`Outcome`). Unknown passes on as in the logic of Kleene: one false part
makes `and` false, one true part makes `or` true, whatever else is unknown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import IntEnum

Argument = Decimal | timedelta | str


class Outcome(IntEnum):
    """The outcome of a condition. The order makes `and` the minimum and `or` the maximum."""

    NO = 0
    UNKNOWN = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Number:
    """A constant. `unit` is "%" for percentages (value 0.3 for 30 %), "s" for spans of time in seconds, else empty."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A value that Stillframe knows: an indicator, a price, a field of a holding. `arguments` are complete."""

    name: str
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left` and `right` joined by + - * or /. A division by zero is unknown."""

    left: "Value"
    operator: str
    right: "Value"


@dataclass(frozen=True, slots=True)
class Change:
    """The relative change of a value over a span of time: 0.05 for a rise of 5 %."""

    value: "Value"
    span: timedelta


Value = Number | Term | Arithmetic | Change


@dataclass(frozen=True, slots=True)
class Comparison:
    """`operator` is one of < <= > >= =."""

    left: Value
    operator: str
    right: Value


@dataclass(frozen=True, slots=True)
class Crosses:
    """The left value went from one side of the right value to the other at the newest step. `side`: above, below."""

    left: Value
    side: str
    right: Value


@dataclass(frozen=True, slots=True)
class Trend:
    """A value that moved in one `direction` (rising, falling) at each of the newest steps."""

    value: Value
    direction: str
    steps: int


@dataclass(frozen=True, slots=True)
class Holds:
    """A term that is a condition by itself, such as an event."""

    term: Term


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = Comparison | Crosses | Trend | Holds | All | Any | Not
Node = Condition | Value


def parts_of(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node."""
    match node:
        case Arithmetic(left, _, right) | Comparison(left, _, right) | Crosses(left, _, right):
            return (left, right)
        case Change(value) | Trend(value):
            return (value,)
        case Holds(term):
            return (term,)
        case All(parts) | Any(parts):
            return parts
        case Not(part):
            return (part,)
        case Number() | Term():
            return ()


def terms_of(node: Node) -> Iterator[Term]:
    """All terms of a tree, from left to right."""
    if isinstance(node, Term):
        yield node
    for child in parts_of(node):
        yield from terms_of(child)


def spans_of(node: Node) -> Iterator[timedelta]:
    """The spans of all changes in a tree."""
    if isinstance(node, Change):
        yield node.span
    for child in parts_of(node):
        yield from spans_of(child)
