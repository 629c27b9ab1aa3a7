"""Monitoring: refreshes, failures, ages, database size and job runs."""

import time
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from api.params import RequestScope
from api.readiness import read_all_states, readiness_of
from api.states import States, states_response, worst_state
from api.warnings import read_worths, worth_response
from db.reads.attempts import read_attempts, read_failures, read_on_time
from db.reads.due_values import read_value_progress
from db.reads.jobs import JobRun, read_job_runs
from db.reads.refreshes import read_all_refreshes
from db.reads.sizes import DatabaseSize, read_sizes
from domain.snapshot import Account, Refresh
from domain.version import VERSION

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# The newest failures of each account, enough to see a pattern. The Status page shows all of them.
FAILURES = 20
STARTED = time.monotonic()


def read_monitoring(connection: Connection, scope: RequestScope) -> dict[str, Any]:
    """Everything that an operator polls, in one response. No failure is left out."""
    states = read_all_states(connection, scope)
    places = [(account.id, scope.moments[account.id]) for account in scope.accounts if account.id in scope.moments]
    refreshes = {id_: refresh for id_, (refresh, _) in read_all_refreshes(connection, places).items()}
    worths = read_worths(connection, scope)
    ready = readiness_of(scope, states, worths)
    return {
        "now": scope.params.now,
        "status": ready["status"],
        "reasons": ready["reasons"],
        "warnings": ready["warnings"],
        "process": {"version": VERSION, "uptime_seconds": round(time.monotonic() - STARTED, 1)},
        "accounts": [
            _account_response(connection, account, scope, states[account.id], refreshes.get(account.id))
            | {"worth": worth_response(worths.get(account.name))}
            for account in scope.accounts
        ],
        "jobs": [_job_response(run) for run in read_job_runs(connection)],
        "database": _size_response(read_sizes(connection)),
    }


def _account_response(
    connection: Connection, account: Account, scope: RequestScope, states: States, refresh: Refresh | None
) -> dict[str, Any]:
    now = scope.params.now
    attempts = read_attempts(connection, account, now - DAY, now, slots=1)
    on_time = {name: read_on_time(connection, account, now - span, now) for name, span in (("1h", HOUR), ("24h", DAY))}
    sources = states_response(account, states, now)
    for source in account.sources:
        (day,) = attempts[source]
        sources[str(source)] |= {
            "attempts_24h": {"succeeded": day.succeeded, "failed": day.failed},
            "on_time": {name: shares.get(source) for name, shares in on_time.items()},
        }
    return {
        "account": account.name,
        "exchange": account.exchange,
        "is_demo": account.is_demo,
        "refresh_seconds": account.refresh_seconds,
        "state": worst_state(account, states, now),
        "refresh": _refresh_response(refresh, scope),
        "sources": sources,
        "failures": [
            {"source": f.source, "at": f.at, "kind": f.kind, "error": f.error, "duration_ms": f.duration_ms}
            for f in read_failures(connection, account.id, now - DAY, now, FAILURES)
        ],
        "values": asdict(read_value_progress(connection, account.id)),
    }


def _refresh_response(refresh: Refresh | None, scope: RequestScope) -> dict[str, Any] | None:
    if refresh is None:
        return None
    return {
        "taken_at": refresh.taken_at,
        "age_seconds": scope.params.now - refresh.taken_at,
        "duration_ms": refresh.duration_ms,
        "carried": {str(source): as_of for source, as_of in refresh.carried.items()},
        "not_due": {str(source): as_of for source, as_of in refresh.not_due.items()},
    }


def _job_response(run: JobRun) -> dict[str, Any]:
    return {
        "job": run.job,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "duration_seconds": run.duration,
        "outcome": run.outcome,
        "detail": run.detail,
        "next_run_at": run.next_run_at,
    }


def _size_response(size: DatabaseSize) -> dict[str, Any]:
    return {
        "bytes": size.bytes,
        "growth_bytes_per_day": size.growth_per_day,
        "growth_bytes_per_year": size.growth_per_year,
        "free_bytes": size.free,
        "first_refresh_at": size.first_at,
        "tables": [{"name": t.name, "rows_estimate": t.rows_estimate, "bytes": t.bytes} for t in size.tables],
    }
