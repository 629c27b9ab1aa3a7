"""Rows of a tax export: one table of disposals, income, open lots and what is missing, for a spreadsheet.

The `section` of a row says what it is:

    disposal   a part of a lot that was sold, paid with or used for a fee, or the gain of a fill of contracts
    income     funding, interest, a rebate or a fee: `acquired` is when, `value` what it was worth, negative if paid
    open lot   a part of what is held at the end of the year, at its cost
    missing    what the account's figures lack, in `remark`
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from zoneinfo import ZoneInfo

from domain.coin_lots import CoinLot
from domain.lots import EXACT
from domain.tax import NO_COST, Disposal, Receipt, TaxYear

COLUMNS = (
    "section", "account", "coin", "role", "acquired", "disposed", "quantity", "proceeds", "cost", "gain", "days_held",
    "value", "currency", "method", "id", "remark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountYear:
    """The tax year of one account, in one currency. `missing` says in a sentence each what the figures lack."""

    account: str
    currency: str
    year: TaxYear
    missing: Sequence[str] = ()


def tax_rows(years: Iterable[AccountYear], zone: ZoneInfo) -> Iterator[Sequence[object]]:
    """The values of each row, by COLUMNS. Times and days are those of the filer's zone."""
    for found in years:
        rest = (found.currency, found.year.method.value)
        for disposal in found.year.disposals:
            yield ("disposal", found.account, *_disposal(disposal, zone), None, *rest, disposal.key, disposal.remark)
        for receipt in found.year.receipts:
            yield ("income", found.account, *_receipt(receipt, zone), *rest, receipt.key, receipt.remark)
        for coin, lots in found.year.open_lots.items():
            for lot in lots:
                remark = NO_COST if cost_of(lot) is None else ""
                yield ("open lot", found.account, coin, None, *_lot(lot, zone), *rest, None, remark)
        for reason in found.missing:
            yield ("missing", found.account, *[None] * (len(COLUMNS) - 6), *rest, None, reason)


def cost_of(lot: CoinLot) -> Decimal | None:
    """The cost of a lot with its fees. None is unknown."""
    with localcontext(EXACT):
        return None if lot.cost is None or lot.fees is None else lot.cost + lot.fees


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
    return _time(lot.acquired_at, zone), None, lot.quantity, None, cost_of(lot), *[None] * 3


def _time(at: datetime | None, zone: ZoneInfo) -> str | None:
    """In the filer's zone, with its offset. As text, because a CSV writes moments in UTC."""
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")
