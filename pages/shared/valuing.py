"""Valuing: whether figures of the past still wait for values, and the words for that beside them."""

from db.reads.due_values import read_left_to_value
from pages.shared.caches import cache_data
from pages.shared.failures import load_or
from pages.shared.loaders import ask
from pages.shared.scene import PastKey, Scene


def valuing_words(scene: Scene) -> str:
    """How many fills and transfers are still to be valued. "" if all are."""
    left = load_or(None, lambda: load_left_to_value(scene))
    if left is None:
        return "The number of fills and transfers without a value could not be read. Figures of the past may move."
    if left <= 0:
        return ""
    count = "1 fill or transfer" if left == 1 else f"{left:,} fills and transfers"
    return f"History is being valued: {count} left. Figures of the past may move until then."


def valuing_html(scene: Scene) -> str:
    """The words as a part of a page. "" without any."""
    words = valuing_words(scene)
    return f'<div class="sf-note" role="status">{words}</div>' if words else ""


def load_left_to_value(scene: Scene) -> int:
    """How many fills and transfers are still to be valued. Raises DatabaseUnavailable."""
    return _left(tuple(account.id for account in scene.accounts), scene.past_key)


@cache_data(max_entries=100)
def _left(account_ids: tuple[int, ...], past_key: PastKey) -> int:
    """Each version of the history is counted once: a new value makes a new version."""
    return ask(lambda connection: read_left_to_value(connection, account_ids))
