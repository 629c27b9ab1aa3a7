"""Transfers: deposits, withdrawals and other movements, newest first, with the totals of the filter."""

from collections.abc import Sequence

from db.reads.transfer_filter import TransferFilter
from db.reads.transfers import read_transfers
from domain.income import TransferSum
from domain.snapshot import Account
from domain.sources import SourceKind
from pages.shared.listed_past import ListedPast
from pages.shared.long_list import LongList, show_long_list
from pages.shared.opened_row import row_key
from pages.shared.past import load_moved, load_transfer_assets, load_transfers
from pages.shared.scene import Scene
from pages.shared.transfer_words import unread_words
from pages.shared.widgets import section, show_table
from pages.transfers.columns import TOTALS, transfer_columns
from pages.transfers.costs import show_costs
from pages.transfers.filters import NAMES, transfer_controls, transfer_filter_of_url
from pages.transfers.opened import OPENED_TRANSFER, show_opened_transfer
from pages.transfers.view import EXPORTED, exported_values, totals_frame, totals_kpis, transfers_frame


def show_transfers() -> None:
    """The page."""
    show_long_list(TRANSFERS)


def _lacks(account: Account) -> str:
    kinds = account.unread_transfers
    return unread_words(account.exchange, kinds) if kinds else ""


def _show_totals(moved: Sequence[TransferSum] | None, scene: Scene) -> None:
    """Everything of the filter by kind and currency."""
    frame = totals_frame(moved or (), scene.view)
    if not frame.empty:
        with section("By kind and currency", "all that match the filters"):
            show_table(frame, TOTALS, "transfer_totals", order=list(frame.columns), inks=scene.view.inks,
                       alt="Transfers by kind and currency")  # fmt: skip


TRANSFERS = LongList(
    past=ListedPast(
        kind=SourceKind.TRANSFERS,
        noun="transfers",
        is_read=lambda account: account.reads_transfers,
        known_since=lambda progress: progress.transfers_since,
        not_read=lambda account: f"Stillframe does not read transfers of {account.exchange}.",
        lacks=_lacks,
        hint="Deposits, withdrawals, funding and interest appear here.",
    ),
    row="transfer",
    opened=OPENED_TRANSFER,
    show_opened=show_opened_transfer,
    load_options=load_transfer_assets,
    names=NAMES,
    filter_of_url=transfer_filter_of_url,
    controls_of=transfer_controls,
    no_filter=TransferFilter(),
    load_totals=load_moved,
    count_of=lambda moved: sum(group.count for group in moved),
    kpis_of=totals_kpis,
    load_rows=load_transfers,
    frame_of=transfers_frame,
    columns_of=transfer_columns,
    read_rows=read_transfers,
    key_of=lambda row: row_key(row.transfer.account, row.transfer.key),
    spare=("key", "symbol"),
    exported=EXPORTED,
    values_of=exported_values,
    show_more=_show_totals,
    show_forms=show_costs,
)
