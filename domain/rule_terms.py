"""The terms that rules may use besides candles and indicators, each with its subject, unit and meaning."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """The things that a rule can be about. Each may also use the terms of the things that it belongs to."""

    MARKET = "market"
    ACCOUNT = "account"
    HOLDING = "holding"
    POSITION = "position"
    ORDER = "order"
    SOURCE = "source"


BELONGS_TO: Mapping[Subject, frozenset[Subject]] = {
    Subject.MARKET: frozenset(),
    Subject.ACCOUNT: frozenset(),
    Subject.HOLDING: frozenset({Subject.ACCOUNT, Subject.MARKET}),
    Subject.POSITION: frozenset({Subject.ACCOUNT, Subject.MARKET}),
    Subject.ORDER: frozenset({Subject.ACCOUNT, Subject.MARKET}),
    Subject.SOURCE: frozenset({Subject.ACCOUNT}),
}


class Unit(StrEnum):
    """The unit of a value. Shares are compared with percentages, and spans of time with durations."""

    PRICE = "price"
    MONEY = "money"
    QUANTITY = "quantity"
    SHARE = "share"
    INDEX = "index"
    SECONDS = "seconds"
    CONDITION = "condition"


class ParameterKind(StrEnum):
    """The kinds of arguments."""

    COUNT = "count"
    FACTOR = "factor"
    TIMEFRAME = "timeframe"
    SPAN = "span"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a term. Without a default it must be given."""

    name: str
    kind: ParameterKind
    default: str | None = None


@dataclass(frozen=True, slots=True)
class TermKind:
    """One term of the language. `least` and `most` bound its values, None for no bound."""

    name: str
    subject: Subject
    unit: Unit
    description: str
    parameters: tuple[Parameter, ...] = ()
    least: float | None = None
    most: float | None = None


def _span(default: str) -> tuple[Parameter, ...]:
    return (Parameter("span", ParameterKind.SPAN, default),)


def _event(name: str, subject: Subject, description: str) -> TermKind:
    return TermKind(name, subject, Unit.CONDITION, description, _span("1d"))


_ALL = (
    TermKind("price", Subject.MARKET, Unit.PRICE, "newest price that a refresh saw", least=0),
    TermKind("net_value", Subject.ACCOUNT, Unit.MONEY, "net value in the base currency of the account"),
    TermKind(
        "drawdown",
        Subject.ACCOUNT,
        Unit.SHARE,
        "fall of net value below its peak. A withdrawal counts too",
        _span("30d"),
        0,
    ),
    TermKind("unprotected_value", Subject.ACCOUNT, Unit.MONEY, "value of holdings without a stop", least=0),
    TermKind("quantity", Subject.HOLDING, Unit.QUANTITY, "quantity held"),
    TermKind("value", Subject.HOLDING, Unit.MONEY, "value in the base currency of the account"),
    TermKind("share", Subject.HOLDING, Unit.SHARE, "share of the net value of the account"),
    TermKind("unrealised", Subject.HOLDING, Unit.MONEY, "open P&L"),
    TermKind("unrealised_share", Subject.HOLDING, Unit.SHARE, "open P&L over cost"),
    TermKind("covered", Subject.HOLDING, Unit.SHARE, "share of the quantity that stops protect", least=0, most=1),
    TermKind("uncovered_value", Subject.HOLDING, Unit.MONEY, "value that no stop protects", least=0),
    TermKind("size", Subject.POSITION, Unit.QUANTITY, "size of the position, negative when short"),
    TermKind("position_value", Subject.POSITION, Unit.MONEY, "value of the position in the base currency", least=0),
    TermKind("open_profit", Subject.POSITION, Unit.MONEY, "open profit of the position"),
    TermKind("distance_to_liquidation", Subject.POSITION, Unit.SHARE, "move of the mark until liquidation", least=0),
    TermKind("distance_to_market", Subject.ORDER, Unit.SHARE, "move of the price until the order acts", least=0),
    TermKind("age", Subject.ORDER, Unit.SECONDS, "time since the order was placed", least=0),
    TermKind("source_age", Subject.SOURCE, Unit.SECONDS, "time since the source last succeeded", least=0),
    TermKind("failing_for", Subject.SOURCE, Unit.SECONDS, "time since the source began to fail", least=0),
    TermKind("key_can_withdraw", Subject.ACCOUNT, Unit.CONDITION, "the key may withdraw"),
    TermKind("key_can_trade", Subject.ACCOUNT, Unit.CONDITION, "the key may trade"),
    _event("order_filled", Subject.ORDER, "the order was filled within the span"),
    _event("order_cancelled", Subject.ORDER, "the order was cancelled within the span"),
    _event("stop_triggered", Subject.ORDER, "the stop was triggered within the span"),
    _event("order_missing", Subject.ORDER, "the order left the list within the span, and nothing explains it"),
    _event("stop_vanished", Subject.ORDER, "the stop vanished within the span, and its holding or position stands"),
    _event("deposit", Subject.ACCOUNT, "a deposit was credited within the span"),
    _event("withdrawal", Subject.ACCOUNT, "a withdrawal left within the span"),
)
ACCOUNT_TERMS: Mapping[str, TermKind] = {kind.name: kind for kind in _ALL}
