"""Hub: works out the figures of open pages once per refresh, and hands them to all who look at them.

One task looks for newer data a few times a second. Then threads work out each open page once, whatever the number of
its viewers. A subscriber is one browser. It gets what changed since the version that it has, and nothing if nothing
did.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

from pages.live.events import RETRY, beat_event, figures_event, run_event
from pages.live.figures import NotYours, Worked, moved_accounts, newest_facts, sights_now, worked_out
from pages.live.groups import Group, Subscriber
from pages.live.recipe import Content, settled
from pages.live.recipes import Recipes
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
# Those of one viewer who signs in. Each of its browsers has one stream.
MOST_OF_VIEWER = 50
# After a page was worked out it rests for so many times as long. One of many accounts, with a refresh at any moment,
# would take a processor for itself.
RESTS = 3.0


class TooManySubscribers(Exception):
    """This process serves as many browsers as it can."""


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
        if self._is_closing or self._is_full(subscriber.viewer):
            raise TooManySubscribers
        unknown = self._join(subscriber)
        try:
            yield RETRY + beat_event(_now(), self.behind)
            for token in unknown:
                yield run_event(token, _now())
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

    def _is_full(self, viewer: str) -> bool:
        of_viewer = sum(s.viewer == viewer for s in self._subscribers) if viewer else 0
        return len(self._subscribers) >= MOST_SUBSCRIBERS or of_viewer >= MOST_OF_VIEWER

    def _join(self, subscriber: Subscriber) -> list[str]:
        """Add a subscriber to its groups. Returns the tokens without a page of its viewer, which it follows no more."""
        self._subscribers.add(subscriber)
        unknown = []
        for token, version in list(subscriber.versions.items()):
            page = self._recipes.page(token)
            if page is not None and page.owner != subscriber.viewer:
                page = None  # a token of another viewer is worth nothing
            group = self._groups.get((token, subscriber.viewer))
            if group is None and page is None:
                unknown.append(token)
                del subscriber.versions[token]
                continue
            if group is None:
                assert page is not None
                group = Group(token, page, page.facts, page.version, page.account_ids)
                self._groups[token, subscriber.viewer] = group
            elif page is not None and page.version == version != group.version:
                group.draws += 1
            group.is_unchecked = bool(group.full)
            group.subscribers.add(subscriber)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look_after())
        return unknown

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
        is_check_due = began - self._checked_at > BEAT_SECONDS
        if is_check_due:
            self._checked_at = began
            await self._end_dead(self._subscribers)
        await self._check_sights([g for g in self._groups.values() if g.full and (is_check_due or g.is_unchecked)])
        due = [group for group in self._groups.values() if self._is_due(group, began)]
        self._began_at = began
        try:
            results = await asyncio.gather(*(self._renew(group) for group in due), return_exceptions=True)
        finally:
            self._began_at = None
        for error in results:
            if isinstance(error, Exception):
                note("newer figures of a page", error)
        self._behind = time.monotonic() - began

    async def _check_sights(self, groups: Sequence[Group]) -> None:
        """Withhold figures that were worked out while their viewer might see other accounts than now."""
        readers = {group: reader for group in groups if (reader := group.reader) is not None}
        if not readers:
            return
        credentials = {reader.credential for reader in readers.values()}
        sights = await self._in_thread(lambda: sights_now(credentials))
        for group, reader in readers.items():
            if reader.credential not in sights:
                continue  # not known at present
            if isinstance(sight := sights[reader.credential], NotYours):
                reader.end()  # the next look asks another subscriber
                continue
            if sight != group.sight:
                group.draws += 1
            if group.is_unchecked:
                group.is_unchecked = False
                group.wake()

    def _note_moves(self, account_ids: frozenset[int] | None) -> None:
        """Note the groups that newer data concerns. None: all of them."""
        for group in self._groups.values():
            group.moves += account_ids is None or not group.account_ids.isdisjoint(account_ids)

    def _is_due(self, group: Group, now: float) -> bool:
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
        subscriber = group.reader
        if subscriber is None:
            return
        page, credential = group.page, subscriber.credential
        moves, draws = group.moves, group.draws
        is_old = time.monotonic() - group.worked_at > STANDSTILL_SECONDS
        facts = None if is_old or group.must_renew else group.facts
        before: Mapping[str, Content] = group.figures.contents if group.figures is not None else {}
        try:
            worked = await self._in_thread(lambda: worked_out(page, credential, facts, before))
        except NotYours:
            subscriber.end()  # the next look asks another subscriber
            return
        if worked is not None:
            await self._end_dead(group.subscribers)
            self._take(group, worked)
            group.draws_shown = draws
        group.moves_shown = moves

    def _take(self, group: Group, worked: Worked) -> None:
        """Take newer figures over, and wake the subscribers if anything changed or was withheld."""
        was_behind = group.is_behind
        group.worked_at, group.facts, group.account_ids = time.monotonic(), worked.facts, worked.account_ids
        group.sight, group.took = worked.sight, worked.took
        if worked.figures.version != group.version or not group.full:
            self._publish(group, worked)
        elif was_behind:
            group.wake()

    def _publish(self, group: Group, worked: Worked) -> None:
        figures, at = worked.figures, worked.at
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
        group.wake()

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
