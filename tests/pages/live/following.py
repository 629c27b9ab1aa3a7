"""A page of a few parts, and a browser that follows it, for tests of the stream."""

import asyncio
import gzip
import json
from base64 import b64decode
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from pages.live.groups import Subscriber
from pages.live.hub import Hub
from pages.live.recipe import Build, Content, PartKind
from pages.live.recipes import Recipes
from pages.live.recording import _worked_out, recorded
from pages.shared.loaders import load_scene
from pages.shared.scene import Scene
from pages.shared.view import View

PATIENCE = 60.0
built: list[str] = []  # a line for each time that the values were worked out


def values_html(scene: Scene) -> str:
    """The net value of each account."""
    built.append("values")
    values = {s.account.name: s.refresh.valuation for s in scene.snapshots}
    return ", ".join(f"{name} {value.net_value if value else None}" for name, value in values.items())


def names_html(scene: Scene) -> str:
    """The names of the accounts, which no refresh changes."""
    return ", ".join(s.account.name for s in scene.snapshots)


def count_text(scene: Scene) -> str:
    """The number of accounts with data: the shape of this page."""
    return str(len(scene.snapshots))


FRAGILE = {"fails": False}


def fragile_html(scene: Scene) -> str:
    """A part that fails when a test wants it."""
    if FRAGILE["fails"]:
        raise ValueError("a bug")
    return f"as of {scene.taken_at}"


def live_content(key: str, scene: Scene, build: Build) -> Content:
    """Draw a part in HTML."""
    return _worked_out(PartKind.HTML, key, scene, build, ())


def drawn(recipes: Recipes, owner: str = "", view: View | None = None, former: str = "") -> tuple[str, str]:
    """Draw the page for the viewer of this context. Returns its token and version."""
    scene = load_scene(view or View())
    with recorded(scene) as recording:
        live_content("values", scene, values_html)
        live_content("names", scene, names_html)
        _worked_out(PartKind.SHAPE, "count", scene, count_text, ())
    return recipes.register(owner, recording, former), recording.version


def event_in(line: bytes) -> dict[str, Any]:
    """The event of one line of the stream."""
    data = line.decode().partition("data: ")[2].strip()
    text = data if data.startswith("{") else gzip.decompress(b64decode(data)).decode()
    event: dict[str, Any] = json.loads(text)
    return event


async def everyone(credentials: frozenset[str]) -> frozenset[str]:
    """A check that finds every session alive."""
    return credentials


@asynccontextmanager
async def following(hub: Hub, versions: Mapping[str, str], viewer: str = "") -> AsyncGenerator["Browser"]:
    """A browser that follows pages from these versions on."""
    subscriber = Subscriber(None, viewer, dict(versions))
    stream = hub.stream(subscriber)
    browser = Browser(stream)
    try:
        yield browser
    finally:
        subscriber.end()
        await stream.aclose()


class Browser:
    """Reads a stream."""

    def __init__(self, stream: AsyncGenerator[bytes]) -> None:
        self._stream = stream
        self.events: list[dict[str, Any]] = []

    async def figures(self) -> dict[str, Any]:
        """The next event about a page. Beats are passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                event = event_in(await anext(self._stream))
                self.events.append(event)
                if "token" in event:
                    return event

    async def beats(self, count: int) -> Iterable[dict[str, Any]]:
        """The events until so many beats have come."""
        async with asyncio.timeout(PATIENCE):
            while sum("token" not in event for event in self.events) < count:
                self.events.append(event_in(await anext(self._stream)))
        return self.events
