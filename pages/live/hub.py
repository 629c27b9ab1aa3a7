"""Hub: works out the figures of open pages once per refresh, and hands them to all who look at them.

One task looks for newer data a few times a second. Then threads work out each open page once, whatever the number of
its viewers. A subscriber is one browser. It gets what changed since the version that it has, and nothing if nothing
did.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from pages.live.events import RETRY, beat_event, figures_event, run_event
from pages.live.figures import NotYours, moved_accounts, newest_facts, worked_out
from pages.live.recipe import Content, Figures, settled
from pages.live.recipes import OpenPage, Recipes
from pages.shared.failures import note

Found = TypeVar("Found")
# Those of the credentials whose sessions have not ended. Raises DatabaseUnavailable.
Check = Callable[[frozenset[str]], Awaitable[frozenset[str]]]

LOOK_SECONDS = 0.25
BEAT_SECONDS = 5.0
# Ages in words advance even without newer data.
STANDSTILL_SECONDS = 20.0
THREADS = 2
# Later figures count as late, and the badge says that Stillframe is busy.
BUSY_SECONDS = 4.0
MOST_SUBSCRIBERS = 2000
# After a page was worked out it rests for so many times as long. One of many accounts, with a refresh at any moment,
# would take a processor for itself.
RESTS = 3.0


class TooManySubscribers(Exception):
    """This process serves as many browsers as it can."""


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

    `is_behind` if a script has just drawn something else than the figures here. Nothing is sent until they are renewed.
    """

    token: str
    page: OpenPage | None
    facts: tuple[object, ...]
    version: str
    account_ids: frozenset[int] = frozenset()
    has_moved: bool = True
    is_behind: bool = False
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
        if shown == self.version or not self.full or self.is_behind:
            return b""
        return self.change if shown == self.before else self.full

    @property
    def must_renew(self) -> bool:
        """True if somebody waits for figures that were not worked out here, whatever moved."""
        return self.is_behind or (
            not self.full and any(s.versions[self.token] != self.version for s in self.subscribers)
        )


