"""Groups: who follows a page, and the figures that wait for them."""

import asyncio
from dataclasses import dataclass, field

from pages.live.recipe import Figures
from pages.live.recipes import OpenPage
from pages.shared.viewer import Sight


@dataclass(slots=True, eq=False)
class Subscriber:
    """One browser of a viewer ("" if nobody signs in). `versions` are those that it has, by token."""

    credential: str | None
    viewer: str
    versions: dict[str, str]
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    has_ended: bool = False

    def end(self) -> None:
        """Send nothing any more."""
        self.has_ended = True
        self.wake.set()


@dataclass(slots=True, eq=False)
class Group:
    """All subscribers of one page. Events are encoded once for all of them.

    `moves` and `draws` count newer data, and the reasons to withhold the figures here. `moves_shown` and `draws_shown`
    are what the figures have taken in, so nothing is lost if working them out fails.
    """

    token: str
    page: OpenPage
    facts: tuple[object, ...]
    version: str
    account_ids: frozenset[int] = frozenset()
    moves: int = 1
    moves_shown: int = 0
    draws: int = 0
    draws_shown: int = 0
    sight: Sight = ()  # the accounts that the viewer might see when the figures were worked out
    is_unchecked: bool = False  # somebody joined: nothing is sent until the sight is compared
    figures: Figures | None = None
    full: bytes = b""  # the event with all contents
    change: bytes = b""  # the event for those who have the version before
    before: str = ""
    worked_at: float = 0.0
    took: float = 0.0  # seconds to work it out
    subscribers: set[Subscriber] = field(default_factory=set)

    def event_for(self, subscriber: Subscriber) -> bytes:
        """The event that a subscriber lacks. Empty if none."""
        shown = subscriber.versions[self.token]
        if shown == self.version or not self.full or self.is_behind or self.is_unchecked:
            return b""
        return self.change if shown == self.before else self.full

    @property
    def has_moved(self) -> bool:
        """True if there is newer data."""
        return self.moves > self.moves_shown

    @property
    def is_behind(self) -> bool:
        """True if a script has just drawn something else, or the viewer may see other accounts now."""
        return self.draws > self.draws_shown

    @property
    def must_renew(self) -> bool:
        """True if somebody waits for figures that were not worked out here, whatever moved."""
        return self.is_behind or (
            not self.full and any(s.versions[self.token] != self.version for s in self.subscribers)
        )

    @property
    def reader(self) -> Subscriber | None:
        """A subscriber for whom the figures can be worked out."""
        return next((s for s in self.subscribers if not s.has_ended), None)

    def wake(self) -> None:
        """Let all subscribers look for what they lack."""
        for subscriber in self.subscribers:
            subscriber.wake.set()
