"""The words of messages: what fires or ended, where, the values against their thresholds, since when, and a link."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from domain.alerts import AlertEventKind, late_at_of
from domain.condition_words import Telling, capitalised, sentences_of
from domain.orders import Order
from domain.rules import Severity

_HEADS = {
    AlertEventKind.FIRED: "FIRING",
    AlertEventKind.RESOLVED: "RESOLVED",
    AlertEventKind.REMINDER: "STILL FIRING",
}
# Longer messages are cut: Telegram takes 4,096 characters.
MOST_CHARACTERS = 3500
_MOST_VALUES = 6


@dataclass(frozen=True, slots=True)
class Wording:
    """How messages are written. Without amounts they name no value and no threshold."""

    zone: str = "UTC"
    shows_amounts: bool = True
    link: str | None = None


@dataclass(frozen=True, slots=True)
class EventNews:
    """One event of a message."""

    event: AlertEventKind
    rule: str
    severity: Severity
    subject: str
    at: datetime
    fired_at: datetime | None
    explanation: Mapping[str, Any] | None
    currency: str | None = None  # the base currency of the account that it is about


def title_of(events: Sequence[EventNews]) -> str:
    """The first line of a message."""
    if len(events) == 1:
        return f"{_HEADS[events[0].event]}: {events[0].rule}, {events[0].subject}"
    counts = {head: sum(_HEADS[news.event] == head for news in events) for head in _HEADS.values()}
    return ", ".join(f"{count} {head.lower()}" for head, count in counts.items() if count)


def body_of(events: Sequence[EventNews], wording: Wording) -> str:
    """The lines of all events. Too long a body is cut, and says how many events are left out."""
    parts: list[str] = []
    length = 0
    for number, news in enumerate(events):
        text = "\n".join(_lines(news, wording, len(events) > 1))
        if length + len(text) > MOST_CHARACTERS and parts:
            parts.append(f"and {len(events) - number} more: see Alerts")
            break
        parts.append(text)
        length += len(text)
    return "\n\n".join(parts)


def order_facts(order: Order) -> Mapping[str, str]:
    """An order as the subject of an alert: "sell stop" in words, and its amounts "0.5 BTC at 87311"."""
    amount, price = order.amount, order.limit_price if order.trigger_price is None else order.trigger_price
    coin = "" if order.base is None else f" {order.base}"
    parts = (
        "" if amount is None else f"{amount.normalize():f}{coin}",
        "" if price is None else f"at {price.normalize():f}",
    )
    return {
        "words": f"{order.side.value} {order.kind.value.replace('_', ' ')}",
        "amounts": " ".join(filter(None, parts)),
    }


def order_text(facts: Mapping[str, str], *, shows_amounts: bool) -> str:
    """ "sell stop of 0.5 BTC at 87311", or without amounts "sell stop"."""
    return f"{facts['words']} of {facts['amounts']}" if shows_amounts and facts["amounts"] else facts["words"]


def _lines(news: EventNews, wording: Wording, is_grouped: bool) -> Iterator[str]:
    if is_grouped:
        yield f"{_HEADS[news.event]}: {news.rule}, {news.subject}"
    order = (news.explanation or {}).get("order")
    if order is not None:
        yield order_text(order, shows_amounts=wording.shows_amounts)
    if wording.shows_amounts:
        # A reminder repeats the values of an earlier moment.
        when = "" if news.event is AlertEventKind.REMINDER else None
        yield from value_lines(news.explanation, Telling(currency=news.currency, when=when))
    zone = ZoneInfo(wording.zone)
    since = news.fired_at if news.event is not AlertEventKind.FIRED and news.fired_at is not None else news.at
    yield f"{news.severity.value}, since {since.astimezone(zone):%d %b %H:%M} {wording.zone}"
    if (late_at := late_at_of(news.explanation)) is not None:
        yield f"late: its candles arrived {late_at.astimezone(zone):%d %b %H:%M}"
    if wording.link is not None:
        yield f"{wording.link}/alerts?as_of={quote(news.at.isoformat())}"


def value_lines(tree: Mapping[str, Any] | None, telling: Telling) -> list[str]:
    """A sentence for each comparison with its values: "RSI 14 of 4h is 28.4, below 30"."""
    return [capitalised(sentence) for sentence in sentences_of(tree, telling)][:_MOST_VALUES]
