"""Description of a sheet: HTML, boxes and components, in the order of the page. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from pages.components.payload import beginning

# The handlers of a component's events, by name. Values are texts.
Events = Mapping[str, Callable[[str], None]]


@dataclass(slots=True)
class Sheet:
    """The pieces in order, with the payloads of components beside them. `handlers` are by key of a component.

    `handled` is the number of the newest event that was handled.
    """

    handled: int = 0
    items: list[tuple[str | int, ...]] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    handlers: dict[str, Events] = field(default_factory=dict)

    def add_html(self, html: str) -> None:
        """Trusted HTML."""
        self.items.append(("html", html))

    def add_component(self, folder: str, key: str, payload: bytes, events: Events, height: int | None) -> None:
        """A component. `height` is in pixels, None for that of its content."""
        self.items.append(("component", folder, key, len(payload), height or 0))
        self.payloads.append(payload)
        self.handlers[key] = events

    @contextmanager
    def within(self, key: str, look: str, words: str = "") -> Iterator[None]:
        """A box around pieces. `look` names its style, `key` the box itself. With `words` it opens at a click."""
        self.items.append(("open", key, look, words))
        try:
            yield
        finally:
            self.items.append(("close",))

    def packed(self) -> bytes:
        """All of it as the browser gets it: the length of the list in a line, the list, and the payloads.

        The list begins with the number of the newest event that was handled.
        """
        listed = json.dumps([self.handled, *self.items], ensure_ascii=False, separators=(",", ":")).encode()
        return b"%d\n%s%s" % (len(listed), listed, b"".join(self.payloads))

    def beginning(self) -> "Sheet":
        """The same sheet with the first rows of long lists alone."""
        payloads = [beginning(payload) for payload in self.payloads]
        sizes = iter(map(len, payloads))
        items = [(*item[:3], next(sizes), *item[4:]) if item[0] == "component" else item for item in self.items]
        return Sheet(self.handled, items, payloads)

    def happened(self, events: str) -> None:
        """Hand events of the browser to their components, each once: number, key, name and value, as JSON.

        Streamlit keeps the newest message of an element alone, so each message repeats what is not yet handled.
        """
        for number, key, name, value in json.loads(events):
            if number <= self.handled:
                continue
            self.handled = number
            if handle := self.handlers.get(key, {}).get(name):
                handle(str(value))


# The sheet that the page fills at this moment.
sheet_now: ContextVar[Sheet | None] = ContextVar("stillframe_sheet", default=None)
# Where the page leaves its sheet, if it runs for that alone.
_taken: ContextVar[list[Sheet] | None] = ContextVar("stillframe_sheet_taken", default=None)


@contextmanager
def sheet_taken() -> Iterator[list[Sheet]]:
    """Run a page for its sheet alone. The list gets the sheet, and the run ends with StopException."""
    sheets: list[Sheet] = []
    token = _taken.set(sheets)
    try:
        yield sheets
    finally:
        _taken.reset(token)


def take(sheet: Sheet) -> bool:
    """Take a sheet if the page runs for that alone. False if it runs for a session."""
    if (sheets := _taken.get()) is not None:
        sheets.append(sheet)
    return sheets is not None
