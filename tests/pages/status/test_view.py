"""Status: words, figures and the board."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from db.reads.attempts import FailedAttempt, Slot
from db.reads.due_values import ValueProgress
from db.reads.jobs import JobRun
from db.reads.sizes import DatabaseSize, TableSize
from domain.freshness import Freshness
from domain.permissions import KeyPermission
from domain.sources import FailureKind, Source, SourceKind, SourceState, Unreadable
from pages.shared.scene import Scene, SourceLight
from pages.shared.view import View
from pages.status.board import board_html, strip_html
from pages.status.on_time import capped
from pages.status.running import running_at
from pages.status.view import (
    Attempted,
    failures_frame,
    figures,
    forecast_text,
    growth_text,
    hidden_names,
    jobs_frame,
    key_warnings,
    share_text,
    source_row,
    tables_frame,
    valued_text,
)
from tests.factories import NOON, account, later, snapshot

SCENE = Scene(View(), (account(),), (snapshot(),), NOON)
NOTHING = Attempted(None, None)


def failing(**values: object) -> SourceLight:
    known = {
        "source": Source.ORDERS,
        "as_of": NOON - timedelta(minutes=4),
        "carried": True,
        "failing_since": NOON - timedelta(minutes=3),
        "failures": 7,
        "error_kind": FailureKind.TEMPORARY,
        "error": "no response within 8 s.",
    }
    return SourceLight(account(), SourceState(**known | values), Freshness.FAILING)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "–"), ("1", "100 %"), ("0.999999", "99.99 %"), ("0.9931", "99.31 %"), ("0.512", "51.2 %"), ("0", "0.0 %")],
)
def test_only_a_source_that_was_never_late_shows_100(share: str | None, text: str):
    assert share_text(None if share is None else Decimal(share)) == text


def test_a_week_is_no_better_than_its_day_allows():
    """The week ends up to an hour earlier, and said 100 % beside 99.74 % of its day."""
    shares: dict[str, dict[Source, Decimal | None]]
    shares = {name: {Source.ORDERS: Decimal(share)} for name, share in (("1 h", "1"), ("24 h", "0.993"), ("7 d", "1"))}
    assert capped(shares)["7 d"] == {Source.ORDERS: Decimal("0.999")}
    worse: dict[str, dict[Source, Decimal | None]]
    worse = {**shares, "1 h": {Source.ORDERS: None}, "7 d": {Source.ORDERS: Decimal("0.5")}}
    assert capped(worse) == worse
    shares["1 h"] = {Source.ORDERS: Decimal(0)}
    assert capped(shares)["24 h"] == {Source.ORDERS: Decimal("0.958333")}


def test_a_source_that_never_answered_was_never_on_time():
    """Shares count from the first refresh of the account. A source without any success has no part in that time."""
    attempted = Attempted(None, {span: {Source.ORDERS: Decimal("0.292")} for span in ("1 h", "24 h", "7 d")})
    assert set(source_row(failing(as_of=None), attempted, SCENE).on_time.values()) == {"0.0 %"}
    assert set(source_row(failing(as_of=None, failures=0), attempted, SCENE).on_time.values()) == {"–"}
    assert set(source_row(failing(), attempted, SCENE).on_time.values()) == {"29.2 %"}


def test_a_failing_source_shows_since_when_how_often_why_what_to_do_and_the_next_attempt():
    row = source_row(failing(next_attempt_at=later(20)), NOTHING, SCENE)
    assert row.trouble == (
        "Failing since 11:57:00 UTC, 7 times: no response within 8 s. Stillframe retries automatically. "
        "Next attempt 12:00:20 UTC."
    )
    assert (row.age, row.seen_utc) == ("4 min", "1 Nov 2026, 11:56:00 UTC")


def test_a_source_that_is_asked_less_often_says_how_often_and_why():
    slow = account(refresh_seconds=5, least_seconds=((Source.ORDERS, 30),))

    def pace(source: Source) -> str:
        return source_row(SourceLight(slow, SourceState(source, NOON, False), Freshness.FRESH), NOTHING, SCENE).pace

    assert pace(Source.ORDERS) == "requested every 30 s: it uses up much of the rate limit"
    assert pace(Source.BALANCES) == ""


def test_a_permanent_failure_says_that_waiting_does_not_help():
    row = source_row(failing(error="wrong key", error_kind=FailureKind.PERMANENT), NOTHING, SCENE)
    assert "Retrying will not help" in row.trouble


def test_unreadable_rows_are_listed():
    row = source_row(failing(unreadable=(Unreadable("amount is not a number", {}),)), NOTHING, SCENE)
    assert "amount is not a number" in board_html([row], View())


def test_attempts_that_could_not_be_read_are_not_shown_as_zero():
    row = source_row(failing(), NOTHING, SCENE)
    assert "not readable just now" in board_html([row], View())
    assert set(row.on_time.values()) == {"–"}


def test_the_strip_shows_each_time_range_by_height_and_text():
    slots = [Slot(NOON, 10, 0), Slot(later(1800), 5, 5), Slot(later(3600), 0, 3), Slot(later(5400), 0, 0)]
    html = strip_html(slots, View())
    assert html.count("<u") == 4
    assert "height:50%" in html
    assert "height:100%" in html
    assert "1 Nov 2026, 12:30:00 UTC: 5 succeeded, 5 failed" in html
    assert "23 attempts, 8 failed" in html
    assert "<u></u>" in html


def test_a_single_failure_among_many_stays_visible():
    assert "height:25%" in strip_html([Slot(NOON, 300, 1)], View())


def test_foreign_texts_are_escaped():
    html = board_html([source_row(failing(error='<img src="x">'), NOTHING, SCENE)], View())
    assert "<img" not in html


def test_figures_count_failures_and_name_problems():
    size = DatabaseSize(5_000_000, (), NOON, 1_200_000)
    fresh, failed, database, last = figures(SCENE, [*SCENE.lights(SourceKind), failing()], 12, size)
    assert (fresh.value, fresh.note, fresh.warns) == ("5 of 6", "orders failing", True)
    assert (failed.value, failed.warns) == ("12", True)
    assert (database.value, database.note) == ("5.0 MB", "+1.2 MB a day")
    assert last.value == "0 s ago"


def test_figures_that_could_not_be_read_are_unknown_and_not_zero():
    _, failed, database, _ = figures(SCENE, [], None, None)
    assert (failed.value, database.value) == ("–", "–")
    assert growth_text(None) == "growth not known yet"


def test_the_disk_is_forecast_from_the_growth_of_a_day():
    """0.003287 GB a day are 1.2 GB in 365 days."""
    growing = DatabaseSize(5_000_000, (), NOON, 3_287_671, 40_000_000_000)
    assert forecast_text(growing) == "at this rate 1.2 GB in a year, 40.0 GB free"
    assert forecast_text(replace(growing, free=None)) == "at this rate 1.2 GB in a year"
    assert forecast_text(replace(growing, growth_per_day=None)) == ""


def test_failures_come_newest_first_with_their_account():
    attempts = [FailedAttempt(Source.ORDERS, later(n), FailureKind.BAD_PAYLOAD, f"error {n}", 1250) for n in (1, 3, 2)]
    frame = failures_frame([("main", attempt) for attempt in attempts], View())
    assert list(frame["error"]) == ["error 3", "error 2", "error 1"]
    assert (frame["kind"][0], frame["took"][0], frame["source"][0]) == ("not understood", "1,250 ms", "Orders")


def test_a_job_that_still_runs_or_died_has_no_duration():
    run = JobRun("housekeeping", NOON, None, "running", None, None)
    row = jobs_frame([run], SCENE).iloc[0]
    assert (row["outcome"], row["took"], row["next"], row["detail"]) == ("◔ running", "–", "–", "")


def test_a_table_without_an_estimate_of_its_rows_does_not_show_zero():
    frame = tables_frame(DatabaseSize(1, (TableSize("price", None, 2_500_000),), None, None))
    assert frame["rows"].isna().all()
    assert list(frame["megabytes"]) == [2.5]


def test_the_process_shows_its_uptime_and_no_invented_sessions():
    running = running_at(later(60))
    assert running.uptime == later(60) - running.started_at
    assert running.sessions is None


def test_a_key_that_can_do_more_than_read_is_a_warning_and_an_unknown_one_is_not():
    accounts = [account(id=n, name=f"a{n}") for n in range(5)] + [account(id=5, name="gone", is_configured=False)]
    known = {
        0: KeyPermission(True, False, True, "", NOON),
        1: KeyPermission(True, True, False, "", NOON),
        2: KeyPermission(True, None, None, "not told here", NOON),
        3: KeyPermission(True, False, False, "", NOON),
        5: KeyPermission(True, True, True, "", NOON),
    }
    remedy = "Stillframe only reads. Replace the key by a read-only one."
    assert [words for words, _ in key_warnings(accounts, known, is_now=True)] == [
        f"a0: this key can withdraw. {remedy}",
        f"a1: this key can trade. {remedy}",
    ]


def test_a_source_that_cannot_be_read_has_its_own_line_on_the_board():
    here = account(not_readable=frozenset({SourceKind.TRIGGERS}))
    board = board_html([], View(), hidden_names(here))
    assert "Trigger orders: not readable here." in board
    assert "not readable" not in board_html([], View(), hidden_names(account()))


def test_few_stale_sources_are_named_and_many_are_counted():
    def note(*sources: Source) -> str:
        return figures(SCENE, [failing(source=source) for source in sources], 0, None)[0].note

    assert note(Source.ORDERS, Source.PRICES) == "orders, prices failing"
    assert note(Source.ORDERS, Source.PRICES, Source.TRIGGERS) == "3 failing"


def test_one_problem_of_several_sources_is_shown_once():
    rows = [source_row(failing(source=source), NOTHING, SCENE) for source in (Source.ORDERS, Source.PRICES)]
    odd = source_row(failing(source=Source.BALANCES, error="wrong key"), NOTHING, SCENE)
    html = board_html([*rows, odd], View())
    assert html.count("no response within 8 s") == 1
    assert "<b>Orders, prices</b><br>Failing since" in html
    assert html.count("wrong key") == 1
    assert "wrong key" in html.split("<b>Balances</b>")[1]


@pytest.mark.parametrize(
    ("progress", "is_now", "words"),
    [
        (None, True, ""),
        (ValueProgress(), True, ""),
        (ValueProgress(1000, 1000), True, "Valued at their own time: 1,000 of 1,000 fills."),
        (
            ValueProgress(1000, 20, 4, 4),
            False,
            "Valued at their own time (as of now): 20 of 1,000 fills, 4 of 4 transfers. The rest follows, the newest "
            "first.",
        ),
    ],
)
def test_the_board_says_how_much_of_the_past_is_valued(progress, is_now, words):
    assert valued_text(progress, is_now=is_now) == words


def test_a_refresh_without_any_response_is_said_even_if_the_history_is_fresh():
    history = SourceLight(account(), SourceState(Source.FILLS, NOON, False), Freshness.FRESH)
    silent = figures(SCENE, [failing(), history], 1, None)[-1]
    assert (silent.note, silent.warns) == ("12:00:00 UTC, no source responded", True)
    partly = figures(SCENE, [*SCENE.lights(SourceKind), failing(), history], 1, None)[-1]
    assert (partly.note, partly.warns) == ("12:00:00 UTC", False)


def test_rows_that_were_not_understood_are_counted_by_their_reason():
    rows = tuple(Unreadable(reason, {}) for reason in ("side is missing", "side is missing", "no price"))
    state = SourceState(Source.ORDERS, NOON, False, unreadable_rows=3, unreadable=rows)
    notes = source_row(SourceLight(account(), state, Freshness.FRESH), NOTHING, SCENE).notes
    assert notes == ["2 rows were not understood: side is missing", "1 row was not understood: no price"]
