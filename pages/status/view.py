"""View: records and frames of the Status page. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd

from db.reads.attempts import FailedAttempt, Slot
from db.reads.due_values import ValueProgress
from db.reads.jobs import JobRun
from db.reads.sizes import DatabaseSize
from domain.clock_repairs import ClockRepair
from domain.freshness import Freshness
from domain.permissions import KeyPermission, excess_of
from domain.snapshot import Account
from domain.sources import HISTORY_KINDS, FailureKind, Source, SourceState
from pages.shared.formats import UNKNOWN, age_text, bytes_text, moment_text, percent_text, utc_text
from pages.shared.scene import Scene, SourceLight
from pages.shared.states import FRESHNESS_WORDS, remedy_of, silence_remedy, source_name
from pages.shared.view import View
from pages.shared.widgets_html import Kpi

SPANS = {"1 h": timedelta(hours=1), "24 h": timedelta(days=1), "7 d": timedelta(days=7)}
KINDS = {
    FailureKind.TEMPORARY: "temporary",
    FailureKind.PERMANENT: "permanent",
    FailureKind.BAD_PAYLOAD: "not understood",
    FailureKind.NOT_ASKED: "not requested",
}
MOST_NAMED = 2  # more sources than these are counted instead of named
OUTCOMES = {"running": "◔ running", "succeeded": "● succeeded", "failed": "✕ failed"}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source on the board, as texts. `slots` None: its attempts could not be read."""

    name: str
    freshness: Freshness
    age: str
    seen: str
    seen_utc: str
    on_time: Mapping[str, str]
    slots: Sequence[Slot] | None
    pace: str  # for sources outside of the refreshes: how often they are requested, their attempts are not counted
    trouble: str  # the last error in plain words with its remedy, "" without an error
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Attempted:
    """The attempts of one account by source. None: could not be read just now."""

    slots: Mapping[Source, Sequence[Slot]] | None
    on_time: Mapping[str, Mapping[Source, Decimal | None]] | None


def source_row(light: SourceLight, attempted: Attempted, scene: Scene) -> SourceRow:
    """One source of one account."""
    state, zone = light.state, scene.view.zone
    shares = {span: _share_of(state, (attempted.on_time or {}).get(span, {})) for span in SPANS}
    return SourceRow(
        name=source_name(state.source),
        freshness=light.freshness,
        age="never" if state.as_of is None else age_text(scene.at - state.as_of),
        seen=moment_text(state.as_of, zone, scene.at),
        seen_utc=utc_text(state.as_of),
        on_time={span: share_text(share) for span, share in shares.items()},
        slots=None if attempted.slots is None else attempted.slots.get(state.source, ()),
        pace=_pace(light, scene),
        trouble=_trouble(light, scene),
        notes=[_unreadable_words(*counted) for counted in Counter(row.error for row in state.unreadable).items()],
    )


def _share_of(state: SourceState, shares: Mapping[Source, Decimal | None]) -> Decimal | None:
    """The share of time on schedule. A source that never answered was never on time. None if it was never asked."""
    if state.as_of is None:
        return Decimal(0) if state.failures else None
    return shares.get(state.source)


def _unreadable_words(error: str, rows: int) -> str:
    return f"{'1 row was' if rows == 1 else f'{rows:,} rows were'} not understood: {error}"


def _pace(light: SourceLight, scene: Scene) -> str:
    asked_every = light.account.request_interval(light.state.source)
    if light.state.source.kind not in HISTORY_KINDS:
        is_slower = asked_every != light.account.expected
        return f"requested {every_text(asked_every)}: it uses up much of the rate limit" if is_slower else ""
    if not scene.is_now:
        return "known up to the refresh shown, attempts are not kept"
    return f"requested after changes, and {every_text(asked_every)} at least, page by page"


def every_text(span: timedelta) -> str:
    """An interval in words, in seconds unless it is a whole number of minutes."""
    seconds = round(span.total_seconds())
    return f"every {seconds} s" if seconds < 120 or seconds % 60 else f"every {age_text(span)}"


