"""Sessions: they end when somebody ends them, and with them every page that is open."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from db.credentials import new_token, sign_out_token, token_hash
from db.outages import DatabaseUnavailable
from db.writes.sign_in_mode import write_sign_in_mode
from db.writes.viewers import delete_viewer, insert_api_token, set_password
from domain.viewers import Mode, Scope, Viewer
from signin.identity import GRACE_SECONDS, Identity
from tests.signin.site import STREAM, Site, cookie_of, signed_in


@contextlib.contextmanager
def stream(site: Site, token: str | None, **headers: str) -> Iterator[ClientConnection]:
    cookie = {} if token is None else {"Cookie": f"stillframe_session={token}"}
    url = site.url.replace("http", "ws") + STREAM
    with connect(url, additional_headers={**cookie, **headers}, subprotocols=["streamlit"]) as socket:  # type: ignore[list-item]
        yield socket


def is_open(socket: ClientConnection) -> bool:
    socket.send(b"hello")
    return socket.recv(timeout=60) == b"hello"


def farewell_of(socket: ClientConnection) -> tuple[object, int]:
    """The last message of a websocket, and the code that it was closed with."""
    message = socket.recv(timeout=60)
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=60)
    assert closed.value.rcvd is not None
    return message, closed.value.rcvd.code


def status_of(site: Site, token: str) -> int:
    headers = {"Cookie": f"stillframe_session={token}"}
    return requests.get(site.url + "/api/who", headers=headers, timeout=60).status_code


def sign_out(site: Site, token: str, shown: str | None = None, **headers: str) -> requests.Response:
    return requests.post(
        site.url + "/sign-out",
        {"sign_out_token": sign_out_token(token) if shown is None else shown},
        headers={"Cookie": f"stillframe_session={token}", **headers},
        allow_redirects=False,
        timeout=60,
    )


def test_a_websocket_without_a_session_is_refused(site: Site) -> None:
    with pytest.raises(InvalidStatus) as refused, stream(site, None):
        pass
    assert refused.value.response.status_code == 403


def test_a_websocket_of_an_ended_session_is_led_to_the_form_and_served_nothing(site: Site) -> None:
    with stream(site, "a-token-that-never-was") as socket:
        assert farewell_of(socket) == (b"/sign-in", 4401)


def test_signing_out_ends_the_session_in_every_tab(site: Site) -> None:
    browser = signed_in(site)
    token = cookie_of(browser)
    with stream(site, token) as first, stream(site, token) as second:
        assert is_open(first)
        assert is_open(second)
        response = sign_out(site, token)
        assert (response.status_code, response.headers["location"]) == (303, "/signed-out")
        assert 'stillframe_session="";' in response.headers["set-cookie"]
        assert farewell_of(first) == farewell_of(second) == (b"/signed-out", 4401)
    assert status_of(site, token) == 401
    assert ("alice", "signed out", None) in site.audit()


def test_another_site_cannot_sign_a_user_out(site: Site) -> None:
    token = cookie_of(signed_in(site))
    assert sign_out(site, token, shown="guessed").status_code == 403
    assert sign_out(site, token, Origin="https://evil.example.com").status_code == 403
    assert status_of(site, token) == 200


def test_a_session_that_an_operator_ends_closes_its_pages(site: Site) -> None:
    token = cookie_of(signed_in(site))
    with stream(site, token) as socket:
        assert is_open(socket)
        with site.database.writer.begin() as connection:
            set_password(connection, "alice", "another password hash")
        assert farewell_of(socket) == (b"/sign-in", 4401)
    assert status_of(site, token) == 401


def test_the_sessions_and_tokens_of_a_removed_user_end(site: Site) -> None:
    token, api_token = cookie_of(signed_in(site)), new_token()
    with site.database.writer.begin() as connection:
        insert_api_token(connection, token_hash(api_token), "alice", "test", [Scope.READ], None)
    bearer = {"Authorization": f"Bearer {api_token}"}
    assert requests.get(site.url + "/api/who", headers=bearer, timeout=60).json()["viewer"] == "alice"
    with stream(site, token) as socket:
        assert is_open(socket)
        with site.database.writer.begin() as connection:
            delete_viewer(connection, "alice")
        assert farewell_of(socket) == (b"/sign-in", 4401)
    assert status_of(site, token) == 401
    assert requests.get(site.url + "/api/who", headers=bearer, timeout=60).status_code == 401


@pytest.mark.parametrize(
    "change", ["revoked_at = now()", "expires_at = now() - interval '1 second'", "token_hash = sha256('x')"]
)
def test_an_api_token_opens_the_api_alone_and_until_it_ends(site: Site, change: str) -> None:
    token = new_token()
    with site.database.writer.begin() as connection:
        insert_api_token(connection, token_hash(token), "bob", "test", [Scope.READ], 30)
    bearer = {"Authorization": f"Bearer {token}"}
    assert requests.get(site.url + "/api/who", headers=bearer, timeout=60).json()["viewer"] == "bob"
    assert requests.get(site.url + "/fills", headers=bearer, timeout=60).status_code == 401
    site.execute(f"UPDATE api_token SET {change}")
    assert requests.get(site.url + "/api/who", headers=bearer, timeout=60).status_code == 401


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(site: Site) -> None:
    """The database sets both times, so a test moves them instead of the clock."""
    for change in ("expires_at = now() - interval '1 second'", "ended_at = now()"):
        token = cookie_of(signed_in(site))
        assert status_of(site, token) == 200
        site.execute(f"UPDATE session SET {change} WHERE viewer = 'alice'")
        assert status_of(site, token) == 401


def test_a_session_in_use_is_extended_within_its_longest_life(site: Site) -> None:
    token = cookie_of(signed_in(site))
    session, store = token_hash(token), site.sign_in.identity.store

    def left(since: str) -> float:
        with site.database.owner.connect() as connection:
            return float(
                connection.exec_driver_sql(
                    f"SELECT extract(epoch FROM expires_at - {since}) FROM session WHERE viewer = 'alice'"
                ).scalar_one()
            )

    site.execute("UPDATE session SET seen_at = now() - interval '1 hour', expires_at = now() + interval '1 hour'")
    store.live_sessions(frozenset([session]), [])
    assert left("now()") < 3601, "a page that is only open does not count as use"
    store.live_sessions(frozenset([session]), [session])
    assert 12 * 3600 - 60 < left("now()") <= 12 * 3600
    site.execute(
        "UPDATE session SET seen_at = now() - interval '1 hour', created_at = now() - interval '167 hours 59 minutes'"
    )
    store.live_sessions(frozenset([session]), [session])
    assert left("created_at") == 7 * 24 * 3600


def test_nobody_passes_while_the_database_would_show_everything_to_anybody(site: Site) -> None:
    browser = signed_in(site)
    write_sign_in_mode(site.database.owner, Mode.OFF)
    response = browser.get(site.url + "/")
    assert response.status_code == 503
    assert "start the refresher with STILLFRAME_SIGN_IN=password" in response.text


class AwayStore:
    """A store whose database is away."""

    def viewer_of_session(self, session: bytes) -> Viewer | None:
        raise DatabaseUnavailable("the database cannot be reached")


def test_a_session_that_was_seen_lately_outlives_an_outage_for_a_while(site: Site) -> None:
    import asyncio

    session = token_hash(cookie_of(signed_in(site)))
    clock = [time.monotonic()]
    identity = Identity(site.sign_in.identity.store, lambda: clock[0])

    async def go_through_an_outage() -> None:
        viewer = await identity.viewer_of_session(session)
        assert viewer is not None
        there: Any = identity.store
        identity.store = AwayStore()  # type: ignore[assignment]
        assert await identity.viewer_of_session(session) == viewer
        with pytest.raises(DatabaseUnavailable):
            await identity.viewer_of_session(b"never seen")
        clock[0] += GRACE_SECONDS + 1
        with pytest.raises(DatabaseUnavailable):
            await identity.viewer_of_session(session)
        identity.store = there

    asyncio.run(go_through_an_outage())
