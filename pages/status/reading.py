"""Data of Status. A query that fails leaves a gap and does not break the page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from db.reads.attempts import FailedAttempt
from db.reads.due_values import ValueProgress
from db.reads.jobs import JobRun
from db.reads.refreshers import QueuedWork, RunningRefresher
from db.reads.sizes import DatabaseSize
from domain.clock_repairs import ClockRepair
from domain.moments import just_after
from domain.permissions import KeyPermission
from domain.snapshot import Account
from domain.sources import Source
from pages.shared.caches import cache_resource
from pages.shared.failures import note
from pages.shared.loaders import SIGHTS
from pages.shared.scene import Scene
from pages.status.board import SLOTS
from pages.status.loaders import (
    load_attempts,
    load_clock_repairs,
    load_failures,
    load_job_runs,
    load_on_time,
    load_permissions,
    load_queued_work,
    load_refreshers,
    load_sizes,
    load_value_progress,
)
from pages.status.on_time import capped
from pages.status.view import SPANS, Attempted

Found = TypeVar("Found")

DAY = timedelta(days=1)
# The newest failures. The strip of each source counts the others.
MOST_FAILURES = 500
# Shares over long spans hardly change. They are queried rarely, because each query reads every refresh of the span.
_STEPS = {"1 h": timedelta(seconds=30), "24 h": timedelta(minutes=5), "7 d": timedelta(minutes=30)}
# A repair of the clock is shown for this long.
_REPAIRS_FOR = timedelta(days=7)
# Results kept for an outage, for the viewers of one set of accounts.
MOST_KNOWN = 1000


def attempted_of(account: Account, scene: Scene) -> Attempted:
    """The attempts of one account until the moment shown."""
    until = _until(scene, timedelta(seconds=10))
    slots = _known(f"slots {account.id}", partial(load_attempts, account, until - DAY, until, SLOTS), scene)
    return Attempted(slots, capped({name: _on_time(account, scene, name, span) for name, span in SPANS.items()}))


def _on_time(account: Account, scene: Scene, name: str, span: timedelta) -> Mapping[Source, Decimal | None]:
    """The shares of one span. A young account uses the shortest step."""
    shares: Mapping[Source, Decimal | None] = {}
    for step in dict.fromkeys((_STEPS[name], _STEPS["1 h"])):
        # The end is rounded down, because the future must not count as late.
        until = _until(scene, step) - step if scene.is_now else scene.at
        shares = _known(f"{name} {account.id}", partial(load_on_time, account, until - span, until), scene) or {}
        if any(share is not None for share in shares.values()):
            break
    return shares


def failures_of(scene: Scene) -> Sequence[tuple[str, FailedAttempt]] | None:
    """Every failed attempt of the last day, with the account's name. None if it could not be read."""
    until = _until(scene, timedelta(seconds=5))
    failures: list[tuple[str, FailedAttempt]] = []
    for account in scene.accounts:
        attempts = _known(
            f"failures {account.id}",
            partial(load_failures, account.id, until - DAY, until, MOST_FAILURES),
            scene,
        )
        if attempts is None:
            return None
        failures += [(account.name, attempt) for attempt in attempts]
    return failures


def job_runs_read(scene: Scene) -> Sequence[JobRun] | None:
    """The last run of each recorded job by the moment shown. None if it could not be read."""
    return _known("jobs", partial(load_job_runs, scene.view.as_of), scene)


def sizes_read(scene: Scene) -> DatabaseSize | None:
    """The size of the database. None if it could not be read."""
    return _known("sizes", load_sizes, scene)


def value_progress_of(account: Account, scene: Scene) -> ValueProgress | None:
    """How much of an account's past is valued now. None if it could not be read."""
    return _known(f"values {account.id}", partial(load_value_progress, account.id), scene)


def permissions_read(scene: Scene) -> Mapping[int, KeyPermission]:
    """The current permissions of the keys, by account. Empty if they could not be read."""
    return _known("permissions", load_permissions, scene) or {}


def clock_repairs_read(scene: Scene) -> Mapping[int, ClockRepair]:
    """The repairs of the last days until the moment shown, by account. Empty if they could not be read."""
    since = _until(scene, timedelta(hours=1)) - _REPAIRS_FOR
    repairs = _known("clock repairs", partial(load_clock_repairs, since), scene) or {}
    return {account_id: repair for account_id, repair in repairs.items() if repair.at <= scene.at}


def refreshers_read(scene: Scene) -> Sequence[RunningRefresher]:
    """The running refreshers. Empty on a past view, or if they could not be read."""
    return (_known("refreshers", load_refreshers, scene) or ()) if scene.is_now else ()


def queued_work_read(scene: Scene) -> Sequence[QueuedWork]:
    """The work in the queue. Empty on a past view, or if it could not be read."""
    return (_known("work", load_queued_work, scene) or ()) if scene.is_now else ()


def _until(scene: Scene, step: timedelta) -> datetime:
    """The exclusive end of a range with the moment shown.

    Now is rounded up to a step, so that sessions share an answer.
    """
    if not scene.is_now:
        return just_after(scene.at)
    steps = int((scene.at - datetime(2000, 1, 1, tzinfo=UTC)) / step) + 1
    return datetime(2000, 1, 1, tzinfo=UTC) + step * steps


def _known(name: str, load: Callable[[], Found], scene: Scene) -> Found | None:
    """The result of `load`. During an outage, the last result for the same moment."""
    results, key = _last_known(), (name, scene.view.as_of)
    try:
        result = load()
    except Exception as error:
        note(name, error)
        return results.get(key)
    results[key] = result
    if len(results) > MOST_KNOWN:
        results.pop(next(iter(results)), None)
    return result


@cache_resource(max_entries=SIGHTS, counted=False)
def _last_known() -> dict[tuple[str, datetime | None], Any]:
    """The last results, by name and moment, for all viewers who may see the same accounts."""
    return {}
