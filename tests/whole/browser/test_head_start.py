"""The head start: the server runs the page's script while Streamlit still loads, and runs it once.

Streamlit's own first message is the reference: a second one is sent if ours differs from it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from tests.api.serving import until
from tests.whole.browser.browsing import DESK, PATIENCE, settled
from tests.whole.browser.conftest import Stack
from web.figures import COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAIN = re.compile(r"/static/js/index\.")
# The second time that a script reads the language, it is another one.
OTHER_LANGUAGE = """
let count = 0;
Object.defineProperty(navigator, "language", { get: () => (count++ ? "fr-FR" : "en-GB") });
"""

FIRST_ENCODER_FAILS = """
const Encoder = TextEncoder;
window.TextEncoder = class { constructor() { window.TextEncoder = Encoder; throw new Error("no encoder"); } };
"""


@contextmanager
def visited(browser: Browser, zone: str, scheme: str) -> Iterator[tuple[Page, list[ClientState], list[bytes]]]:
    """A new tab, what it asks the server for, and the answers."""
    context = browser.new_context(
        viewport={"width": DESK[0], "height": DESK[1]},
        timezone_id=zone,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    requests: list[ClientState] = []
    answers: list[bytes] = []

    def note(frame: bytes | str) -> None:
        message = BackMsg.FromString(frame if isinstance(frame, bytes) else frame.encode())
        if message.WhichOneof("type") == "rerun_script":
            requests.append(message.rerun_script)

    def follow(socket: WebSocket) -> None:
        socket.on("framesent", note)
        socket.on("framereceived", lambda frame: answers.append(bytes(frame) if isinstance(frame, bytes) else b""))

    page.on("websocket", follow)
    try:
        yield page, requests, answers
    finally:
        context.close()


def expect_answers(page: Page, answers: list[bytes]) -> None:
    """Wait until the server has answered."""
    for _ in range(PATIENCE // 50):
        if answers:
            return
        page.wait_for_timeout(50)
    raise AssertionError("no answer came while Streamlit was not loaded")


@pytest.mark.parametrize(
    ("path", "zone", "scheme"),
    [
        ("/", "Europe/Berlin", "light"),
        ("/open_orders?tab=all&q=%C3%A9+1", "America/New_York", "dark"),
        ("/coin?coin=BTC", "UTC", "light"),
    ],
)
def test_the_script_runs_before_streamlit_is_loaded_and_once(
    browser: Browser, stack: Stack, path: str, zone: str, scheme: str
) -> None:
    with visited(browser, zone, scheme) as (page, requests, answers):

        def hold(route: Route) -> None:
            expect_answers(page, answers)
            route.continue_()

        page.route(MAIN, hold)
        page.goto(stack.site.url + path)
        settled(page)
        (request,) = [request for request in requests if not request.is_auto_rerun]
        assert (request.context_info.timezone, request.context_info.color_scheme) == (zone, scheme)
        assert (request.page_name, request.query_string) == (path.partition("?")[0].strip("/"), path.partition("?")[2])


def test_another_message_of_streamlit_is_sent_too(browser: Browser, stack: Stack) -> None:
    with visited(browser, "UTC", "light") as (page, requests, _):
        page.add_init_script(OTHER_LANGUAGE)
        page.goto(stack.site.url)
        settled(page)
        assert [request.context_info.locale for request in requests][:2] == ["en-GB", "fr-FR"]
        expect(page.locator(".sf-kpi .value").first).to_have_text("$200,000")


def test_a_viewer_who_travels_sees_the_zone_of_now(browser: Browser, stack: Stack) -> None:
    """The zone of the last visit counts until Streamlit says another one. The next visit has the new one at once."""
    with visited(browser, "Europe/Berlin", "light") as (page, requests, _):
        page.clock.install()
        page.context.add_cookies([{"name": COOKIE, "value": ".Asia%2FTokyo", "url": stack.site.url}])
        page.goto(stack.site.url)
        settled(page)
        assert [request.context_info.timezone for request in requests][:2] == ["Asia/Tokyo", "Europe/Berlin"]
        page.clock.run_for(6000)
        until(lambda: "Europe%2FBerlin" in page.evaluate("document.cookie"))


def test_a_cookie_that_is_not_ours_takes_no_head_start_away(browser: Browser, stack: Stack) -> None:
    """The browser says its zone itself, and the next visit finds a cookie of ours."""
    with visited(browser, "Europe/Berlin", "light") as (page, requests, _):
        page.context.add_cookies([{"name": COOKIE, "value": "%.%", "url": stack.site.url}])
        page.goto(stack.site.url)
        settled(page)
        (request,) = [request for request in requests if not request.is_auto_rerun]
        assert request.context_info.timezone == "Europe/Berlin"
        assert "Europe%2FBerlin" in page.evaluate("document.cookie")


def test_if_the_head_start_fails_streamlit_connects_by_itself(browser: Browser, stack: Stack) -> None:
    with visited(browser, "UTC", "light") as (page, requests, _):
        page.add_init_script(FIRST_ENCODER_FAILS)
        page.goto(stack.site.url)
        settled(page)
        assert len(requests) == 1
        expect(page.locator(".sf-kpi .value").first).to_have_text("$200,000")
