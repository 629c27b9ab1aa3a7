"""Recording: notes the parts that a page draws, so that the stream can work them out again."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import blake2b

from pages.components.payload import renewed_at
from pages.components.sheet.sheet import draw_html
from pages.live.recipe import Build, Content, Part, PartKind, Recipe, digest_of, version_of
from pages.shared.failures import on_failure
from pages.shared.scene import Scene
from pages.shared.view import View


@dataclass(slots=True)
class Recording:
    """The parts of one run of a page. `is_live` turns False if a section cannot be pushed."""

    scene: Scene
    parts: list[Part] = field(default_factory=list)
    drawn: dict[str, Content] = field(default_factory=dict)
    is_live: bool = True

    @property
    def recipe(self) -> Recipe:
        """The page as it was drawn."""
        shapes = [(item.key, digest_of(self.drawn[item.key])) for item in self.parts if item.kind is PartKind.SHAPE]
        return Recipe(self.scene.view, tuple(self.parts), tuple(shapes))

    @property
    def version(self) -> str:
        """The version of the contents that were drawn."""
        keys = {item.key for item in self.parts if item.kind is not PartKind.SHAPE}
        return version_of((key, content) for key, content in self.drawn.items() if key in keys)


_recording: ContextVar[Recording | None] = ContextVar("stillframe_recording", default=None)


@contextmanager
def recorded(scene: Scene) -> Iterator[Recording]:
    """Record the parts that are drawn within the block. A past moment is not live."""
    recording = Recording(scene, is_live=scene.is_now)
    token, hook = _recording.set(recording), on_failure.set(forgo_push)
    try:
        yield recording
    finally:
        _recording.reset(token)
        on_failure.reset(hook)


def forgo_push() -> None:
    """The page has a section that cannot be pushed, or one that failed. It follows newer data by runs of its script."""
    if (recording := _recording.get()) is not None:
        recording.is_live = False


def live_html(key: str, scene: Scene, build: Build, *arguments: Hashable) -> None:
    """Draw the trusted HTML of `build(scene, *arguments)`, a function of a module. The stream replaces it in place.

    Nothing replaces a past moment. `data-at` tells the browser which content is newer.
    """
    place = place_of(key, scene.view, arguments)
    body = _worked_out(PartKind.HTML, place, scene, build, arguments)
    renewed = f' data-live="{place}" data-at="{scene.at.timestamp() * 1000:.0f}"' if scene.is_now else ""
    draw_html(f'<div class="sf-part"{renewed}>{body!s}</div>')


def live_data(key: str, scene: Scene, build: Build, *arguments: Hashable) -> bytes:
    """The payload of `build(scene, *arguments)` for a component. It names its place, unless the moment is past."""
    place = place_of(key, scene.view, arguments)
    payload = _worked_out(PartKind.DATA, place, scene, build, arguments)
    assert isinstance(payload, bytes)
    return renewed_at(place, payload) if scene.is_now else payload


def place_of(key: str, view: View, arguments: tuple[Hashable, ...] = ()) -> str:
    """The place of a part: its key, and a digest of the choices that shape its content.

    A content fits its own place alone. So figures of other accounts, of another currency or with amounts shown never
    reach a page that was drawn with newer choices.
    """
    return f"{key}.{blake2b(repr((view, arguments)).encode(errors='replace'), digest_size=8).hexdigest()}"


def live_shape(key: str, scene: Scene, build: Build, *arguments: Hashable) -> None:
    """Note that the page has other places if the text of `build(scene, *arguments)` changes."""
    _worked_out(PartKind.SHAPE, key, scene, build, arguments)


def _worked_out(kind: PartKind, key: str, scene: Scene, build: Build, arguments: tuple[Hashable, ...]) -> Content:
    content = build(scene, *arguments)
    recording = _recording.get()
    if recording is not None:
        recording.parts.append(Part(kind, key, build, arguments))
        recording.drawn[key] = content
    return content
