"""The stream behind the gate: a viewer gets figures of the accounts it may see, while its session lasts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import requests
from starlette.routing import Route

from db.credentials import new_token, token_hash
from db.viewing import viewing
from db.writes.sessions import insert_session
from db.writes.viewers import insert_viewer
from domain.viewers import Mode
from pages.live import hub as hub_module
from pages.live.hub import Hub
from pages.live.recipes import Recipes
from pages.live.route import PATH, LiveStream
from signin.settings import SignInSettings
from tests.api.serving import until
from tests.factories import valuation
from tests.pages.conftest import Pages, look_again
from tests.pages.factories import seen
from tests.pages.live.following import drawn, event_in
from tests.pages.past import with_past
from tests.signin.site import Site, site_on

PATIENCE = 60


@dataclass(frozen=True)
class LiveSite:
    """A site with the stream. alice may see the account "hers", and bob "his"."""

    site: Site
    recipes: Recipes
    stream: LiveStream

    def session(self, name: str) -> str:
        """The token of a new session of this user."""
        token = new_token()
        with self.site.database.writer.begin() as connection:
            insert_session(connection, token_hash(token), name, timedelta(hours=1))
        return token

    def drawn(self, name: str, token: str) -> str:
        """The `see` of the page that this user's script drew."""
        with viewing(token):
            return ".".join(drawn(self.recipes, owner=name))

    def opened(self, token: str | None, see: str) -> requests.Response:
        cookies = {} if token is None else {"stillframe_session": token}
        url = f"{self.site.url}{PATH}"
        return requests.get(url, {"see": see}, cookies=cookies, stream=True, timeout=PATIENCE)


@pytest.fixture
def live(pages: Pages, database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSite]:
    monkeypatch.setattr(hub_module, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.05)
    recipes, own_token, streams = Recipes(), new_token(), []

    def routes(sign_in: Any) -> list[Route]:
        streams.append(LiveStream(lambda: Hub(recipes, sign_in.live_credentials, lambda: own_token)))
        return [Route(PATH, streams[0])]

    hers, his = with_past(database.writer, "hers", "his")
    with site_on(database, SignInSettings(Mode.PASSWORD), more_routes=routes) as site:
        with database.writer.begin() as connection:
            insert_viewer(connection, "root", True, None)
            insert_session(connection, token_hash(own_token), "root", timedelta(hours=1))
        for account, viewer in ((hers, "alice"), (his, "bob")):
            site.execute(
                "INSERT INTO viewer_account (account_id, viewer) VALUES (:id, :name)", id=account.id, name=viewer
            )
            seen(database.writer, account, worth=valuation("100"))
        yield LiveSite(site, recipes, streams[0])
        streams[0].close()


def figures(lines: Iterator[bytes]) -> dict[str, Any]:
    """The next event about a page."""
    return next(event for line in lines if line.startswith(b"data: ") and "token" in (event := event_in(line)))


def test_a_stranger_gets_no_stream(live: LiveSite) -> None:
    token = live.session("alice")
    assert live.opened(None, live.drawn("alice", token)).status_code == 401


def test_a_viewer_gets_the_accounts_that_this_viewer_may_see(live: LiveSite) -> None:
    token = live.session("alice")
    live.drawn("alice", token)
    response = live.opened(token, live.drawn("alice", token).partition(".")[0] + ".older")
    assert figures(response.iter_lines())["parts"]["values"] == "hers 100"
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "private, no-store"
    assert response.headers["x-accel-buffering"] == "no"


def test_the_token_of_another_viewer_is_worth_nothing(live: LiveSite) -> None:
    see = live.drawn("alice", live.session("alice"))
    event = figures(live.opened(live.session("bob"), see).iter_lines())
    assert event.keys() == {"token", "at", "run"}


def test_a_session_that_ends_gets_nothing_any_more(live: LiveSite) -> None:
    """Another session of the same viewer goes on."""
    ending, lasting = live.session("alice"), live.session("alice")
    see = live.drawn("alice", ending)
    streams = [live.opened(token, see).iter_lines() for token in (ending, lasting)]
    for lines in streams:
        next(lines)
    live.site.execute("DELETE FROM session WHERE token_hash = :hash", hash=token_hash(ending))
    seen(live.site.database.writer, _account(live, "hers"), worth=valuation("200"))
    assert figures(streams[1])["parts"]["values"] == "hers 200"
    assert not any("parts" in event_in(line) for line in streams[0] if line.startswith(b"data: "))


def test_an_account_that_a_viewer_may_not_see_any_more_is_in_no_newer_figures(live: LiveSite) -> None:
    live.site.execute(
        "INSERT INTO viewer_account (account_id, viewer) VALUES (:id, 'alice')", id=_account(live, "his").id
    )
    token = live.session("alice")
    lines = live.opened(token, live.drawn("alice", token)).iter_lines()
    next(lines)
    live.site.execute(
        "DELETE FROM viewer_account WHERE account_id = :id AND viewer = 'alice'", id=_account(live, "his").id
    )
    with viewing(token):
        look_again()
    seen(live.site.database.writer, _account(live, "hers"), worth=valuation("200"))
    event = figures(lines)
    assert event.keys() == {"token", "at", "run"}  # the page has one account less: its script draws it anew


@pytest.mark.slow
def test_a_new_stream_gets_no_figures_from_before_an_account_was_taken_away(live: LiveSite) -> None:
    """Another stream of the viewer keeps them in the hub."""
    his = {"id": _account(live, "his").id}
    live.site.execute("INSERT INTO viewer_account (account_id, viewer) VALUES (:id, 'alice')", **his)
    token = live.session("alice")
    see = live.drawn("alice", token)
    lines = live.opened(token, see).iter_lines()
    next(lines)
    seen(live.site.database.writer, _account(live, "hers"), worth=valuation("200"))
    assert figures(lines)["parts"]["values"] == "hers 200, his 100"
    live.site.execute("DELETE FROM viewer_account WHERE account_id = :id AND viewer = 'alice'", **his)
    with viewing(token):
        look_again()
    event = figures(live.opened(token, see.partition(".")[0] + ".older").iter_lines())
    assert event.keys() == {"token", "at", "run"}


def test_a_server_that_stops_ends_its_streams(live: LiveSite) -> None:
    token = live.session("alice")
    response = live.opened(token, live.drawn("alice", token))
    live.stream.close()
    assert list(response.iter_lines())[-1] == b""
    until(lambda: live.opened(token, "x.1").status_code == 503)


def _account(live: LiveSite, name: str) -> Any:
    from db.reads.accounts import read_accounts

    with live.site.database.owner.connect() as connection:
        return next(account for account in read_accounts(connection) if account.name == name)
