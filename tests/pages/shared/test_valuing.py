"""Pages whose figures rest on values of the past say while some are still worked out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.writes.fills import write_fill_page
from domain.history import TimeRange
from domain.sources import Source
from pages.shared import valuing
from pages.shared.database import DatabaseUnavailable
from pages.shared.loaders import load_scene
from pages.shared.valuing import valuing_words
from pages.shared.view import View
from refresher.past.minute_candles import MinuteCandles
from refresher.past.values import Values
from tests.factories import fill, transfer
from tests.pages.conftest import Pages, look_again, words_of
from tests.pages.factories import ago, everything
from tests.pages.past import moved, with_past
from tests.refresher.past.test_minute_candles import Candles

WORDS = "History is being valued: 3 fills and transfers left. Figures of the past may move until then."
LAST = WORDS.replace("3 fills and transfers", "1 fill or transfer")


def overview() -> None:
    from pages.overview.page import show_overview

    show_overview()


def trades() -> None:
    from pages.fills.page import show_fills

    show_fills()


def performance() -> None:
    from pages.performance.page import show_performance

    show_performance()


@pytest.mark.parametrize("show", [overview, trades, performance])
def test_a_page_says_how_much_is_left_to_value(pages: Pages, show: Callable[[], None]) -> None:
    (account,) = with_past(pages.writer)
    for days in (2, 1, 0):
        everything(pages.writer, account, ago(days=days))
    now = datetime.now(UTC)
    fills = [fill(key, at=now - timedelta(hours=2)) for key in ("1", "2")]
    write_fill_page(pages.writer, account.id, Source.FILLS, fills, TimeRange(now - timedelta(days=30), now), now)
    moved(pages.writer, account, [transfer("1", at=now - timedelta(hours=2))])
    assert WORDS in words_of(pages.page(show))
    values = Values(account, pages.writer)
    values.work_out(lambda: True)
    look_again()
    assert LAST in words_of(pages.page(show))  # the candle of its minute may still move the value of the transfer
    exchange: Any = Candles(has_any=False)
    MinuteCandles(account, exchange, pages.writer, values).fetch(lambda: True)
    look_again()
    assert "being valued" not in words_of(pages.page(show))


def test_rows_of_all_accounts_shown_are_left(pages: Pages) -> None:
    first, second = with_past(pages.writer, "first", "second")
    for account in (first, second):
        everything(pages.writer, account, ago(days=1))
        moved(pages.writer, account, [transfer("1", at=ago(hours=2))])
    assert "valued: 2 fills and transfers left" in valuing_words(load_scene(View()))
    many = [fill(f"{n}", at=ago(hours=3)) for n in range(1_000)]
    write_fill_page(pages.writer, second.id, Source.FILLS, many, TimeRange(ago(days=30), ago()), ago())
    look_again()
    assert "valued: 1,002 fills and transfers left" in valuing_words(load_scene(View()))


def test_a_number_that_cannot_be_read_is_said(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> int:
        raise DatabaseUnavailable("down")

    (account,) = with_past(pages.writer)
    everything(pages.writer, account, ago(days=1))
    monkeypatch.setattr(valuing, "ask", down)
    assert valuing_words(load_scene(View())) == (
        "The number of fills and transfers without a value could not be read. Figures of the past may move."
    )


def test_a_single_row_is_left(pages: Pages) -> None:
    (account,) = with_past(pages.writer)
    everything(pages.writer, account, ago(days=1))
    moved(pages.writer, account, [transfer("1", at=ago(hours=2))])
    assert valuing_words(load_scene(View())) == LAST