class Hub:
    """One per process, in its event loop. `own_credential` looks for newer data of any account."""

    def __init__(self, recipes: Recipes, check: Check, own_credential: Callable[[], str | None]) -> None:
        self._recipes = recipes
        self._check = check
        self._own_credential = own_credential
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._groups: dict[tuple[str, str], Group] = {}  # by token and viewer
        self._subscribers: set[Subscriber] = set()
        self._task: asyncio.Task[None] | None = None
        self._news: object = None
        self._checked_at = float("-inf")
        self._is_closing = False
        self._behind = 0.0
        self._began_at: float | None = None

    @property
    def behind(self) -> float:
        """How many seconds figures are late, because there is too much to work out. 0 below BUSY_SECONDS."""
        so_far = 0.0 if self._began_at is None else time.monotonic() - self._began_at
        late = max(self._behind, so_far)
        return late if late > BUSY_SECONDS else 0.0

    async def stream(self, subscriber: Subscriber) -> AsyncGenerator[bytes]:
        """The events of a subscriber until it ends. Raises TooManySubscribers."""
        if self._is_closing or len(self._subscribers) >= MOST_SUBSCRIBERS:
            raise TooManySubscribers
        self._join(subscriber)
        try:
            yield RETRY + beat_event(_now(), self.behind)
            beaten_at = time.monotonic()
            while not subscriber.has_ended:
                subscriber.wake.clear()
                for event in self._events_for(subscriber):
                    yield event
                remaining = beaten_at + BEAT_SECONDS - time.monotonic()
                if remaining <= 0:
                    yield beat_event(_now(), self.behind)
                    beaten_at = time.monotonic()
                elif not subscriber.wake.is_set():
                    await _wait(subscriber.wake, remaining)
        finally:
            self._leave(subscriber)

    def close(self) -> None:
        """End all streams, because the process stops."""
        self._is_closing = True
        for subscriber in self._subscribers:
            subscriber.end()

    def _join(self, subscriber: Subscriber) -> None:
        self._subscribers.add(subscriber)
        for token, version in subscriber.versions.items():
            page = self._recipes.page(token)
            if page is not None and page.owner != subscriber.viewer:
                page = None  # a token of another viewer is worth nothing
            group = self._groups.get((token, subscriber.viewer))
            if group is None:
                group = self._new_group(token, page)
                self._groups[token, subscriber.viewer] = group
            elif page is not None and page.version == version != group.version:
                group.is_behind = True
            group.subscribers.add(subscriber)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look_after())

    def _new_group(self, token: str, page: OpenPage | None) -> Group:
        if page is not None:
            return Group(token, page, page.facts, page.version, page.account_ids)
        group = Group(token, None, (), "")
        self._publish(group, Figures({}, "unknown", is_other_page=True), _now())
        return group

    def _leave(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)
        for token in subscriber.versions:
            group = self._groups[token, subscriber.viewer]
            group.subscribers.discard(subscriber)
            if not group.subscribers:
                del self._groups[token, subscriber.viewer]

    def _events_for(self, subscriber: Subscriber) -> Iterable[bytes]:
        for token in subscriber.versions:
            group = self._groups[token, subscriber.viewer]
            if not subscriber.has_ended and (event := group.event_for(subscriber)):
                subscriber.versions[token] = group.version
                yield event

    async def _look_after(self) -> None:
        """Look for newer data while anybody is connected."""
        while self._subscribers and not self._is_closing:
            try:
                await self._round()
            except Exception as error:  # the next round tries again
                note("the look for newer data", error)
            await asyncio.sleep(LOOK_SECONDS)

    async def _round(self) -> None:
        news = await self._in_thread(lambda: newest_facts(self._own_credential))
        began = time.monotonic()
        self._note_moves(moved_accounts(self._news, news))
        self._news = news
        due = [group for group in self._groups.values() if self._is_due(group, began)]
        if began - self._checked_at > BEAT_SECONDS:
            self._checked_at = began
            await self._end_dead(self._subscribers)
        self._began_at = began
        try:
            results = await asyncio.gather(*(self._renew(group) for group in due), return_exceptions=True)
        finally:
            self._began_at = None
        for error in results:
            if isinstance(error, Exception):
                note("newer figures of a page", error)
        self._behind = time.monotonic() - began

    def _note_moves(self, account_ids: frozenset[int] | None) -> None:
        """Note the groups that newer data concerns. None: all of them."""
        for group in self._groups.values():
            group.has_moved = group.has_moved or account_ids is None or not group.account_ids.isdisjoint(account_ids)

    def _is_due(self, group: Group, now: float) -> bool:
        if group.page is None:
            return False
        if group.must_renew:
            return True
        if group.figures is not None and group.figures.is_other_page:
            return False
        if not group.worked_at:
            group.worked_at = now  # its script has just run
        waited = now - group.worked_at
        return waited > STANDSTILL_SECONDS or (group.has_moved and waited >= group.took * RESTS)

    async def _renew(self, group: Group) -> None:
        """Work out a group for one of its subscribers, and wake them all if anything changed."""
        subscriber = next((s for s in group.subscribers if not s.has_ended), None)
        if subscriber is None or group.page is None:
            return
        page, credential = group.page, subscriber.credential
        must_renew, group.is_behind, group.has_moved = group.must_renew, False, False
        is_old = time.monotonic() - group.worked_at > STANDSTILL_SECONDS
        facts = None if is_old or must_renew else group.facts
        before: Mapping[str, Content] = group.figures.contents if group.figures is not None else {}
        try:
            worked = await self._in_thread(lambda: worked_out(page, credential, facts, before))
        except NotYours:
            subscriber.end()
            group.has_moved = True  # for the other subscribers
            return
        if worked is None:
            return
        group.worked_at, group.facts, group.account_ids = time.monotonic(), worked.facts, worked.account_ids
        group.took = worked.took
        await self._end_dead(group.subscribers)
        if worked.figures.version != group.version or not group.full:
            self._publish(group, worked.figures, worked.at)

    def _publish(self, group: Group, figures: Figures, at: int) -> None:
        shown = group.figures.contents if group.figures is not None else {}
        group.before, group.version, group.figures = group.version, figures.version, figures
        if figures.is_other_page:
            group.full = group.change = run_event(group.token, at)
        else:
            changed = {
                key: c for key, c in figures.contents.items() if key not in shown or settled(shown[key]) != settled(c)
            }
            group.full = figures_event(group.token, figures.version, at, figures.contents)
            group.change = figures_event(group.token, figures.version, at, changed) if shown else group.full
        for subscriber in group.subscribers:
            subscriber.wake.set()

    async def _end_dead(self, subscribers: Iterable[Subscriber]) -> None:
        """End the streams of those whose sessions have ended, before anything more is sent to them."""
        shown = frozenset(s.credential for s in subscribers if s.credential is not None)
        dead = shown - await self._check(shown) if shown else shown
        for subscriber in list(subscribers):
            if subscriber.credential in dead:
                subscriber.end()

    async def _in_thread(self, work: Callable[[], Found]) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def _now() -> int:
    return round(datetime.now(UTC).timestamp() * 1000)
