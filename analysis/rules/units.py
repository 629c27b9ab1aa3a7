"""Units of values: a comparison of a share with a plain number is nearly always a slip, so it is an error."""

from analysis.rules.catalogue import CATALOGUE
from analysis.rules.errors import RuleError
from domain.rule_terms import Unit
from domain.rule_text import text_of
from domain.rule_tree import Arithmetic, Change, Comparison, Crosses, Number, Term, Value


def check_units(node: Comparison | Crosses, column: int | None) -> None:
    """Raise RuleError if the two sides have units that cannot be compared."""
    for value, number in ((node.left, node.right), (node.right, node.left)):
        if isinstance(number, Number):
            _check_number(value, number, column)
    left, right = unit_of(node.left), unit_of(node.right)
    if left is not None and right is not None and left is not right and not _are_amounts(left, right):
        sides = f"{text_of(node.left)} is {_named(left)} and {text_of(node.right)} is {_named(right)}"
        raise RuleError(f"{sides}: they cannot be compared", column)


def unit_of(value: Value) -> Unit | None:
    """The unit of a value. None for plain numbers, and for products and ratios, whose unit is not checked."""
    match value:
        case Number(_, "%"):
            return Unit.SHARE
        case Number(_, "s"):
            return Unit.SECONDS
        case Term(name):
            return CATALOGUE[name].unit
        case Change():
            return Unit.SHARE
        case Arithmetic(left, "+" | "-", right):
            left_unit, right_unit = unit_of(left), unit_of(right)
            return left_unit if right_unit in (None, left_unit) else None
        case _:
            return None


def _named(unit: Unit) -> str:
    return f"an {unit.value}" if unit is Unit.INDEX else f"a {unit.value}"


def _are_amounts(left: Unit, right: Unit) -> bool:
    return {left, right} <= {Unit.PRICE, Unit.MONEY}


def _check_number(value: Value, number: Number, column: int | None) -> None:
    unit, text = unit_of(value), text_of(value)
    if unit is Unit.SHARE and not number.unit and number.value != 0:
        percent = abs(number.value) * (100 if abs(number.value) <= 1 else 1)
        raise RuleError(f"{text} is a share: compare it with a percentage, as in {percent.normalize():f} %", column)
    if unit is Unit.SECONDS and not number.unit and number.value != 0:
        raise RuleError(f"{text} is a span of time: compare it with one such as 15m or 2d", column)
    if number.unit == "%" and unit not in (Unit.SHARE, None):
        raise RuleError(f"{text} is no share: write the number without %", column)
    if number.unit == "s" and unit not in (Unit.SECONDS, None):
        raise RuleError(f"{text} is no span of time: write a number without a unit of time", column)
