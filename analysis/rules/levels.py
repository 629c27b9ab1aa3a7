"""Levels: the prices that a rule compares the price of a market with, to draw them beside its candles."""

from decimal import Decimal

from analysis.rules.contradictions import MIRRORED
from domain.rule_tree import Comparison, Condition, Crosses, Not, Number, Term, parts_of

_PRICES = ("price", "close", "high", "low", "open")


def levels_in(condition: Condition) -> tuple[tuple[Decimal, str], ...]:
    """Prices with the operator that they stand behind, as ("2900", ">="), from left to right."""
    match condition:
        case Comparison(Term(name), operator, Number(number)) if name in _PRICES:
            return ((number, operator),)
        case Comparison(Number(number), operator, Term(name)) if name in _PRICES:
            return ((number, MIRRORED[operator]),)
        case Crosses(Term(name), side, Number(number)) if name in _PRICES:
            return ((number, f"crosses {side}"),)
        case Not(branch):
            return levels_in(branch)
    parts = (branch for branch in parts_of(condition) if not isinstance(branch, Number | Term))
    return tuple(level for branch in parts for level in levels_in(branch))  # type: ignore[arg-type]