def hidden_names(account: Account) -> Sequence[str]:
    """The display names of the sources that this account cannot read."""
    return [source_name(Source.of(kind)) for kind in sorted(account.not_readable)]


def key_warnings(
    accounts: Iterable[Account], permissions: Mapping[int, KeyPermission], *, is_now: bool
) -> Sequence[tuple[str, str]]:
    """Permissions of keys beyond reading, with the evidence. Unknown permissions give no warning.

    Only current permissions are known. A past view says so.
    """
    warnings = []
    for account in accounts:
        may = permissions.get(account.id)
        if account.is_configured and may is not None and (excess := excess_of(may)) is not None:
            words = f"{account.name}: {'this key can' if is_now else 'currently, this key can'} {excess}."
            remedy = "Stillframe only reads. Replace the key by a read-only one."
            warnings.append((f"{words} {remedy}", f"Stated by the exchange at {utc_text(may.checked_at)}"))
    return warnings


def clock_text(repair: ClockRepair, zone: ZoneInfo, at: datetime) -> str:
    """A repair after a clock was ahead: what was done, and what it means."""
    refreshes = "1 refresh" if repair.refreshes == 1 else f"{repair.refreshes:,} refreshes"
    return (
        f"The clock of the refresher was ahead by up to {age_text(repair.ahead)}. At "
        f"{moment_text(repair.at, zone, at)} {refreshes} of the future "
        f"{'was' if repair.refreshes == 1 else 'were'} set aside. Refreshes go on since then."
    )


def share_text(share: Decimal | None) -> str:
    """A share of time. Only a source that was never late shows 100 %."""
    if share is None:
        return UNKNOWN
    return "100 %" if share == 1 else percent_text(min(share, Decimal("0.9999")), decimals=2 if share > 0.99 else 1)


def valued_text(progress: ValueProgress | None, *, is_now: bool) -> str:
    """How many fills and transfers have a value at their own time. "" without any."""
    if progress is None:
        return ""
    counts = {
        "fills": (progress.fills_valued, progress.fills),
        "transfers": (progress.transfers_valued, progress.transfers),
    }
    parts = [f"{valued:,} of {total:,} {name}" for name, (valued, total) in counts.items() if total]
    if not parts:
        return ""
    is_behind = any(valued < total for valued, total in counts.values())
    end = ". The rest follows, the newest first." if is_behind else "."
    return f"Valued at their own time{'' if is_now else ' (as of now)'}: {', '.join(parts)}{end}"


def _trouble(light: SourceLight, scene: Scene) -> str:
    state, view = light.state, scene.view
    if state.error is None:
        return silence_remedy(light.freshness, state, scene.at, scene.is_now and scene.outage is None)
    since = (
        f"Failing since {moment_text(state.failing_since, view.zone, scene.at)}" if state.failing_since else "Failing"
    )
    times = f", {state.failures:,} times" if state.failures > 1 else ""
    following = (
        f" Next attempt {moment_text(state.next_attempt_at, view.zone, scene.at)}." if state.next_attempt_at else ""
    )
    return f"{since}{times}: {state.error.rstrip('.')}. {remedy_of(state, scene.is_now)}{following}".rstrip()


def figures(
    scene: Scene, lights: Sequence[SourceLight], failures: int | None, size: DatabaseSize | None
) -> Sequence[Kpi]:
    """The figures at the top of the page. A failure counts even if the source works again."""
    fresh = sum(light.freshness is Freshness.FRESH for light in lights)
    amiss = [light for light in lights if light.freshness is not Freshness.FRESH]
    held, growth = (size.bytes, size.growth_per_day) if size else (None, None)
    return (
        Kpi("Sources fresh", f"{fresh} of {len(lights)}", _amiss_words(amiss), warns=bool(amiss)),
        Kpi(
            "Failed attempts",
            UNKNOWN if failures is None else f"{failures:,}",
            "in the last 24 h",
            warns=bool(failures),
        ),
        Kpi(f"Database{'' if scene.is_now else ', now'}", bytes_text(held), growth_text(growth)),
        _last_refresh(scene, lights),
    )


