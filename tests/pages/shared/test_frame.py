"""The frame around every page: badge, refresh on request, cached data during an outage of the database."""

import re
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
import time_machine
from sqlalchemy import text

from db.writes.requests import take_refresh_requests
from domain.sources import Failure, FailureKind
from pages.shared.database import Database
from pages.shared.latest import LatestKnown, Outage
from pages.shared.loaders import ask, load_latest, load_moments, load_scene
from pages.shared.view import View, moment_for_url
from tests.factories import order, valuation
from tests.pages.conftest import Pages, again, look_again, words_of
from tests.pages.drawn_tables import bar_of
from tests.pages.events import send
from tests.pages.factories import configured, seen


def ago(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


@pytest.mark.parametrize(("age", "word"), [(5, "Fresh"), (100, "Late"), (400, "Stale")])
def test_the_badge_shows_the_age_of_the_last_success(pages: Pages, age: float, word: str):
    seen(pages.writer, configured(pages.writer), ago(age))
    words = words_of(pages.app())
    unit = "s" if age < 60 else "min"
    assert re.search(rf'<b>Balances</b> · {word.lower()}, <time data-since="\d+">\d+ {unit}</time> old', words)
    assert ("Is the refresher running?" in words) == (word != "Fresh")


def test_a_permanent_failure_says_that_trying_again_cannot_help(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(30))
    seen(pages.writer, account, ago(1), orders=Failure(FailureKind.PERMANENT, "key <b>not</b> allowed"))
    words = words_of(pages.app())
    assert "Retrying will not help" in words
    assert "key &lt;b&gt;not&lt;/b&gt; allowed" in words  # texts of an exchange are no markup


def test_refresh_now_requests_a_refresh_and_says_when_it_is_done(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(60))
    app = pages.app()
    again(send(app, "bar", "refresh"))
    assert take_refresh_requests(pages.writer) == [account.id]
    assert "waiting for the exchange" in words_of(app)
    assert bar_of(app)["badge"]["refresh"]["is_waiting"]
    done = seen(pages.writer, account)
    again(app)
    assert f"Refreshed at {done:%H:%M:%S}" in words_of(app)


def test_a_page_without_the_button_requests_no_refresh(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(60))
    seen(pages.writer, account)
    app = pages.app(as_of=f"{ago(30):%Y-%m-%dT%H:%M:%SZ}")
    assert bar_of(app)["badge"]["refresh"] is None
    send(app, "bar", "refresh")
    assert take_refresh_requests(pages.writer) == []


def test_a_request_that_no_refresher_picks_up_says_so(pages: Pages):
    seen(pages.writer, configured(pages.writer), ago(60))
    app = pages.app()
    again(send(app, "bar", "refresh"))
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=40), tick=True):
        again(app)
    assert "No refresher picked up the request" in words_of(app)


def test_a_newer_refresh_is_shown_by_the_next_run(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(10), valuation("100"))
    app = pages.app()
    assert "$100.00" in words_of(app)
    seen(pages.writer, account, ago(1), valuation("200"))
    again(app)
    assert "$200.00" in words_of(app)


def test_an_account_that_left_the_configuration_is_not_shown(pages: Pages):
    seen(pages.writer, configured(pages.writer, "old"), worth=valuation("7"))
    seen(pages.writer, configured(pages.writer, "new"), worth=valuation("9"))
    assert '"value">$9.00<' in words_of(pages.app())


def test_a_renamed_account_has_its_new_name_in_past_moments_that_were_shown_before(pages: Pages):
    account = configured(pages.writer, key_fingerprint="key")
    for age in (1000, 1):
        seen(pages.writer, account, ago(age), orders=[order()])
    view = View(as_of=ago(500))
    assert [snapshot.account.name for snapshot in load_scene(view).snapshots] == ["main"]
    configured(pages.writer, name="savings", key_fingerprint="key")
    wait_until(lambda: [account.name for account in load_latest().accounts] == ["savings"])
    (snapshot,) = load_scene(view).snapshots
    assert (snapshot.account.name, snapshot.orders[0].account) == ("savings", "savings")


def test_pages_can_only_write_a_refresh_request(pages: Pages):
    configured(pages.writer)
    with pytest.raises(Exception, match="refuses permission"):
        ask(lambda connection: connection.execute(text("DELETE FROM account")))


