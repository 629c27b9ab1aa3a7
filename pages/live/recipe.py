"""Recipe: the parts that a page was drawn from. The same parts can be worked out again for newer data.

A part is a module's function with its arguments. The script of a page and the stream call the same function, so a part
looks the same whichever way it arrives.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from pages.shared.failures import note
from pages.shared.scene import Scene
from pages.shared.view import View

# HTML as text, the payload of a component as bytes.
Content = str | bytes
Build = Callable[..., Content]


class PartKind(StrEnum):
    """HTML goes into a place of the page, data to a component. A shape is compared only."""

    HTML = "html"
    DATA = "data"
    SHAPE = "shape"  # if it changes, the page has other places, and its script has to run


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a page. `build(scene, *arguments)` makes its content. `key` names its place (recording.place_of)."""

    kind: PartKind
    key: str
    build: Build
    arguments: tuple[Hashable, ...] = ()

    @property
    def name(self) -> str:
        """The key without the choices of a viewer, for the log."""
        return self.key.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A page as it was drawn. `shapes` are digests of its shapes then: their texts may be long."""

    view: View
    parts: tuple[Part, ...]
    shapes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """The contents of a page at one moment, by the keys of its parts. `is_other_page` if a shape has changed."""

    contents: Mapping[str, Content]
    version: str
    is_other_page: bool = False


def work_out(recipe: Recipe, scene: Scene, before: Mapping[str, Content]) -> Figures:
    """The contents for a scene. A part that fails keeps its content of `before`, and the log names the error."""
    contents: dict[str, Content] = {}
    drawn_shapes = dict(recipe.shapes)
    for item in recipe.parts:
        try:
            content = item.build(scene, *item.arguments)
        except Exception as error:  # a bug in one part must not stop the others
            note(item.name, error)
            if item.key in before:
                contents[item.key] = before[item.key]
            continue
        if item.kind is not PartKind.SHAPE:
            contents[item.key] = content
        elif digest_of(content) != drawn_shapes.get(item.key):
            return Figures({}, "other", is_other_page=True)
    return Figures(contents, version_of(contents.items()))


def settled(content: Content) -> Content:
    """A content without the words of its ages, which the browser counts on by itself."""
    return _AGES.sub(r"\1", content) if isinstance(content, str) else content


_AGES = re.compile(r'(<time data-since="\d+">)[^<]*')


def digest_of(shape: Content) -> str:
    """A digest of a shape. Equal shapes have equal digests."""
    body = shape if isinstance(shape, bytes) else shape.encode("utf-8", "surrogatepass")
    return blake2b(body, digest_size=16).hexdigest()


def version_of(contents: Iterable[tuple[str, Content]]) -> str:
    """A digest of contents. Equal pages have equal versions."""
    digest = blake2b(digest_size=8)
    for key, content in sorted(contents):
        text = settled(content)
        body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        digest.update(b"%d %s %d " % (len(key), key.encode(), len(body)))
        digest.update(body)
    return digest.hexdigest()
