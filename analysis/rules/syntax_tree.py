"""The syntax tree of Lark to the tree of a rule, with a check of each word, argument and unit."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import Any as Anything

from lark import Token, Tree

from analysis.rules.arguments import complete_arguments, seconds_in, span_in
from analysis.rules.catalogue import CATALOGUE
from analysis.rules.errors import RuleError
from analysis.rules.units import check_units
from domain.rule_terms import TermKind, Unit
from domain.rule_tree import (
    All,
    Any,
    Arithmetic,
    Change,
    Comparison,
    Condition,
    Crosses,
    Holds,
    Node,
    Not,
    Number,
    Term,
    Trend,
    Value,
)

_VALUES = (Number, Term, Arithmetic, Change)
_MOST_STEPS = 100
_PERCENT = Decimal(100)


def condition_of(tree: Anything) -> Condition:
    """The condition of a syntax tree. Raises RuleError if it is a value."""
    node = _node(tree)
    if isinstance(node, _VALUES):
        raise RuleError("this is a value: compare it with another, as in price > 100", _column(tree))
    return node


def _value_of(tree: Anything) -> Value:
    node = _node(tree)
    if isinstance(node, Holds):
        raise RuleError(f"{node.term.name} is a condition, so it cannot be compared", _column(tree))
    if not isinstance(node, _VALUES):
        raise RuleError("a condition cannot be compared", _column(tree))
    return node


def _column(tree: Anything) -> int | None:
    return tree.column if isinstance(tree, Token) else getattr(tree.meta, "column", None)


def _node(tree: Tree[Token]) -> Node:
    return _READERS[str(tree.data)](tree)


def _all_of(tree: Tree[Token]) -> Node:
    return All(tuple(condition_of(child) for child in tree.children))


def _any_of(tree: Tree[Token]) -> Node:
    return Any(tuple(condition_of(child) for child in tree.children))


def _negated(tree: Tree[Token]) -> Node:
    return Not(condition_of(tree.children[0]))


def _compared(tree: Tree[Token]) -> Node:
    left, operator, right = tree.children
    return _checked(tree, Comparison(_value_of(left), str(operator), _value_of(right)))


def _crossed(tree: Tree[Token]) -> Node:
    left, side, right = tree.children
    return _checked(tree, Crosses(_value_of(left), str(side).lower(), _value_of(right)))


def _checked(tree: Tree[Token], node: Comparison | Crosses) -> Node:
    check_units(node, _column(tree))
    if not any(not isinstance(side, Number) for side in (node.left, node.right)):
        raise RuleError("both sides are numbers: compare a term with something", _column(tree))
    return node


def _trend(tree: Tree[Token]) -> Node:
    value, direction, steps = tree.children
    count = _number_in(str(steps))
    if count != count.to_integral_value() or not 1 <= count <= _MOST_STEPS:
        raise RuleError(f"{steps} steps: use a whole number from 1 to {_MOST_STEPS}", _column(steps))
    return Trend(_value_of(value), str(direction).lower(), int(count))


def _arithmetic(tree: Tree[Token]) -> Node:
    left, operator, right = tree.children
    divisor = _value_of(right)
    if str(operator) == "/" and _constant(divisor) == 0:
        raise RuleError("a division by zero has no value", _column(right))
    return Arithmetic(_value_of(left), str(operator), divisor)


def _constant(value: Value) -> Decimal | None:
    """The value of an expression of numbers alone. None if it names a term."""
    if isinstance(value, Number):
        return value.value
    if not isinstance(value, Arithmetic):
        return None
    left, right = _constant(value.left), _constant(value.right)
    if left is None or right is None:
        return None
    match value.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return left / right  # its divisor was checked


def _negative(tree: Tree[Token]) -> Node:
    value = _value_of(tree.children[0])
    if isinstance(value, Number):
        return Number(-value.value, value.unit)
    return Arithmetic(Number(Decimal(0)), "-", value)


def _number_in(text: str) -> Decimal:
    return Decimal(text.replace("_", ""))


def _number(tree: Tree[Token]) -> Node:
    return Number(_number_in(str(tree.children[0])))


def _percentage(tree: Tree[Token]) -> Node:
    return Number(_number_in(str(tree.children[0])) / _PERCENT, "%")


def _duration(tree: Tree[Token]) -> Node:
    return Number(seconds_in(str(tree.children[0])), "s")


def _string(tree: Tree[Token]) -> Node:
    raise RuleError(f"{tree.children[0]} is a text: texts are arguments only, as in rsi(14, 4h)", _column(tree))


def _name(tree: Tree[Token]) -> Node:
    token = tree.children[0]
    assert isinstance(token, Token)
    return _term(token, [])


def _call(tree: Tree[Token]) -> Node:
    token, *arguments = tree.children
    assert isinstance(token, Token)
    if token.lower() == "change":
        return _change(token, arguments)
    return _term(token, [argument for argument in arguments if argument is not None])


def _change(token: Token, arguments: list[Anything]) -> Change:
    if len(arguments) != 2:
        raise RuleError("change takes a value and a span, as in change(price, 1d)", token.column)
    value, span = arguments
    return Change(_value_of(value), span_in(_plain(span), _column(span)))


def _term(token: Token, arguments: list[Anything]) -> Node:
    kind = _kind(token)
    term = Term(kind.name, complete_arguments(kind, [(_plain(a), _column(a)) for a in arguments], token.column))
    return Holds(term) if kind.unit is Unit.CONDITION else term


def _kind(token: Token) -> TermKind:
    kind = CATALOGUE.get(token.lower())
    if kind is None:
        matches = get_close_matches(token.lower(), [*CATALOGUE, "change"], n=1)
        hint = f", did you mean {matches[0]}?" if matches else ""
        raise RuleError(f"{str(token)!r} is not a term{hint}", token.column)
    return kind


def _plain(tree: Anything) -> Decimal | timedelta | str:
    """An argument: a number, a span or a text."""
    token = str(tree.children[0]) if isinstance(tree, Tree) and tree.children else ""
    match str(tree.data) if isinstance(tree, Tree) else "":
        case "number":
            return _number_in(token)
        case "duration":
            return timedelta(seconds=float(seconds_in(token)))
        case "string":
            return token[1:-1]
    raise RuleError("an argument is a number, a span such as 4h, or a text", _column(tree))


_READERS: dict[str, Callable[[Tree[Token]], Node]] = {
    "all_of": _all_of,
    "any_of": _any_of,
    "negated": _negated,
    "compared": _compared,
    "crossed": _crossed,
    "trend": _trend,
    "arithmetic": _arithmetic,
    "negative": _negative,
    "number": _number,
    "percentage": _percentage,
    "duration": _duration,
    "string": _string,
    "name": _name,
    "call": _call,
}