def test_a_database_that_is_down_keeps_no_viewer_waiting(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pages.shared.latest.PROMPT_SECONDS", 0.3)
    seen(pages.writer, configured(pages.writer), worth=valuation("1"))
    scene = load_scene(View())
    pages.wire.silence()
    after_a_second(pages)
    load_latest()  # the first query waits for its time-out
    waited: list[float | None] = []
    monkeypatch.setattr(Future, "result", noting(waited, Future.result))
    monkeypatch.setattr(Future, "exception", noting(waited, Future.exception))
    for _ in range(20):
        after_a_second(pages)
        assert load_scene(View()).key == scene.key
    assert waited == []  # no page waits for the database
    past = load_scene(View(as_of=ago(1000)))
    assert (past.snapshots, past.unread) == ((), past.accounts)
    pages.wire.mend()


def test_a_past_moment_that_cannot_be_read_says_so_and_is_read_when_the_database_is_back(pages: Pages):
    """The known accounts stay, with the DEMO mark."""
    account = configured(pages.writer, is_demo=True)
    for age in (1000, 1):
        seen(pages.writer, account, ago(age), worth=valuation("1"))
    app = pages.app()
    pages.wire.cut()
    app.query_params["as_of"] = moment_for_url(ago(500))
    again(app)
    words = words_of(app)
    assert ">DEMO<" in words
    assert "This moment could not be read" in words
    assert ". Stillframe retries automatically." in words
    assert "No holdings" not in words
    pages.wire.mend()
    wait_until(lambda: outage_after_a_second(pages) is None)
    again(app)
    assert "You are looking at the past" in words_of(app)
    assert "$1.00" in words_of(app)


def test_a_page_is_not_run_again_while_the_database_is_down(pages: Pages):
    def waiting() -> None:
        import streamlit as st

        from pages.shared.badge import show_waiting
        from pages.shared.database import DatabaseUnavailable

        st.session_state["runs"] = st.session_state.get("runs", 0) + 1
        if st.session_state["runs"] < 5:
            show_waiting(DatabaseUnavailable("the database cannot be reached"))

    seen(pages.writer, configured(pages.writer))
    load_latest()
    pages.wire.cut()
    app = pages.page(waiting)
    assert app.session_state["runs"] == 1
    pages.wire.mend()
    wait_until(lambda: outage_after_a_second(pages) is None)
    again(app)
    assert app.session_state["runs"] == 5


def test_a_moment_is_cached_without_expiry_only_once_it_is_final(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(100))
    as_of = ago(5)
    first = load_moments(as_of, [account])
    late = seen(pages.writer, account, ago(10))  # written after the first look
    assert first != {account.id: late}
    wait_until(lambda: load_moments(as_of, [account]) == {account.id: late})


def test_a_future_moment_or_an_unusable_one_shows_now(pages: Pages):
    seen(pages.writer, configured(pages.writer), ago(1))
    for told in (moment_for_url(ago(-1000)), "0001-01-01T00:00:00+14:00", "soon"):
        app = pages.app(as_of=told)
        assert "You are looking at the past" not in words_of(app)
        assert "as_of" not in app.query_params


def test_an_outage_says_since_when_and_ends_by_itself(pages: Pages):
    seen(pages.writer, configured(pages.writer))
    assert load_latest().outage is None
    pages.wire.cut()
    after_a_second(pages)
    first = load_latest().outage
    assert first is not None
    after_a_second(pages)
    assert load_latest().outage == first
    pages.wire.mend()
    wait_until(lambda: outage_after_a_second(pages) is None)


def test_while_one_session_queries_the_others_use_the_cache():
    clock = [0.0]
    slow = SlowDatabase()
    known = LatestKnown(slow, lambda: clock[0])
    known.latest()
    clock[0] = 5.0
    slow.is_slow = True
    asking = Thread(target=known.latest)
    asking.start()
    wait_until(slow.asked.is_set)
    known.latest()
    assert asking.is_alive()
    slow.go_on.set()
    asking.join(60)


class SlowDatabase(Database):
    """A database that holds back its second answer."""

    def __init__(self) -> None:
        super().__init__(lambda: None)  # type: ignore[arg-type,return-value]
        self.is_slow = False
        self.asked, self.go_on = Event(), Event()

    def _answer(self, question, credential=None):
        from pages.shared.latest import Latest

        if self.is_slow:
            self.asked.set()
            self.go_on.wait(60)
        return Latest((), {})


def noting(waited, method):
    """A method of Future that records calls without a result yet."""

    def noted(future, timeout=None):
        if not future.done():
            waited.append(timeout)
        return method(future, timeout)

    return noted


def after_a_second(pages: Pages) -> None:
    look_again()


def outage_after_a_second(pages: Pages) -> Outage | None:
    after_a_second(pages)
    return load_latest().outage


def wait_until(is_so) -> None:
    until = datetime.now(UTC) + timedelta(seconds=60)
    while not is_so():
        assert datetime.now(UTC) < until
        Event().wait(0.02)
