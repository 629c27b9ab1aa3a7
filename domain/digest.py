"""Daily digest: net value, its change and why, what ended, and what no stop protects, as one message."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from domain.alert_words import Wording
from domain.attribution import Attribution, Line
from domain.change import NetValueChange
from domain.endings import Ending
from domain.order_ends import OrderEnd
from domain.orders import Role

# A list of a digest names so many rows, and counts the others.
_MOST = 5
_CENT, _NO_CENTS_FROM = Decimal("0.01"), 10_000
_LINES = {
    Line.PRICES: "prices",
    Line.CONTRACTS: "contracts",
    Line.FUNDING: "funding",
    Line.INTEREST: "interest",
    Line.REBATES: "rebates",
    Line.FEES: "all fees",
    Line.OTHER: "other movements",
    Line.CURRENCY: "exchange rates",
    Line.FLOWS: "deposits less withdrawals",
}


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A holding that stops do not cover, or not all of it. `value` is what they leave open, None if unknown."""

    account: str
    coin: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Digest:
    """The facts of one digest over the 24 hours before `at`. Money is in `currency`. None is unknown.

    `unread` names the holdings of unknown protection. `late` names accounts without a refresh since the digest was due,
    `unseen` those that were never refreshed: nothing of theirs is counted.
    """

    at: datetime
    currency: str
    net_value: Decimal | None
    change: NetValueChange
    attribution: Attribution | None = None
    ended: Sequence[OrderEnd] = ()
    uncovered: Sequence[Uncovered] = ()
    unread: Sequence[str] = ()
    firing: int = 0
    late: Sequence[str] = ()
    unseen: Sequence[str] = ()
    several_accounts: bool = False


def due_at(now: datetime, at: time, zone: str) -> datetime:
    """The newest moment of a digest up to now, in the user's zone. Before today's it is yesterday's."""
    tz = ZoneInfo(zone)
    today = now.astimezone(tz).date()
    moment = datetime.combine(today, at, tz).astimezone(now.tzinfo)
    if moment <= now:
        return moment
    return datetime.combine(today - timedelta(days=1), at, tz).astimezone(now.tzinfo)


def digest_title(day: date) -> str:
    """The first line: "Daily digest, 30 Nov". A digest written after midnight names the day that it was due on."""
    return f"Daily digest, {day:%d %b}"


def digest_body(digest: Digest, wording: Wording) -> str:
    """The lines of a digest. Without amounts they say percentages, names and counts alone."""
    return "\n".join(_lines(digest, wording))


def _lines(digest: Digest, wording: Wording) -> Iterator[str]:
    unseen = f", without {_some(digest.unseen)}: not seen yet" if digest.unseen else ""
    yield _worth_line(digest, wording.shows_amounts) + unseen
    if digest.change.why:
        yield f"The change of 24 h is unknown: {digest.change.why}"
    elif digest.attribution is not None and (why := _why(digest.attribution, wording.shows_amounts)):
        yield why
    yield _ended_line(digest)
    yield from _listed([_end_text(end, digest.several_accounts) for end in digest.ended])
    yield _uncovered_line(digest, wording.shows_amounts)
    if digest.unread:
        yield f"Protection unknown: {_some(digest.unread)}"
    if digest.firing:
        yield f"{_count(digest.firing, 'alert fires', 'alerts fire')} now"
    if digest.late:
        yield f"Not refreshed since this digest was due: {_some(digest.late)}"
    if wording.link is not None:
        yield f"{wording.link}/?as_of={quote(digest.at.isoformat())}"


def _worth_line(digest: Digest, shows_amounts: bool) -> str:
    fraction, amount = digest.change.fraction, digest.change.amount
    percent = "" if fraction is None else f"{fraction * 100:+.2f} %"
    if not shows_amounts:
        return f"Net value {percent} in 24 h" if percent else "Net value: its change is unknown"
    if digest.net_value is None:
        return "Net value is unknown"
    worth = f"Net value {_money(digest.net_value)} {digest.currency}"
    if amount is None:
        return worth
    return f"{worth}, {_money(amount, signed=True)}{f' ({percent})' if percent else ''} in 24 h"


def _why(attribution: Attribution, shows_amounts: bool) -> str:
    """The lines of the change, the largest first. Lines below a cent are left out."""
    named = [(_LINES[line], amount) for line, amount in attribution.lines.items()]
    named.append(("not explained", attribution.rest))
    rows = sorted((row for row in named if abs(row[1]) >= _CENT), key=lambda row: -abs(row[1]))
    if not rows:
        return ""
    if not shows_amounts:
        return f"Mostly by {rows[0][0]}"
    return "Why: " + ", ".join(f"{name} {_money(amount, signed=True)}" for name, amount in rows)


def _ended_line(digest: Digest) -> str:
    if not digest.ended:
        return "No order ended"
    counts = Counter(_ending_word(end) for end in digest.ended)
    total = _count(len(digest.ended), "order", "orders")
    return f"{total} ended: " + ", ".join(f"{count} {ending}" for ending, count in counts.most_common())


def _end_text(end: OrderEnd, several_accounts: bool) -> str:
    order = end.order
    role = "stop" if order.is_stop else "" if order.role is Role.UNKNOWN else order.role.value.replace("_", " ")
    account = order.account if several_accounts else ""
    words = " ".join(word for word in (account, order.symbol, order.side.value, role) if word)
    return f"- {words}: {_ending_word(end)}"


def _ending_word(end: OrderEnd) -> str:
    return "no longer open" if end.ending is Ending.GONE else end.ending.value


def _uncovered_line(digest: Digest, shows_amounts: bool) -> str:
    if not digest.uncovered:
        return "Nothing is without a stop" if not digest.unread else "No holding is known to be without a stop"
    rows = sorted(digest.uncovered, key=lambda row: -(row.value or Decimal(0)))
    texts = [_uncovered_text(row, digest, shows_amounts) for row in rows[:_MOST]]
    more = len(rows) - len(texts)
    return "Without a stop: " + ", ".join(texts) + (f" and {more} more" if more > 0 else "")


def _uncovered_text(row: Uncovered, digest: Digest, shows_amounts: bool) -> str:
    name = f"{row.account} {row.coin}" if digest.several_accounts else row.coin
    if not shows_amounts:
        return name
    return f"{name} {'of unknown value' if row.value is None else f'{_money(row.value)} {digest.currency}'}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more


def _listed(texts: Sequence[str]) -> Iterator[str]:
    yield from texts[:_MOST]
    if len(texts) > _MOST:
        yield f"- and {len(texts) - _MOST} more"


def _count(count: int, singular: str, plural: str) -> str:
    return f"{count} {singular if count == 1 else plural}"


def _money(value: Decimal, *, signed: bool = False) -> str:
    """Two decimals below 10,000 and none above, as on the pages."""
    decimals = 2 if abs(value) < _NO_CENTS_FROM else 0
    return f"{value:{'+' if signed else ''},.{decimals}f}"
