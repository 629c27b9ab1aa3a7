"""With more queries than the pages can run, a band says busy. It never says that the database is away."""

from threading import Event

from sqlalchemy import Connection

from pages.shared.database import MOST_WAITING, THREADS, DatabaseUnavailable
from pages.shared.loaders import load_latest
from pages.shared.viewer import the_database
from tests.api.serving import until
from tests.pages.conftest import Pages, again, words_of
from tests.pages.factories import configured, seen


def test_more_viewers_than_it_can_serve_are_told_that_it_is_busy(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer))
    app, go_on = pages.app(), Event()

    def hold(_: Connection) -> None:
        go_on.wait(60)

    held = [the_database().begin(hold) for _ in range(THREADS + MOST_WAITING)]
    words = words_of(again(app))
    assert "<b>Busy</b>" in words
    assert "Database unreachable" not in words
    assert "The last known data is shown" in words
    go_on.set()
    for query in held:
        query.future.result(60)
    until(lambda: "<b>Busy</b>" not in words_of(again(app)))


def test_a_first_visitor_at_a_busy_time_hears_it_in_words(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer))
    go_on = Event()
    held = [the_database().begin(lambda _: go_on.wait(60)) for _ in range(THREADS + MOST_WAITING)]
    try:
        words = words_of(pages.app())
    finally:
        go_on.set()
    assert "Stillframe is busy" in words
    assert "cannot be reached" not in words
    for query in held:
        query.future.result(60)
    until(is_well)


def is_well() -> bool:
    try:
        return load_latest().outage is None
    except DatabaseUnavailable:
        return False
