"""The text of a rule in one fixed spelling. Parsing it gives the same tree."""

from datetime import timedelta
from decimal import Decimal

from domain.rule_tree import All, Any, Arithmetic, Change, Comparison, Crosses, Holds, Node, Not, Number, Term, Trend

_UNITS = ((timedelta(weeks=1), "w"), (timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "m"))
# A node with a lower number needs brackets inside one with a higher number.
_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _ATOM = range(7)
_TIGHTNESS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}


def text_of(node: Node) -> str:
    """The readable text of a rule or of a part of it."""
    return _text(node, _OR)


def duration_text(span: timedelta) -> str:
    """A span in the largest unit that divides it: 90m, 4h, 1w. Raises ValueError below a whole minute."""
    for unit, letter in _UNITS:
        if span % unit == timedelta(0) and span:
            return f"{span // unit}{letter}"
    raise ValueError(f"{span} is no whole number of minutes")


def _text(node: Node, outer: int) -> str:
    text, tightness = _parts(node)
    return f"({text})" if tightness < outer else text


def _parts(node: Node) -> tuple[str, int]:
    match node:
        case Any(parts):
            return " or ".join(_text(condition, _AND) for condition in parts), _OR
        case All(parts):
            return " and ".join(_text(condition, _NOT) for condition in parts), _AND
        case Not(condition):
            return f"not {_text(condition, _NOT)}", _NOT
        case Comparison(left, operator, right):
            return f"{_text(left, _SUM)} {operator} {_text(right, _SUM)}", _COMPARISON
        case Crosses(left, side, right):
            return f"{_text(left, _SUM)} crosses {side} {_text(right, _SUM)}", _COMPARISON
        case Trend(value, direction, steps):
            return f"{_text(value, _SUM)} {direction} for {steps}", _COMPARISON
        case Arithmetic(left, operator, right):
            tightness = _TIGHTNESS[operator]
            return f"{_text(left, tightness)} {operator} {_text(right, tightness + 1)}", tightness
        case Change(value, span):
            return f'change({text_of(value)}, "{duration_text(span)}")', _ATOM
        case Holds(term):
            return _parts(term)
        case Term():
            return _term_text(node), _ATOM
        case Number():
            return _number_text(node), _ATOM


def _term_text(term: Term) -> str:
    if not term.arguments:
        return term.name
    return f"{term.name}({', '.join(_argument_text(argument) for argument in term.arguments)})"


def _argument_text(argument: Decimal | timedelta | str) -> str:
    if isinstance(argument, Decimal):
        return f"{argument:f}"
    return f'"{duration_text(argument) if isinstance(argument, timedelta) else argument}"'


def _number_text(number: Number) -> str:
    if number.unit == "s":
        return duration_text(timedelta(seconds=float(number.value)))
    if number.unit == "%":
        return f"{(number.value * 100).normalize():f} %"
    return f"{number.value:f}"
