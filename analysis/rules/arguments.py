"""Arguments of terms: their number, kind and bounds."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from analysis.rules.errors import RuleError
from domain.rule_terms import Parameter, ParameterKind, TermKind
from domain.rule_tree import Argument
from domain.timeframes import LENGTHS

Placed = tuple[Argument, int | None]  # an argument and its column

_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
_COUNTS = (2, 500)
_FACTORS = (Decimal("0.1"), Decimal(10))
_LONGEST_SPAN = timedelta(days=366)


def seconds_in(text: str) -> Decimal:
    """The seconds of a duration such as 90m, 4h or 1.5d."""
    return Decimal(text[:-1]) * _SECONDS[text[-1].lower()]


def span_in(argument: Argument, column: int | None) -> timedelta:
    """The span of an argument, given as a duration or as a text with one."""
    if isinstance(argument, str):
        argument = _parsed_span(argument, column)
    if not isinstance(argument, timedelta):
        raise RuleError(f"{argument} is no span: write one such as 90m, 4h or 7d", column)
    if not timedelta(minutes=1) <= argument <= _LONGEST_SPAN:
        raise RuleError("a span lasts from 1m to 366d", column)
    if argument % timedelta(minutes=1):
        raise RuleError("a span has whole minutes", column)
    return argument


def _parsed_span(text: str, column: int | None) -> timedelta:
    try:
        return timedelta(seconds=float(seconds_in(text.strip())))
    except (KeyError, ArithmeticError, IndexError):
        raise RuleError(f"{text!r} is no span: write one such as 90m, 4h or 7d", column) from None


def complete_arguments(kind: TermKind, arguments: Sequence[Placed], column: int | None) -> tuple[Argument, ...]:
    """The arguments of a term in the order of its parameters, with defaults. A timeframe may stand at any place."""
    remaining, complete = list(arguments), list[Argument]()
    for parameter in kind.parameters:
        index = _place_of(parameter, remaining)
        if index is not None:
            complete.append(_checked(kind, parameter, *remaining.pop(index)))
        elif parameter.default is not None:
            complete.append(_default(parameter))
    if remaining:
        names = ", ".join(parameter.name for parameter in kind.parameters)
        takes = f"takes {names}" if names else "takes no argument"
        raise RuleError(f"{kind.name} {takes}, and {remaining[0][0]} is one too many", remaining[0][1] or column)
    return tuple(complete)


def _place_of(parameter: Parameter, arguments: Sequence[Placed]) -> int | None:
    """The first argument that suits a parameter: numbers for counts, spans for timeframes."""
    is_numeric = parameter.kind in (ParameterKind.COUNT, ParameterKind.FACTOR)
    for index, (argument, _) in enumerate(arguments):
        if isinstance(argument, Decimal) is is_numeric:
            return index
    return None


def _checked(kind: TermKind, parameter: Parameter, argument: Argument, column: int | None) -> Argument:
    match parameter.kind:
        case ParameterKind.COUNT | ParameterKind.FACTOR:
            assert isinstance(argument, Decimal)
            return _checked_number(kind, parameter, argument, column)
        case ParameterKind.TIMEFRAME:
            return _checked_timeframe(argument, column)
        case ParameterKind.SPAN:
            return span_in(argument, column)


def _checked_number(kind: TermKind, parameter: Parameter, number: Decimal, column: int | None) -> Decimal:
    is_count = parameter.kind is ParameterKind.COUNT
    lower, upper = _COUNTS if is_count else _FACTORS
    if parameter.name in ("signal", "smooth"):
        lower = 1
    if not lower <= number <= upper or (is_count and number != number.to_integral_value()):
        what = "a whole number" if is_count else "a number"
        raise RuleError(f"{parameter.name} of {kind.name} is {number}: use {what} from {lower} to {upper}", column)
    return number


def _checked_timeframe(argument: Argument, column: int | None) -> str:
    span = argument if isinstance(argument, timedelta) else None
    name = next((name for name, length in LENGTHS.items() if name == argument or length == span), None)
    if name is None:
        raise RuleError(f"{_shown(argument)} is no timeframe: use one of {', '.join(LENGTHS)}", column)
    return name


def _shown(argument: Argument) -> str:
    return repr(argument) if isinstance(argument, str) else str(argument)


def _default(parameter: Parameter) -> Argument:
    assert parameter.default is not None
    match parameter.kind:
        case ParameterKind.COUNT | ParameterKind.FACTOR:
            return Decimal(parameter.default)
        case ParameterKind.TIMEFRAME:
            return parameter.default
        case ParameterKind.SPAN:
            return span_in(parameter.default, None)
