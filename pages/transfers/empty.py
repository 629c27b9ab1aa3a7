"""Empty: why the list of transfers is empty, or may not be whole; each reason looks different (Lesson 33)."""

from domain.snapshot import Account
from domain.sources import SourceKind
from pages.shared.doubts import show_doubts
from pages.shared.listed_past import ListedPast
from pages.shared.past import reads_transfers
from pages.shared.scene import Scene
from pages.shared.transfer_words import unread_words
from pages.shared.widgets import show_band


def show_gaps(scene: Scene) -> None:
    """A band for each source of transfers that fails, and for each account of which something cannot be read."""
    show_doubts(scene, (TRANSFERS.kind,))
    for account in scene.accounts:
        if not reads_transfers(account):
            show_band("past", f"{account.name}: {_not_read(account)} This list is without it.")
        elif account.unread_transfers:
            words = unread_words(account.exchange, account.unread_transfers)
            show_band("past", f"{account.name}: {words} cannot be read by Stillframe. This list is without them.")


def _not_read(account: Account) -> str:
    return f"transfers are not read from {account.exchange}."


TRANSFERS = ListedPast(
    SourceKind.TRANSFERS,
    "transfers",
    reads_transfers,
    lambda learned: learned.transfers_since,
    _not_read,
    "Deposits, withdrawals, funding and interest appear here.",
)
