"""Delivery: whether a message is sent now, later or not at all, and why. Nothing here asks a clock or a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.alerts import AlertEventKind, Mute, MuteScope, SubjectKey
from domain.rule_terms import Subject
from domain.rules import Severity

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
# A message that no attempt delivered for this long has no use any more.
GIVE_UP_AFTER = timedelta(days=1)
# A message about a late event waits this long before the candles that are still missing are looked for again.
_CANDLES_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours without messages, every day. They may go over midnight."""

    begin: time
    end: time
    zone: str

    def end_at(self, now: datetime) -> datetime | None:
        """The end of the quiet hours that a moment is in. None outside of them."""
        local = now.astimezone(ZoneInfo(self.zone))
        over_midnight = self.begin > self.end
        at = local.time()
        is_quiet = (at >= self.begin or at < self.end) if over_midnight else self.begin <= at < self.end
        if not is_quiet:
            return None
        day = local.date() + timedelta(days=1 if over_midnight and at >= self.begin else 0)
        return datetime.combine(day, self.end, ZoneInfo(self.zone)).astimezone(now.tzinfo)


class Ruling(StrEnum):
    """The fate of a message."""

    SEND = "send"
    WAIT = "wait"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Decision:
    """The fate of a message, and why not now. `until` is the end of a wait. `is_capped`: the cap held it back."""

    ruling: Ruling
    reason: str | None = None
    until: datetime | None = None
    is_capped: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """An event of closes whose candles arrived long after. `is_over`: the alert has done something else since then.

    `is_current`: its newest close is evaluated, so that nothing is missing any more.
    """

    is_over: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """A due message, with everything that a decision needs. Without an `event` it is a notice, a digest or a test."""

    channel: str
    kind: str
    severity: Severity
    event: AlertEventKind | None = None
    rule: str = ""
    subject: SubjectKey | None = None
    symbols: frozenset[str] = frozenset()
    account: str | None = None
    is_rule_active: bool = True  # False: the rule was removed or switched off
    no_data: str | None = None  # why its values are unknown now
    fired_was_held: bool = False  # of a resolved alert: nobody was told that it fired
    is_acknowledged: bool = False
    ends_by_itself: bool = False  # its rule asks for events alone
    late: Late | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The state of a channel and its owner at a moment. `sent` counts the messages of the last hour.

    `informed_at` is when it was last told of an alert that is mere information. Further ones wait for `info_every`.
    """

    now: datetime
    mutes: Sequence[Mute] = ()
    quiet: QuietHours | None = None
    sent: int = 0
    per_hour: int = 20
    informed_at: datetime | None = None
    info_every: timedelta = timedelta(0)


def decide(message: Pending, there: Circumstances) -> Decision:
    """The first reason that stands in the way of a message."""
    if message.kind == "test":
        return Decision(Ruling.SEND)
    if message.event is not None and (reason := _useless(message)) is not None:
        return Decision(Ruling.HOLD, reason)
    if message.late is not None and not message.late.is_current:
        return Decision(Ruling.WAIT, "candles since then are missing", there.now + _CANDLES_AGAIN)
    mute = next((mute for mute in there.mutes if is_about(mute, message) and mute.until > there.now), None)
    if mute is not None:
        return Decision(Ruling.HOLD, f"the {mute.label} is muted until {moment_text(mute.until, there.now)}")
    if message.severity is not Severity.CRITICAL and (end := _quiet_until(there)) is not None:
        return Decision(Ruling.WAIT, f"quiet hours until {moment_text(end, there.now)}", end)
    if (until := _collected_until(message, there)) is not None:
        return Decision(Ruling.WAIT, f"information is collected until {moment_text(until, there.now)}", until)
    if there.sent >= there.per_hour and message.kind != "notice":
        return Decision(Ruling.HOLD, f"the cap of {there.per_hour} messages an hour is reached", is_capped=True)
    return Decision(Ruling.SEND)


def moment_text(moment: datetime, now: datetime) -> str:
    """A moment as "02 Nov 07:00 UTC", with its year if that is not the present one."""
    local = moment.astimezone(UTC)
    return f"{local:%d %b %H:%M} UTC" if local.year == now.astimezone(UTC).year else f"{local:%d %b %Y %H:%M} UTC"


def _quiet_until(there: Circumstances) -> datetime | None:
    """The end of quiet hours. None outside of them, and if they cannot be worked out: they must not stop messages."""
    try:
        return None if there.quiet is None else there.quiet.end_at(there.now)
    except (TypeError, ValueError, ArithmeticError, LookupError, OSError):
        return None


def _collected_until(message: Pending, there: Circumstances) -> datetime | None:
    """The end of the time that information is collected for. None if it is sent now."""
    if message.event is None or message.severity is not Severity.INFO or there.informed_at is None:
        return None
    until = there.informed_at + there.info_every
    return until if there.now < until else None


def _useless(message: Pending) -> str | None:
    """The reason that nobody needs a message any more."""
    if not message.is_rule_active:
        return "the rule was removed or switched off"
    if message.event is AlertEventKind.RESOLVED and message.fired_was_held:
        return "the message that it fired was held back"
    if message.event is AlertEventKind.RESOLVED and message.ends_by_itself:
        return "its rule is about events, and their end is no news"
    if message.late is not None and message.late.is_over:
        return _LATE[message.event is AlertEventKind.RESOLVED]
    if message.event is AlertEventKind.REMINDER and message.is_acknowledged:
        return "the alert was acknowledged"
    if message.event is AlertEventKind.REMINDER and message.ends_by_itself:
        return "its rule is about events, and they were told once"
    if message.event is not AlertEventKind.RESOLVED and message.no_data is not None and message.late is None:
        return f"it rests on data that is missing now: {message.no_data}"
    return None


_LATE = {
    False: "its candles arrived late, and the alert had ended by then",
    True: "its candles arrived late, and the alert fired again by then",
}


def about(rule: str, subject: SubjectKey, severity: Severity = Severity.INFO) -> Pending:
    """Any message about an alert, as far as mutes look at it."""
    account = None if subject.kind is Subject.MARKET else subject.place
    return Pending("", "alert", severity, rule=rule, subject=subject, symbols=symbols_of(subject), account=account)


def symbols_of(subject: SubjectKey) -> frozenset[str]:
    """The names of a symbol mute that hold messages about a subject: its symbol, and its coin."""
    symbol = subject.name.partition(" ")[0]
    return frozenset((subject.name, symbol, symbol.partition("/")[0]))


def is_about(mute: Mute, message: Pending) -> bool:
    """True if a mute holds a message back while it is in force."""
    match mute.scope:
        case MuteScope.RULE:
            return mute.target == message.rule
        case MuteScope.ALERT:
            return mute.target == message.rule and mute.subject == message.subject
        case MuteScope.SYMBOL:
            return mute.target in message.symbols
        case MuteScope.ACCOUNT:
            return mute.target == message.account
        case MuteScope.CHANNEL:
            return mute.target == message.channel


def pause_after(attempts: int) -> timedelta:
    """The pause after a failed attempt: 10 s, doubling to an hour."""
    doublings: int = 2 ** min(max(attempts, 1) - 1, 20)
    return min(LONGEST_PAUSE, FIRST_PAUSE * doublings)


def is_reminder_due(fired_at: datetime, reminded_at: datetime | None, every: timedelta, now: datetime) -> bool:
    """True if an alert that fires was last told of longer than `every` ago. No reminders if that is zero."""
    return every > timedelta(0) and now - (reminded_at or fired_at) >= every
