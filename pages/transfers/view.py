"""View: the frames, figures and texts of Transfers. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, localcontext

import pandas as pd

from db.reads.transfers import TransferRow
from domain.gains import Converted
from domain.income import EARNED, TransferSum, income_of
from domain.lots import EXACT
from domain.prices import Rates
from domain.transfers import TransferKind, TransferStatus
from domain.worth import Worth, added, total_worth
from pages.shared.amounts import past_amount_of
from pages.shared.formats import amount_text, ledger_text, masked, time_word, utc_text
from pages.shared.tables import account_first, spaced
from pages.shared.transfer_words import ALL_OF_A_KIND, KINDS, MEANINGS, NOTES, STATUSES, fee_word
from pages.shared.view import View
from pages.shared.widgets_html import Kpi

# A phone shows the first four without scrolling.
COLUMNS = ("time", "kind", "amount", "asset", "fee", "status", "symbol", "key", "account", "utc")


def transfers_frame(rows: Sequence[TransferRow], view: View, at: datetime, several: bool) -> pd.DataFrame:
    """The transfers as shown on screen. With `several` accounts the account is the first column."""
    transfers, hidden = [row.transfer for row in rows], view.hide_amounts
    columns: Mapping[str, Sequence[str]] = {
        "time": [time_word(transfer.at, view.zone, at) for transfer in transfers],
        "kind": [KINDS[transfer.kind] for transfer in transfers],
        "asset": [transfer.asset for transfer in transfers],
        "amount": _amounts(
            [ledger_text(transfer.amount, transfer.asset, signed=True) for transfer in transfers], hidden
        ),
        "fee": _amounts([fee_word(transfer) for transfer in transfers], hidden),
        "status": [STATUSES[transfer.status] for transfer in transfers],
        "symbol": [transfer.symbol or "" for transfer in transfers],
        "key": [transfer.key for transfer in transfers],
        "account": [transfer.account for transfer in transfers],
        "utc": [utc_text(transfer.at) for transfer in transfers],
    }
    return pd.DataFrame({name: pd.Series(list(columns[name]), dtype="str") for name in account_first(COLUMNS, several)})


def _amounts(texts: Sequence[str], hidden: bool) -> Sequence[str]:
    return [masked(text, hidden) if text else "" for text in texts] if hidden else spaced(texts)


def totals_kpis(moved: Sequence[TransferSum], _: Rates, view: View) -> Iterator[Kpi]:
    """Totals of all transfers of the filter, including those on other pages, one figure per kind.

    Pending and failed transfers and those of unknown kind are in no figure. They are counted.
    """
    yield Kpi("Transfers", f"{sum(group.count for group in moved):,}", _left_out(moved) or "all that match the filters")
    income = income_of(moved)
    for kind, label in ALL_OF_A_KIND.items():
        amounts = income.total(view.currency, kind) if kind in EARNED else _flows(moved, kind, view)
        if amounts.by_currency:
            figure = past_amount_of(label, amounts, view, signed=True)
            note = " · ".join(filter(None, (figure.note, NOTES.get(kind))))
            why = f"{figure.why}.\n{MEANINGS[kind]}" if kind in MEANINGS else figure.why
            yield Kpi(label, figure.value, note, why=why, warns=figure.warns)


def _left_out(moved: Sequence[TransferSum]) -> str:
    texts = []
    for status in (TransferStatus.PENDING, TransferStatus.FAILED):
        if count := sum(group.count for group in moved if group.status is status):
            texts.append(f"{count:,} {STATUSES[status].lower()}")
    if unclear := income_of(moved).unclear:
        texts.append(f"{unclear:,} of unknown kind")
    return f"{', '.join(texts)}: in no figure" if texts else ""


def _flows(moved: Iterable[TransferSum], kind: TransferKind, view: View) -> Converted:
    amounts: dict[str | None, Decimal] = {}
    moved = [group for group in moved if group.kind is kind and group.has_happened]
    with localcontext(EXACT):
        for group in moved:
            amounts[group.asset] = amounts.get(group.asset, Decimal(0)) + group.amount
    return total_worth(amounts, added((group.asset, group.worth) for group in moved), view.currency)


def totals_frame(moved: Iterable[TransferSum], view: View) -> pd.DataFrame:
    """Transfers by kind and currency: count, amount and the worth at its own time. Fees are separate rows."""
    sums: dict[tuple[TransferKind, str], tuple[int, Decimal, Worth]] = {}

    def add(kind: TransferKind, asset: str, count: int, amount: Decimal, worth: Worth) -> None:
        previous = sums.get((kind, asset), (0, Decimal(0), Worth()))
        sums[kind, asset] = previous[0] + count, previous[1] + amount, previous[2] + worth

    with localcontext(EXACT):
        for group in moved:
            if group.has_happened:
                add(group.kind, group.asset, group.count, group.amount, group.worth)
                if group.fee:
                    add(TransferKind.FEE, group.fee_currency or "?", group.count, -group.fee, -group.fee_worth)
    order = list(KINDS)
    listed = sorted(sums.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    # A sum of which a part has no known value is unknown, so that no smaller number passes for it.
    values = [None if worth.unknown else worth.amount for _, (_, _, worth) in listed]
    return pd.DataFrame(
        {
            "Kind": ["Transfer fee" if kind is TransferKind.FEE else KINDS[kind] for (kind, _), _ in listed],
            "Currency": [asset for (_, asset), _ in listed],
            "Amount": _amounts(
                [ledger_text(amount, asset, signed=True) for (_, asset), (_, amount, _) in listed], view.hide_amounts
            ),
            "Value": _amounts([amount_text(value, view.currency, signed=True) for value in values], view.hide_amounts),
            "Count": spaced([f"{count:,}" for _, (count, _, _) in listed]),
        }
    )


EXPORTED = ("account", "exchange", "at", "kind", "status", "asset", "amount", "fee", "fee_currency", "symbol", "key")


def exported_values(row: TransferRow) -> Sequence[object]:
    """The values of a transfer in each column of the export, with every digit."""
    return [getattr(row.transfer, name) for name in EXPORTED]
