"""Status as it is rendered: healthy, failing, never loaded, in the past, and with its database gone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from db.writes.accounts import AccountSetting, write_accounts
from db.writes.jobs import write_job_finished, write_job_started
from db.writes.permissions import write_permission
from domain.permissions import KeyPermission
from domain.sources import Failure, FailureKind, Source, SourceKind
from pages.status.loaders import load_failures
from tests.factories import ASKED, balance
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import tables_of
from tests.pages.factories import FAILED, ago, configured, seen


def opened(pages: Pages, **query: str) -> AppTest:
    def show() -> None:
        from pages.status.page import show_status

        show_status()

    return pages.page(show, **query)


def table(app: AppTest, column: str) -> Any:
    """The table that has this column."""
    return next(frame for frame in tables_of(app) if column in frame)


def figure(words: str, label: str) -> str:
    """The value of a figure."""
    return words.split(f'"label">{label}<')[1].split('"value">')[1].split("<")[0]


def row(words: str, source: str) -> str:
    """The line of one source on the board."""
    board = words.split('class="sf-board"', 1)[1]
    return board.split(f"<b>{source}</b>")[1].split('role="row"')[0]


def test_a_healthy_account_shows_each_source_as_fresh(pages: Pages):
    seen(pages.writer, configured(pages.writer))
    words = words_of(opened(pages))
    assert figure(words, "Sources fresh") == "5 of 5"
    for source in ("Balances", "Positions", "Orders", "Trigger orders", "Prices"):
        assert "●</i> Fresh" in row(words, source)
        assert "1 attempt, 0 failed" in row(words, source)
    assert "No attempt failed in the last 24 h" in words


def test_a_failing_source_says_since_when_why_and_what_to_do_in_text_and_sign(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(minutes=12, seconds=5))
    seen(pages.writer, account, ago(minutes=2), triggers=FAILED)
    seen(pages.writer, account, ago(seconds=1), triggers=FAILED)
    words = words_of(opened(pages))
    line = row(words, "Trigger orders")
    assert "✕</i> Failing" in line
    assert "12 min" in line
    assert ", 2 times: no response within 8 s. Stillframe retries automatically." in line
    assert "3 attempts, 2 failed" in line
    assert figure(words, "Sources fresh") == "4 of 5"


def test_an_attempt_at_the_moment_shown_counts(pages: Pages):
    account = configured(pages.writer)
    moment = ago(hours=1).replace(microsecond=0)  # a link names a moment to the second
    seen(pages.writer, account, moment, orders=FAILED)
    seen(pages.writer, account, ago(minutes=30))
    words = words_of(opened(pages, as_of=f"{moment:%Y-%m-%dT%H:%M:%SZ}"))
    assert "1 attempt, 1 failed" in row(words, "Orders")
    assert "1 attempt, 0 failed" in row(words, "Balances")
    assert figure(words, "Failed attempts") == "1"


def test_known_errors_stay_listed_after_they_passed(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(hours=3), orders=FAILED)
    seen(pages.writer, account, ago(seconds=1))
    app = opened(pages)
    assert figure(words_of(app), "Sources fresh") == "5 of 5"
    assert figure(words_of(app), "Failed attempts") == "1"
    assert list(table(app, "error")["error"]) == ["no response within 8 s"]


def test_data_read_before_a_moment_was_final_is_read_again(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    account, until = configured(pages.writer), datetime.now(UTC)
    monkeypatch.setattr("pages.shared.loaders.SETTLED_AFTER", timedelta(days=1))
    assert load_failures(account.id, until - timedelta(days=1), until, 9) == ()
    seen(pages.writer, account, until - timedelta(seconds=1), orders=FAILED)
    monkeypatch.setattr("pages.shared.loaders.SETTLED_AFTER", timedelta(0))
    assert [told.error for told in load_failures(account.id, until - timedelta(days=1), until, 9)] == [FAILED.error]


def test_a_source_never_seen_that_fails_is_failing_and_never_seen(pages: Pages):
    seen(pages.writer, configured(pages.writer), prices=FAILED)
    line = row(words_of(opened(pages)), "Prices")
    assert "✕</i> Failing" in line
    assert "never" in line


def test_a_silent_refresher_is_named_with_the_remedy(pages: Pages):
    seen(pages.writer, configured(pages.writer), ago(hours=1))
    words = words_of(opened(pages))
    assert "◑</i> Stale" in row(words, "Balances")
    assert "No refresh has run" not in row(words, "Balances")
    assert "<b>Balances, positions, orders, trigger orders, prices</b><br>No refresh has run recently" in words
    assert figure(words, "Sources fresh") == "0 of 5"


def test_before_the_first_refresh_it_says_so(pages: Pages):
    configured(pages.writer)
    assert "Nothing was loaded yet" in words_of(opened(pages))


def test_jobs_show_their_last_run_its_duration_and_the_next_run(pages: Pages):
    seen(pages.writer, configured(pages.writer))
    began = ago(minutes=5)
    run = write_job_started(pages.writer, "housekeeping", began, None)
    after = began + timedelta(hours=1)
    write_job_finished(pages.writer, run, began + timedelta(milliseconds=250), "failed", "the disk is full", after)
    jobs = table(opened(pages), "job").set_index("job")
    assert jobs.loc["housekeeping", ["outcome", "took", "detail"]].tolist() == [
        "✕ failed",
        "250 ms",
        "the disk is full",
    ]
    assert f"{after:%H:%M:%S}" in jobs.loc["housekeeping", "next"]
    assert "refresh main" in jobs.index


def test_the_database_shows_its_size_and_that_growth_is_unknown_yet(pages: Pages):
    seen(pages.writer, configured(pages.writer))
    app = opened(pages)
    assert "MB" in figure(words_of(app), "Database")
    assert "growth not known yet" in words_of(app)
    assert "order_version" in set(table(app, "table")["table"])


def test_the_app_shows_its_version_and_uptime(pages: Pages):
    seen(pages.writer, configured(pages.writer))
    words = words_of(opened(pages))
    assert figure(words, "Version").count(".") == 2
    assert figure(words, "Uptime")
    assert not re.search(r"since [\d-]+ [\d:]+ UTC", words)  # in the viewer's zone, as every other moment
    assert figure(words, "Sessions")


def test_the_past_shows_what_failed_then(pages: Pages):
    account = configured(pages.writer)
    past = ago(hours=30)
    seen(pages.writer, account, past - timedelta(minutes=1))
    seen(pages.writer, account, past, orders=FAILED)
    seen(pages.writer, account, ago(seconds=1))
    app = opened(pages, as_of=f"{past + timedelta(seconds=5):%Y-%m-%dT%H:%M:%SZ}")
    assert "✕</i> Failing" in row(words_of(app), "Orders")
    assert len(table(app, "error")) == 1
    assert "● Fresh" in row(words_of(opened(pages)), "Orders").replace("</i>", "")


def test_the_page_stays_when_the_database_goes_away(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=70), orders=FAILED)
    seen(pages.writer, account, ago(seconds=1), orders=FAILED)
    app = opened(pages)
    pages.wire.cut()
    again(app)
    again(app)
    words = words_of(app)
    assert "Database unreachable" in words
    assert "✕</i> Failing" in row(words, "Orders")
    assert len(table(app, "error")) == 2
    assert figure(words, "Version")


def test_the_page_opens_when_the_database_was_never_reached(pages: Pages):
    pages.wire.cut()
    words = words_of(opened(pages))
    assert "The database cannot be reached" in words
    assert figure(words, "Uptime")


def test_texts_of_an_exchange_are_never_markup(pages: Pages):
    account = configured(pages.writer)
    bad = Failure(FailureKind.PERMANENT, '<script>alert("x")</script> & co')
    seen(pages.writer, account, ago(seconds=9))
    seen(pages.writer, account, ago(seconds=1), orders=bad)
    line = row(words_of(opened(pages)), "Orders")
    assert "&lt;script&gt;" in line
    assert "<script>" not in line


def test_a_key_that_can_withdraw_is_a_standing_warning_at_the_top(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account)
    assert "this key can" not in words_of(opened(pages))
    write_permission(pages.writer, account.id, KeyPermission(True, False, True, "", ago(hours=3)))
    st.cache_data.clear()
    words = words_of(opened(pages))
    warning = "main: this key can withdraw. Stillframe only reads. Replace the key by a read-only one."
    assert words.index(warning) < words.index("Sources fresh")


def test_trigger_orders_that_cannot_be_read_are_named_and_none_is_claimed(pages: Pages):
    here = configured(
        pages.writer, sources=(Source.BALANCES, Source.ORDERS), not_readable=frozenset({SourceKind.TRIGGERS})
    )
    seen(pages.writer, here, balances=[balance("BTC")])
    assert "Trigger orders: not readable here." in words_of(opened(pages))

    def show_orders() -> None:
        from pages.open_orders.page import show_open_orders

        show_open_orders()

    orders = words_of(pages.page(show_orders))
    assert "No open orders that can be read" in orders
    assert "Trigger orders: not readable here" in orders

    def show_overview() -> None:
        from pages.overview.page import show_overview

        show_overview()

    overview = words_of(pages.page(show_overview))
    assert "some not readable" in overview
    assert figure(overview, "Protected by stops") == "–"


def test_history_sources_show_their_interval(pages: Pages):
    account = configured(pages.writer, history=(Source.FILLS,), history_seconds=90)
    seen(pages.writer, account)
    assert "requested after changes, and every 15 min at least" in row(words_of(opened(pages)), "Fills")


def test_on_a_past_view_present_values_are_marked(pages: Pages):
    account = configured(pages.writer)
    past = ago(hours=30)
    ended = write_job_started(pages.writer, "housekeeping", past - timedelta(minutes=9), None)
    write_job_finished(pages.writer, ended, past - timedelta(minutes=8), "succeeded", "nothing to delete")
    seen(pages.writer, account, past)
    later = write_job_started(pages.writer, "housekeeping", ago(minutes=2), None)
    write_job_finished(pages.writer, later, ago(minutes=1), "failed", "the disk is full")
    seen(pages.writer, account)
    write_permission(pages.writer, account.id, KeyPermission(True, False, True, "", ago(hours=3)))
    app = opened(pages, as_of=f"{past + timedelta(seconds=5):%Y-%m-%dT%H:%M:%SZ}")
    words = words_of(app)
    jobs = table(app, "job").set_index("job")
    assert jobs.loc["housekeeping", "detail"] == "nothing to delete"
    assert f"{past:%H:%M:%S}" in jobs.loc["refresh main", "last"]
    assert "main: currently, this key can withdraw" in words
    assert figure(words, "Database, now")
    for part in ("Database", "App"):
        assert "as it is now, not at the moment shown" in words.split(f"<h2>{part}</h2>")[1].split("</div>")[0]
    assert "as it is now" not in words_of(opened(pages))


def test_a_past_with_hourly_refreshes_is_fresh_and_a_gap_in_it_is_stale(pages: Pages):
    hourly = configured(pages.writer, refresh_seconds=3600)
    past = ago(hours=30)
    seen(pages.writer, hourly, past)
    closely = configured(pages.writer, refresh_seconds=5)
    seen(pages.writer, closely, past + timedelta(hours=1))
    seen(pages.writer, closely)

    def states(at: datetime) -> str:
        return words_of(opened(pages, as_of=f"{at:%Y-%m-%dT%H:%M:%SZ}"))

    in_time = states(past + timedelta(minutes=50))
    assert figure(in_time, "Sources fresh") == "5 of 5"
    assert "every 1 h" in in_time
    assert figure(states(past + timedelta(hours=1, minutes=50)), "Sources fresh") == "0 of 5"


def test_an_account_that_no_refresher_serves_shows_the_remedy(pages: Pages):
    seen(pages.writer, configured(pages.writer))
    write_accounts(pages.writer, [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "second")])
    words = words_of(opened(pages))
    assert figure(words, "Sources fresh") == "5 of 10"
    assert "5 not seen yet" in words
    assert "No refresh has run yet. Is the refresher running, and is this account in its configuration?" in words
