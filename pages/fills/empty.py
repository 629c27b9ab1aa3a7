"""Empty: why the list of fills is empty, or may not be whole; each reason looks different (Lesson 33)."""

from domain.snapshot import Account
from domain.sources import SourceKind
from pages.shared.doubts import show_doubts
from pages.shared.listed_past import ListedPast
from pages.shared.past import reads_fills
from pages.shared.scene import Scene
from pages.shared.widgets import show_band


def show_gaps(scene: Scene) -> None:
    """A band for each source of fills that fails and each account without one: what is listed stands all the same."""
    show_doubts(scene, (FILLS.kind,))
    for account in scene.accounts:
        if not reads_fills(account):
            show_band("past", f"{account.name}: {_not_read(account)} This list is without it.")


def _not_read(account: Account) -> str:
    if SourceKind.FILLS in account.not_readable:
        return f"the fills of {account.exchange} cannot be read by Stillframe."
    return f"fills are not asked for on {account.exchange}."


FILLS = ListedPast(
    SourceKind.FILLS,
    "fills",
    reads_fills,
    lambda learned: learned.fills_since,
    _not_read,
    "Executions appear here as soon as the exchange tells them.",
)
