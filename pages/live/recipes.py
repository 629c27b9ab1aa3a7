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
from pages.shared.scene import Scene

# Kept at once. A page whose recipe was dropped runs its script once more.
MOST_RECIPES = 5000


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


class Recipes:
    """Recipes by token. Pages that show the same to the same viewer share one. Thread-safe."""

    def __init__(self, most: int = MOST_RECIPES) -> None:
        self._most = most
        self._lock = Lock()
        self._tokens: dict[tuple[str, Recipe], str] = {}
        self._pages: OrderedDict[str, OpenPage] = OrderedDict()

    def register(self, owner: str, recording: Recording) -> str:
        """The token of a drawn page."""
        recipe = recording.recipe
        scene = recording.scene
        page = OpenPage(owner, recipe, recording.version, facts_shown(scene), accounts_of(scene))
        with self._lock:
            token = self._tokens.setdefault((owner, recipe), token_urlsafe(16))
            self._pages[token] = page
            self._pages.move_to_end(token)
            while len(self._pages) > self._most:
                _, dropped = self._pages.popitem(last=False)
                del self._tokens[dropped.owner, dropped.recipe]
        return token

    def page(self, token: str) -> OpenPage | None:
        """The page with this token. None if it was dropped or never existed."""
        with self._lock:
            if token in self._pages:
                self._pages.move_to_end(token)
            return self._pages.get(token)


# The pages of this process. It holds no data of accounts.
OPEN_PAGES = Recipes()
