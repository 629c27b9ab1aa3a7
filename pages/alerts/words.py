"""Words of alerts and rules on the page: the values of an alert with their moment, and a rule as a sentence. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from analysis.rules.errors import RuleError
from analysis.rules.parsed import parsed_rule
from domain.alert_words import order_text
from domain.alerts import Alert, AlertEvent, AlertEventKind, SubjectKey
from domain.condition_words import Telling, capitalised, joined, sentences_of, words_of
from domain.rule_terms import Subject
from pages.shared.formats import moment_text
from pages.shared.view import View

Currencies = Mapping[int, str]  # the base currencies of accounts, by their ids
NO_CURRENCIES: Currencies = {}
_FIRED = "when it fired"


def values_text(tree: Mapping[str, Any] | None, telling: Telling) -> str:
    """The comparisons of a stored tree as sentences: "Price was 101 when it fired, above 100"."""
    return capitalised(_sentences_text(tree, telling))


def _sentences_text(tree: Mapping[str, Any] | None, telling: Telling) -> str:
    if not tree:
        return ""
    order = tree.get("order")
    parts = [] if order is None else [order_text(order, shows_amounts=not telling.hidden)]
    return joined([*parts, *sentences_of(tree, telling)])


def hides_values(subject: SubjectKey, view: View) -> bool:
    """True if the values about a subject are amounts that the viewer hides. Those of a market are public."""
    return view.hide_amounts and subject.kind is not Subject.MARKET


def row_text(row: Alert | AlertEvent, view: View, at: datetime, currencies: Currencies) -> str:
    """The stored values of an alert or event in sentences. Beside them stands the time at which it fired."""
    telling = _telling(row, view, at, currencies)
    return values_text(row.explanation, replace(telling, when="") if telling.when == _FIRED else telling)


def card_text(row: Alert | AlertEvent, view: View, at: datetime, currencies: Currencies) -> str:
    """An alert on a narrow screen: "BTC: no stop covered it when it fired (0 % covered)"."""
    words = _sentences_text(row.explanation, _telling(row, view, at, currencies))
    return ": ".join(filter(None, [row.subject.label, words]))


def _telling(row: Alert | AlertEvent, view: View, at: datetime, currencies: Currencies) -> Telling:
    """The stored values are those of an event, or of the newest change of an alert. None are as of now."""
    if isinstance(row, AlertEvent):
        when = _FIRED if row.event is AlertEventKind.FIRED else ""
    elif row.changed_at == row.state.fired_at:
        when = _FIRED
    else:
        when = f"at {moment_text(row.changed_at, view.zone, at)}"
    currency = None if row.account_id is None else currencies.get(row.account_id)
    return Telling(hides_values(row.subject, view), currency, when)


def rule_words(text: str) -> str:
    """The condition of a rule in words: "No stop covers it and value is above 5,000". A text of an older form stays."""
    try:
        return capitalised(words_of(parsed_rule(text).holds))
    except RuleError:
        return text
