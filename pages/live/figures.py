"""Figures: the newest contents of an open page, read for its viewer through the caches of the pages."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from db.viewing import viewing
from pages.live.recipe import Content, Figures, work_out
from pages.live.recipes import OpenPage, accounts_of, facts_shown
from pages.shared.database import DatabaseUnavailable, SightChanged
from pages.shared.latest import Latest
from pages.shared.loaders import load_latest, load_scene
from pages.shared.viewer import Sight, sight_of, viewer_now

# The newest moments are asked for again after this time. Pages themselves ask once a second.
FRESH_SECONDS = 0.2


class NotYours(Exception):
    """The page was drawn for another viewer, or the session has ended."""


@dataclass(frozen=True, slots=True)
class Worked:
    """Figures with the facts and accounts that they show. `at` is the moment shown, in milliseconds.

    `took` is how many seconds it took to work them out. `sight` is what the viewer might see then.
    """

    figures: Figures
    at: int
    facts: tuple[object, ...]
    account_ids: frozenset[int]
    took: float
    sight: Sight


def newest_facts(own_credential: Callable[[], str | None]) -> object:
    """The newest moments of all accounts, or why they are not known. Equal results mean that nothing has moved."""
    try:
        with viewing(own_credential()):
            return load_latest(FRESH_SECONDS)
    except DatabaseUnavailable as error:
        return str(error)


def moved_accounts(before: object, after: object) -> frozenset[int] | None:
    """The accounts with a newer refresh or history. None if anything else has changed, which may concern every page."""
    if not (isinstance(before, Latest) and isinstance(after, Latest)):
        return frozenset() if before == after else None
    if (before.accounts, before.outage) != (after.accounts, after.outage):
        return None
    pairs = ((before.moments, after.moments), (before.progress, after.progress))
    return frozenset(id_ for old, new in pairs for id_ in {*old, *new} if old.get(id_) != new.get(id_))


def worked_out(
    page: OpenPage, credential: str | None, facts: tuple[object, ...] | None, before: Mapping[str, Content]
) -> Worked | None:
    """The newest figures of a page, for the viewer with this credential. None if they would show `facts` again.

    Without `facts` they are worked out anyway. Raises NotYours, or DatabaseUnavailable: the page stays as it is then,
    and ages count on.
    """
    with viewing(credential):
        viewer = viewer_now()
        if viewer is None or viewer.name != page.owner:
            raise NotYours
        load_latest(FRESH_SECONDS)
        scene = load_scene(page.recipe.view)
        shown = facts_shown(scene)
        if facts is not None and shown == facts:
            return None
        began = time.monotonic()
        figures = work_out(page.recipe, scene, before)
        took = time.monotonic() - began
        if (after := viewer_now()) is None or sight_of(after) != sight_of(viewer):
            raise SightChanged("what you may see has just changed")
        return Worked(figures, round(scene.at.timestamp() * 1000), shown, accounts_of(scene), took, sight_of(viewer))


def sights_now(credentials: Iterable[str | None]) -> Mapping[str | None, Sight | NotYours]:
    """The accounts that each of these viewers may see. NotYours for a session that has ended, nothing if not known."""
    sights: dict[str | None, Sight | NotYours] = {}
    for credential in credentials:
        with viewing(credential), suppress(DatabaseUnavailable):
            viewer = viewer_now()
            sights[credential] = NotYours() if viewer is None else sight_of(viewer)
    return sights
