"""Recipes: the pages that are open now, under names that nobody can guess.

A recipe belongs to the viewer whose page drew it. It holds functions and choices, never figures. Each process keeps its
own, because the sessions of pages live in one process too.
"""

from collections import OrderedDict
from dataclasses import dataclass
from secrets import token_urlsafe
from threading import Lock

from pages.live.recipe import Recipe
from pages.live.recording import Recording
from pages.shared.cache_budget import bytes_of
from pages.shared.scene import Scene

# Kept at once. A page whose recipe was dropped runs its script once more when its browser connects again.
MOST_RECIPES = 2000
MOST_BYTES = 32 * 2**20


def facts_shown(scene: Scene) -> tuple[object, ...]:
    """Everything that identifies the data of a scene. Equal facts give equal figures, up to ages in words."""
    return scene.key, scene.past_key, scene.accounts, scene.unseen, scene.unread, scene.outage


def accounts_of(scene: Scene) -> frozenset[int]:
    """The accounts that a scene shows."""
    return frozenset(account.id for account in scene.accounts)


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A recipe with its owner ("" if nobody signs in). Version, facts and accounts are what its script drew last."""

    owner: str
    recipe: Recipe
    version: str
    facts: tuple[object, ...]
    account_ids: frozenset[int]


@dataclass(slots=True)
class _Kept:
    """A page with the number of sessions that show it, and its size."""

    page: OpenPage
    bytes: int
    sessions: int = 0


class Recipes:
    """Recipes by token. Pages that show the same to the same viewer share one. Thread-safe."""

    def __init__(self, most: int = MOST_RECIPES, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._bytes = 0
        self._lock = Lock()
        self._tokens: dict[tuple[str, Recipe], str] = {}
        self._pages: OrderedDict[str, _Kept] = OrderedDict()

    def register(self, owner: str, recording: Recording, former: str = "") -> str:
        """The token of a drawn page. `former` is the token that the session drew before, "" if none."""
        recipe = recording.recipe
        scene = recording.scene
        page = OpenPage(owner, recipe, recording.version, facts_shown(scene), accounts_of(scene))
        with self._lock:
            token = self._tokens.setdefault((owner, recipe), token_urlsafe(16))
            if token in self._pages:
                kept = self._pages[token]
                kept.page = page
            else:
                kept = _Kept(page, bytes_of((recipe, scene.key, scene.past_key, page.account_ids)))
                self._pages[token] = kept
                self._bytes += kept.bytes
            self._pages.move_to_end(token)
            if token != former:
                kept.sessions += 1
                self._leave(former, owner)
            while len(self._pages) > 1 and (len(self._pages) > self._most or self._bytes > self._most_bytes):
                self._drop(next(iter(self._pages)))
        return token

    def _leave(self, token: str, owner: str) -> None:
        """A session shows another page now. The last one that leaves takes the recipe along."""
        kept = self._pages.get(token)
        if kept is None or kept.page.owner != owner:
            return
        kept.sessions -= 1
        if kept.sessions <= 0:
            self._drop(token)

    def _drop(self, token: str) -> None:
        dropped = self._pages.pop(token)
        self._bytes -= dropped.bytes
        del self._tokens[dropped.page.owner, dropped.page.recipe]

    def page(self, token: str) -> OpenPage | None:
        """The page with this token. None if it was dropped or never existed."""
        with self._lock:
            if token in self._pages:
                self._pages.move_to_end(token)
                return self._pages[token].page
            return None


# The pages of this process. It holds no data of accounts.
OPEN_PAGES = Recipes()
