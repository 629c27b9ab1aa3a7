"""Rows of a tax export: one table of disposals, income, open lots and what is missing, for a spreadsheet.

The `section` of a row says what it is:

    disposal   a part of a lot that was sold, paid with or used for a fee, or the gain of a fill of contracts
    income     funding, interest, a rebate or a fee: `acquired` is when, `value` what it was worth, negative if paid
    open lot   a part of what is held at the end of the year, at its cost
    missing    what the account's figures lack, in `remark`

A closed year begins with a row "closed", and `known` is when. Its rows are those of that day. Later changes follow as
"correction of disposal", "of income" and "of open lot": when it came to be known (`known`), the amount that was closed
(`old`), the amount of now (`new`) and the difference. The amount is the gain, the value or the cost.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.coin_lots import CoinLot
from domain.tax import NO_COST, Disposal, Receipt, TaxYear
from domain.tax_entries import Correction, year_of

COLUMNS = (
    "section", "account", "coin", "role", "acquired", "disposed", "quantity", "proceeds", "cost", "gain", "days_held",
    "value", "currency", "method", "id", "remark", "known", "old", "new", "difference",
)  # fmt: skip
_NO_CORRECTION = (None,) * 4
_WIDTH = len(COLUMNS) - len(_NO_CORRECTION)


@dataclass(frozen=True, slots=True)
class AccountYear:
    """The tax year of one account, in one currency. `missing` says in a sentence each what the figures lack."""

    account: str
    currency: str
    year: TaxYear
    missing: Sequence[str] = ()
    closed_at: datetime | None = None  # None: it is not closed, and is as known now
    corrections: Sequence[Correction] = ()  # of a closed year, in the order in which they came to be known
    compared_at: datetime | None = None  # the corrections are complete up to this moment


def tax_rows(years: Iterable[AccountYear], zone: ZoneInfo) -> Iterator[Sequence[object]]:
    """The values of each row, by COLUMNS. Times and days are those of the filer's zone."""
    for result in years:
        rest = (result.currency, result.year.method.value)
        blank = [None] * (_WIDTH - 6)
        if result.closed_at is not None:
            closed = ("closed", result.account, *blank, *rest, None, "Rows are as of then. Corrections follow.")
            yield *closed, _time(result.closed_at, zone), *_NO_CORRECTION[1:]
        for row in (*_disposals(result, zone), *_receipts(result, zone), *_lots(result, zone)):
            yield *row, *_NO_CORRECTION
        for reason in result.missing:
            yield "missing", result.account, *blank, *rest, None, reason, *_NO_CORRECTION
        for correction in result.corrections:
            yield *_corrected_row(result, correction, zone), _time(correction.known_at, zone), *_amounts(correction)


def _corrected_row(account_year: AccountYear, correction: Correction, zone: ZoneInfo) -> Sequence[object]:
    """The entry as it is known now, or as it was if it has gone."""
    only = AccountYear(
        account_year.account, account_year.currency, year_of([correction.entry], account_year.year.method)
    )
    row = next(iter((*_disposals(only, zone), *_receipts(only, zone), *_lots(only, zone))))
    remark = row[-1] if correction.now is not None else "Not there any more"
    return f"correction of {correction.section.value}", *row[1:-1], remark


def _amounts(correction: Correction) -> Sequence[object]:
    return correction.old, correction.new, correction.difference


def _disposals(account_year: AccountYear, zone: ZoneInfo) -> Iterator[Sequence[object]]:
    rest = (account_year.currency, account_year.year.method.value)
    for disposal in account_year.year.disposals:
        yield "disposal", account_year.account, *_disposal(disposal, zone), None, *rest, disposal.key, disposal.remark


def _receipts(account_year: AccountYear, zone: ZoneInfo) -> Iterator[Sequence[object]]:
    rest = (account_year.currency, account_year.year.method.value)
    for receipt in account_year.year.receipts:
        yield "income", account_year.account, *_receipt(receipt, zone), *rest, receipt.key, receipt.remark


def _lots(account_year: AccountYear, zone: ZoneInfo) -> Iterator[Sequence[object]]:
    rest = (account_year.currency, account_year.year.method.value)
    for coin, lots in account_year.year.open_lots.items():
        for lot in lots:
            remark = NO_COST if lot.cost_with_fees is None else ""
            yield "open lot", account_year.account, coin, None, *_lot(lot, zone), *rest, None, remark


def days_held(disposal: Disposal, zone: ZoneInfo) -> int | None:
    """The days from the day of purchase to that of disposal, in the filer's zone."""
    if disposal.acquired_at is None:
        return None
    return (disposal.disposed_at.astimezone(zone).date() - disposal.acquired_at.astimezone(zone).date()).days


def _disposal(disposal: Disposal, zone: ZoneInfo) -> Sequence[object]:
    return (
        disposal.coin, disposal.role.value, _time(disposal.acquired_at, zone), _time(disposal.disposed_at, zone),
        disposal.quantity or None, disposal.proceeds, disposal.cost, disposal.gain, days_held(disposal, zone),
    )  # fmt: skip


def _receipt(receipt: Receipt, zone: ZoneInfo) -> Sequence[object]:
    acquired = _time(receipt.at, zone)
    return receipt.asset, receipt.kind.value, acquired, None, receipt.quantity, *[None] * 4, receipt.value


def _lot(lot: CoinLot, zone: ZoneInfo) -> Sequence[object]:
    return _time(lot.acquired_at, zone), None, lot.quantity, None, lot.cost_with_fees, *[None] * 3


def _time(at: datetime | None, zone: ZoneInfo) -> str | None:
    """In the filer's zone, with its offset. As text, because a CSV writes moments in UTC."""
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")
