"""The latest refresh during outages of the database of every kind."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from sqlalchemy import text

from db.query_threads import Query
from pages.shared.database import Database, DatabaseUnavailable
from pages.shared.latest import Latest, LatestKnown
from pages.shared.loaders import latest_refreshes, load_latest
from tests.pages.conftest import Pages, look_again
from tests.pages.factories import configured, seen


class Scripted(Database):
    """Answers at once with a given result."""

    def __init__(self) -> None:
        self.answers: list[Latest | Exception] = []
        self.asked = 0

    def begin(self, question: Callable[..., Any]) -> Query[Any]:
        self.asked += 1
        answered: Future[Any] = Future()
        answer = self.answers.pop(0) if self.answers else Latest((), {})
        if isinstance(answer, Exception):
            answered.set_exception(answer)
        else:
            answered.set_result(answer)
        query: Query[Any] = Query(lambda: 0.0)
        query.future = answered
        return query


def test_an_error_in_the_first_answer_after_an_outage_is_shown_once():
    clock = [0.0]
    database = Scripted()
    known = LatestKnown(database, lambda: clock[0])
    known.latest()
    database.answers = [DatabaseUnavailable("down"), KeyError("a fault of ours")]
    for _ in range(2):
        clock[0] += 2
        assert known.latest().outage is not None
    clock[0] += 2
    with pytest.raises(KeyError):
        known.latest()
    for _ in range(2):
        clock[0] += 2
        known.latest()
    assert known.latest().outage is None


def test_a_database_during_a_restore_is_an_outage_that_ends_by_itself_and_the_log_says_why(
    pages: Pages, database: Any, caplog: pytest.LogCaptureFixture
):
    seen(pages.writer, configured(pages.writer))
    assert load_latest().outage is None
    _say(database, "REVOKE SELECT ON account FROM stillframe_reader")
    with caplog.at_level(logging.WARNING, "stillframe.pages"):
        outage = _latest_now().outage
    assert outage is not None
    assert "refuses permission" in outage.words
    assert "permission denied for table account" in caplog.text
    assert _latest_now().accounts
    _say(database, "GRANT SELECT ON account TO stillframe_reader")
    for _ in range(2):  # queried in the background, used at the next look
        if (probe := latest_refreshes()._probe) is not None:
            probe.future.exception(10)
        latest = _latest_now()
    assert latest.outage is None


def _latest_now() -> Latest:
    look_again()
    return load_latest()


def _say(database: Any, statement: str) -> None:
    with database.owner.begin() as connection:
        connection.execute(text(statement))
