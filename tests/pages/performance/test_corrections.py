"""Corrections on Performance: what came to be known of a month after it was over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from db.writes.period_closes import write_compared_period, write_recorded_period
from domain.period_close import (
    BOUNDS,
    OTHERWISE,
    PeriodCorrection,
    PeriodFigures,
    PeriodKind,
    RecordedPeriod,
    cause_of,
)
from pages.performance.corrections import CORRECTIONS, corrected_words, corrections_by_day, corrections_frame
from pages.shared.view import View
from tests.factories import NOON
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import contents_of, sheet_of
from tests.pages.factories import ago
from tests.pages.performance.test_page import opened, three_days

KNOWN_AT = NOON + timedelta(days=9)
WAS = PeriodFigures({"gain": Decimal("120"), "flows": Decimal(0), "rest": None}, 3, 1)
NOW = PeriodFigures({"gain": Decimal("132.34"), "flows": Decimal(0), "rest": Decimal(1)}, 5, 1)


def period(account_id: int, at: datetime, known_at: datetime) -> RecordedPeriod:
    """A month with a correction."""
    since = datetime(at.year, at.month, 1, tzinfo=UTC)
    correction = PeriodCorrection(known_at, WAS, NOW, "2 late fills")
    return RecordedPeriod(
        account_id, PeriodKind.MONTH, since, since + timedelta(days=28), "USD", known_at - timedelta(hours=1), WAS,
        (correction,),
    )  # fmt: skip


def test_each_changed_figure_is_a_row_with_what_was_recorded_and_what_is_known_now() -> None:
    frame = corrections_frame([period(1, NOON, KNOWN_AT)], {1: "main"}, View())
    assert list(frame.columns) == [column.name for column in CORRECTIONS]
    assert frame.iloc[0].to_list() == [
        "2026-11", "main", "Gain", "+$120.00", "+$12.34", "+$132.34", "10 Nov 2026, 12:00:00 UTC", "2 late fills",
        "2026-11 · main",
    ]  # fmt: skip
    assert frame.iloc[1].to_list()[2:6] == ["Rest", "–", "–", "+$1.00"]
    assert len(frame) == 2  # flows did not change
    (words,) = corrected_words([period(1, NOON, KNOWN_AT)], {1: "main"}, View())
    assert words == "2026-11 of main: gain corrected on 10 Nov 2026, 12:00:00 UTC by +$12.34: 2 late fills."


def test_corrections_of_one_month_and_cause_are_one_sentence() -> None:
    """The figures went from 120 to 132.34 and on to 140: 20 in all. The page listed a line for each."""
    first = period(1, NOON, KNOWN_AT)
    later_figures = PeriodFigures({**NOW.amounts, "gain": Decimal(140)}, 6, 1)
    second = PeriodCorrection(KNOWN_AT + timedelta(hours=1), NOW, later_figures, "1 late fill")
    other = PeriodCorrection(KNOWN_AT, WAS, replace(NOW, fills=WAS.fills), OTHERWISE)
    words = corrected_words([replace(first, corrections=(*first.corrections, second, other))], {1: "main"}, View())
    assert list(words) == [
        "2026-11 of main: gain corrected 2 times, the last one on 10 Nov 2026, 13:00:00 UTC, together by +$20.00: "
        "3 late fills.",
        f"2026-11 of main: gain corrected on 10 Nov 2026, 12:00:00 UTC by +$12.34: {OTHERWISE}.",
    ]


def test_a_change_of_rules_is_no_late_fill() -> None:
    """Both corrections began from figures of the earlier rule, so the sentence counted two late fills."""
    old = replace(WAS, is_half_open=False)
    middle = replace(old, amounts={"gain": Decimal(121)}, fills=4)
    late = PeriodCorrection(KNOWN_AT, old, middle, "1 late fill")
    by_rule = PeriodCorrection(KNOWN_AT + timedelta(hours=1), middle, NOW, cause_of(middle, NOW))
    found = replace(period(1, NOON, KNOWN_AT), corrections=(late, by_rule))
    assert [words.partition(": ")[2] for words in corrected_words([found], {1: "main"}, View())] == [
        "gain corrected on 10 Nov 2026, 12:00:00 UTC by +$1.00: 1 late fill.",
        f"gain corrected on 10 Nov 2026, 13:00:00 UTC by +$11.34: {BOUNDS}.",
    ]


def test_corrections_are_grouped_by_day_with_their_net_effect() -> None:
    """A year contains its months: their gain counts once. The section was a list of all corrections."""
    month = period(1, NOON, KNOWN_AT)
    later = PeriodCorrection(KNOWN_AT + timedelta(days=1), NOW, replace(NOW, amounts={**NOW.amounts, "rest": None}), "")
    year = replace(month, kind=PeriodKind.YEAR)
    days = corrections_by_day([replace(month, corrections=(*month.corrections, later)), year], View())
    assert [day.words(View()) for day in days] == [
        "11 Nov 2026: 1 correction, gain unchanged",
        "10 Nov 2026: 2 corrections, gain +$12.34",
    ]
    assert sum(len(each.corrections) for day in days for each in day.periods) == 3  # none is left out
    assert days[1].words(View(hide_amounts=True)) == "10 Nov 2026: 2 corrections, gain $••••"
    unknown = period(1, NOON, KNOWN_AT)
    was = PeriodCorrection(KNOWN_AT, replace(WAS, amounts={"gain": None}), NOW, "")
    (day,) = corrections_by_day([replace(unknown, corrections=(was,))], View())
    assert day.words(View()).endswith("gain –")


def test_a_year_counts_beside_months_of_others() -> None:
    """The year of one account, with no month of it corrected that day, beside a month of another: 12.34 each."""
    month = period(1, NOON, KNOWN_AT)
    year = replace(period(2, NOON, KNOWN_AT), kind=PeriodKind.YEAR)
    begin, end = datetime(NOON.year - 1, 1, 1, tzinfo=UTC), datetime(NOON.year, 1, 1, tzinfo=UTC)
    (day,) = corrections_by_day([month, year], View())
    assert day.words(View()) == "10 Nov 2026: 2 corrections, gain +$24.68"
    (day,) = corrections_by_day([month, replace(year, account_id=1, since=begin, until=end)], View())
    assert day.words(View()) == "10 Nov 2026: 2 corrections, gain +$24.68"


def test_a_january_is_of_its_own_year_and_not_of_the_year_before() -> None:
    begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    year = replace(period(1, NOON, KNOWN_AT), kind=PeriodKind.YEAR, since=begin, until=end)
    for since, gain in ((begin, "12.34"), (end, "24.68")):
        january = replace(period(1, NOON, KNOWN_AT), since=since, until=since + timedelta(days=31))
        (day,) = corrections_by_day([january, year], View())
        assert day.words(View()) == f"10 Nov 2026: 2 corrections, gain +${gain}"


def test_the_day_of_a_correction_is_that_of_the_viewer() -> None:
    """Auckland is 13 hours ahead of UTC in November."""
    view = View(zone=ZoneInfo("Pacific/Auckland"))
    (day,) = corrections_by_day([period(1, NOON, KNOWN_AT)], view)
    assert day.words(view) == "11 Nov 2026: 1 correction, gain +$12.34"


def test_a_gain_is_unknown_if_one_of_its_corrections_is() -> None:
    unknown = PeriodCorrection(KNOWN_AT, replace(WAS, amounts={"gain": None}), NOW, "")
    month = period(1, NOON, KNOWN_AT)
    for corrections in ((unknown, *month.corrections), (*month.corrections, unknown)):
        (day,) = corrections_by_day([replace(month, corrections=corrections)], View())
        assert day.words(View()) == "10 Nov 2026: 2 corrections, gain –"


def test_the_newest_correction_is_the_first_row() -> None:
    older, newer = period(1, NOON, KNOWN_AT), period(2, NOON, KNOWN_AT + timedelta(hours=1))
    for periods in ((older, newer), (newer, older)):
        frame = corrections_frame(periods, {1: "main", 2: "second"}, View())
        assert list(dict.fromkeys(frame.iloc[:, 1])) == ["second", "main"]


def test_hidden_amounts_are_in_no_correction() -> None:
    view = View(hide_amounts=True)
    frame = corrections_frame([period(1, NOON, KNOWN_AT)], {1: "main"}, view)
    (words,) = corrected_words([period(1, NOON, KNOWN_AT)], {1: "main"}, view)
    assert "12.34" not in frame.to_string() + words
    assert "132" not in frame.to_string() + words


def written(writer: Any, account: Any) -> None:
    found = period(account.id, ago(hours=2), ago(hours=1))
    write_recorded_period(writer, found)
    write_compared_period(writer, found, found.corrections[0])


def test_the_page_lists_the_corrections_of_its_period(pages: Pages) -> None:
    account = three_days(pages)
    assert "Corrections" not in words_of(opened(pages))
    written(pages.writer, account)
    app = opened(pages)
    words = words_of(app)
    assert "by +$12.34: 2 late fills." in words
    (folded,) = [item for item in contents_of(sheet_of(app)) if item[0] == "open" and item[2] == "fold"]
    assert folded[3].endswith(": 1 correction, gain +$12.34")
    assert "Recorded months and years are cut in UTC" in words
    assert "2 late fills" not in words_of(opened(pages, as_of=f"{ago(hours=1.5):%Y-%m-%dT%H:%M:%SZ}"))