def _amiss_words(amiss: Sequence[SourceLight]) -> str:
    """The sources that are not fresh: names if there are few, else counts."""
    if not amiss:
        return "all answer in time"
    named: dict[str, list[str]] = {}
    for light in amiss:
        named.setdefault(FRESHNESS_WORDS[light.freshness].lower(), []).append(source_name(light.state.source).lower())
    if len(amiss) <= MOST_NAMED:
        return "; ".join(f"{', '.join(dict.fromkeys(names))} {word}" for word, names in named.items())
    return ", ".join(f"{len(names)} {word}" for word, names in sorted(named.items()))


def _last_refresh(scene: Scene, lights: Sequence[SourceLight]) -> Kpi:
    """The time of the last refresh. If no source of it answered, the note says so.

    A separate job reads the history, so its sources say nothing about the refresh.
    """
    refreshed = [light for light in lights if light.state.source.kind not in HISTORY_KINDS]
    silent = bool(refreshed) and all(light.state.carried for light in refreshed)
    when = moment_text(scene.taken_at, scene.view.zone, scene.at)
    note = f"{when}, no source responded" if silent else when
    return Kpi("Last refresh", _since(scene.taken_at, scene.at), note, warns=silent)


def _since(moment: datetime | None, at: datetime) -> str:
    return UNKNOWN if moment is None else f"{age_text(at - moment)} ago"


def forecast_text(size: DatabaseSize) -> str:
    """The growth of a year at the present rate, and the space for it. Empty until there is half a day to measure."""
    if size.growth_per_year is None:
        return ""
    free = "" if size.free is None else f", {bytes_text(size.free)} free"
    return f"at this rate {bytes_text(size.growth_per_year)} in a year{free}"


def growth_text(growth: int | None) -> str:
    """The growth of the database. Unknown until there is half a day to measure."""
    return "growth not known yet" if growth is None else f"+{bytes_text(growth)} a day"


def failures_frame(failures: Iterable[tuple[str, FailedAttempt]], view: View) -> pd.DataFrame:
    """All failed attempts, newest first, with the account's name."""
    ordered = sorted(failures, key=lambda failure: failure[1].at, reverse=True)
    return pd.DataFrame(
        {
            "when": [moment_text(attempt.at, view.zone) for _, attempt in ordered],
            "account": [name for name, _ in ordered],
            "source": [source_name(attempt.source) for _, attempt in ordered],
            "kind": [KINDS[attempt.kind] for _, attempt in ordered],
            "error": [attempt.error for _, attempt in ordered],
            "took": [f"{attempt.duration_ms:,} ms" for _, attempt in ordered],
            "utc": [utc_text(attempt.at) for _, attempt in ordered],
        },
        dtype="str",
    )


def jobs_frame(runs: Iterable[JobRun], scene: Scene) -> pd.DataFrame:
    """Every job with its last run."""
    zone, runs = scene.view.zone, tuple(runs)
    return pd.DataFrame(
        {
            "job": [run.job for run in runs],
            "last": [moment_text(run.started_at, zone, scene.at) for run in runs],
            "outcome": [OUTCOMES.get(run.outcome, run.outcome) for run in runs],
            "took": [_took(run) for run in runs],
            "next": [moment_text(run.next_run_at, zone, scene.at) for run in runs],
            "detail": [run.detail or "" for run in runs],
        },
        dtype="str",
    )


def _took(run: JobRun) -> str:
    return UNKNOWN if run.duration is None else f"{run.duration / timedelta(milliseconds=1):,.0f} ms"


def tables_frame(size: DatabaseSize) -> pd.DataFrame:
    """The tables of the database, largest first. Row counts are Postgres's estimates."""
    return pd.DataFrame(
        {
            "table": [table.name for table in size.tables],
            "rows": pd.Series([table.rows_estimate for table in size.tables], dtype="Int64"),
            "megabytes": [table.bytes / 1_000_000 for table in size.tables],
        }
    )
