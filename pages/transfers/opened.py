"""Opened transfer: the panel of one transfer with all that is known of it, and a link to its coin."""

from collections.abc import Sequence
from datetime import datetime

from db.reads.own_values import OwnValue
from db.reads.transfers import TransferRow
from domain.money import is_money
from domain.transfers import Transfer
from pages.shared.formats import ledger_text, masked
from pages.shared.opened_row import OpenedRow
from pages.shared.past_rows import load_transfer
from pages.shared.row_facts import Facts, time_facts, value_facts
from pages.shared.scene import Scene
from pages.shared.side_panel import PageLink, show_opened_row
from pages.shared.transfer_words import KINDS, STATUSES, fee_word
from pages.shared.view import View
from pages.shared.widgets_html import facts_html, opened_html

OPENED_TRANSFER = OpenedRow("transfers", "transfer")


def show_opened_transfer(scene: Scene) -> None:
    """Draw the panel of the transfer that the address names, if any. Raises DatabaseUnavailable."""
    show_opened_row(scene, OPENED_TRANSFER, load_transfer, opened_transfer_html, _links, lambda row: row.transfer.raw)


def _links(row: TransferRow) -> Sequence[PageLink]:
    """The link to the page of its coin."""
    coin = coin_of(row.transfer)
    return [PageLink(f"Page of {coin}", "coin", {"coin": coin})] if coin else []


def opened_transfer_html(scene: Scene, account: str, key: str) -> str:
    """The transfer in one line, and its facts. Raises DatabaseUnavailable."""
    found = load_transfer(scene, account, key)
    if found is None:
        return opened_html("No transfer has this id", key, "Choose another moment or account.")
    transfer, view = found.row.transfer, scene.view
    title = f"{KINDS[transfer.kind]} of {amount_words(transfer, view)}"
    facts = transfer_facts(found.row, found.value, view, scene.at)
    return opened_html(title, STATUSES[transfer.status]) + facts_html(facts)


def amount_words(transfer: Transfer, view: View) -> str:
    """The amount with its currency and sign."""
    return f"{masked(ledger_text(transfer.amount, transfer.asset, signed=True), view.hide_amounts)} {transfer.asset}"


def transfer_facts(row: TransferRow, value: OwnValue | None, view: View, at: datetime) -> Facts:
    """Facts of a transfer. Those without a value are left out."""
    transfer = row.transfer
    fee = fee_word(transfer)
    facts = (
        *time_facts(transfer.at, view, at),
        ("Amount", amount_words(transfer, view)),
        *value_facts(value, view, signed=True),
        ("Fee", masked(fee, view.hide_amounts) if fee else ""),
        ("Status", STATUSES[transfer.status]),
        ("Market", transfer.symbol or ""),
        ("Account", f"{transfer.account}, {transfer.exchange}"),
        ("Transaction", transfer.tx_id or ""),
        ("Id", transfer.key),
    )
    return [(name, text) for name, text in facts if text]


def coin_of(transfer: Transfer) -> str:
    """The coin that a transfer moved, or that of its market. "" for money alone."""
    if transfer.symbol:
        return transfer.symbol.partition("/")[0]
    return "" if is_money(transfer.asset) else transfer.asset
