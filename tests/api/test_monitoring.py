"""/api/monitoring/summary: data for operators."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from db.writes.jobs import write_job_finished, write_job_started
from db.writes.refresh import write_refresh
from domain.sources import Source
from refresher.past.values import Values
from tests.api.conftest import known, refreshed
from tests.api.serving import Served
from tests.db.fill_history import write_fills
from tests.factories import failure, fill, observation, valuation

PATH = "/api/monitoring/summary"


def test_refreshes_failures_and_ages_are_listed_by_account(database: Any, api: Served) -> None:
    """Every failure is listed."""
    (account,) = known(database, "main")
    refreshed(database, account, ago=40, worth=valuation())
    refreshed(database, account, ago=20, worth=valuation(), triggers=failure("429 Too Many Requests"))
    refreshed(database, account, worth=valuation(), triggers=failure("502 Bad Gateway"))
    told = api.get(PATH).json()
    assert told["status"] == "degraded"
    (main,) = told["accounts"]
    assert main["refresh"]["age_seconds"] < 20
    assert main["refresh"]["duration_ms"] >= 0
    assert [(f["source"], f["error"]) for f in main["failures"]] == [
        ("triggers", "502 Bad Gateway"),
        ("triggers", "429 Too Many Requests"),
    ]
    assert main["sources"]["triggers"]["attempts_24h"] == {"succeeded": 1, "failed": 2}
    assert main["sources"]["orders"]["attempts_24h"] == {"succeeded": 3, "failed": 0}
    assert set(main["sources"]["orders"]["on_time"]) == {"1h", "24h"}
    assert main["state"] == "failing"


def test_a_source_that_was_not_due_is_named_with_its_age_and_not_as_carried(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, ago=20, worth=valuation())
    now = datetime.now(UTC)
    seen = observation(account, now, worth=valuation())
    results = {source: result for source, result in seen.results.items() if source is not Source.ORDERS}
    write_refresh(database.writer, replace(seen, results=results, not_due=frozenset({Source.ORDERS})))
    (main,) = api.get(PATH).json()["accounts"]
    assert list(main["refresh"]["not_due"]) == ["orders"]
    assert main["refresh"]["carried"] == {}
    assert main["state"] == "fresh"
    assert main["sources"]["orders"]["as_of"] < main["sources"]["balances"]["as_of"]


def test_the_number_of_valued_fills_and_transfers_is_listed(database: Any, api: Served) -> None:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation())
    write_fills(database, account, [fill("1")])
    Values(account, database.writer).work_out(lambda: True)
    write_fills(database, account, [fill("2")])
    (main,) = api.get(PATH).json()["accounts"]
    assert main["values"] == {"fills": 2, "fills_valued": 1, "transfers": 0, "transfers_valued": 0}


def test_jobs_and_sizes_are_listed(database: Any, api: Served) -> None:
    now = datetime.now(UTC)
    run = write_job_started(database.writer, "housekeeping", now, None)
    write_job_finished(database.writer, run, now, "succeeded", "3 rows deleted", now)
    told = api.get(PATH).json()
    (job,) = told["jobs"]
    assert (job["job"], job["outcome"], job["detail"]) == ("housekeeping", "succeeded", "3 rows deleted")
    assert told["database"]["bytes"] > 0
    assert "refresh" in {table["name"] for table in told["database"]["tables"]}


def test_an_account_that_was_never_refreshed_says_so(database: Any, api: Served) -> None:
    known(database, "main")
    (main,) = api.get(PATH).json()["accounts"]
    assert (main["refresh"], main["state"], main["failures"]) == (None, "never", [])
