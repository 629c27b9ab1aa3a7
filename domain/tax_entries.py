"""Tax entries: the rows of a tax year as JSON, and how a later version of the year differs from a closed one.

A closed year never changes. Each entry that later comes to be known otherwise is a correction:

    closed on 15 January    1 BTC sold    gain 400
    known on 3 February     1 BTC sold    gain 350    difference -50    (an earlier purchase came to be known)

The amount of a disposal is its gain, of income its value, of an open lot its cost. An unknown amount is in no sum, so
a gain that was unknown and becomes 50 differs by 50. The closed sum plus all differences is the sum as it is known now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Any

from domain.coin_books import Role
from domain.coin_lots import CoinLot, LotMethod
from domain.lots import EXACT, ZERO
from domain.tax import Disposal, Receipt, TaxYear
from domain.transfers import TransferKind

Entry = Mapping[str, Any]
_Name = tuple[object, ...]


class Section(StrEnum):
    """The kind of an entry."""

    DISPOSAL = "disposal"
    INCOME = "income"
    LOT = "open lot"


@dataclass(frozen=True, slots=True)
class TaxYearName:
    """Names a tax year of one account."""

    account_id: int
    year: int
    zone: str
    currency: str
    method: LotMethod


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry of a closed year that came to be known otherwise at `known_at`. None: there is no such entry."""

    known_at: datetime
    was: Entry | None
    now: Entry | None

    @property
    def entry(self) -> Entry:
        """The entry as it is now, or as it was if it has gone."""
        return self.now or self.was or {}

    @property
    def section(self) -> Section:
        return Section(self.entry["section"])

    @property
    def old(self) -> Decimal | None:
        """The amount that was closed. None if it was unknown or there was none."""
        return None if self.was is None else amount_of(self.was)

    @property
    def new(self) -> Decimal | None:
        """The amount as it is known now."""
        return None if self.now is None else amount_of(self.now)

    @property
    def difference(self) -> Decimal:
        """How much it changes the sum of known amounts."""
        with localcontext(EXACT):
            return (self.new or ZERO) - (self.old or ZERO)


def entries_of(year: TaxYear) -> list[Entry]:
    """All entries of a year. Entries of equal section, id, coin and role are numbered."""
    entries: list[dict[str, Any]] = [*map(_disposal, year.disposals), *map(_receipt, year.receipts)]
    entries += [_lot(coin, lot) for coin, lots in year.open_lots.items() for lot in lots]
    numbers: dict[_Name, int] = {}
    for entry in entries:
        name = tuple(entry[field] for field in ("section", "key", "coin", "role"))
        entry["number"] = numbers[name] = numbers.get(name, -1) + 1
    return list(entries)


def year_of(entries: Iterable[Entry], method: LotMethod) -> TaxYear:
    """The year with these entries."""
    disposals, receipts, lots = [], [], dict[str, list[CoinLot]]()
    for entry in entries:
        if entry["section"] == Section.DISPOSAL:
            disposals.append(disposal_in(entry))
        elif entry["section"] == Section.INCOME:
            receipts.append(receipt_in(entry))
        else:
            lots.setdefault(entry["coin"], []).append(lot_in(entry))
    return TaxYear(method, disposals, receipts, lots)


def differences(
    old: Iterable[Entry], new: Iterable[Entry]
) -> Sequence[tuple[Entry, None] | tuple[None, Entry] | tuple[Entry, Entry]]:
    """The entries that went, came or changed, by name."""
    before, after = _by_name(old), _by_name(new)
    changed = [(entry, after[name]) for name, entry in before.items() if name in after and after[name] != entry]
    gone = [(entry, None) for name, entry in before.items() if name not in after]
    come = [(None, entry) for name, entry in after.items() if name not in before]
    return [*changed, *gone, *come]


def corrected(entries: Iterable[Entry], corrections: Iterable[Correction]) -> list[Entry]:
    """The entries after corrections, in the order in which these came to be known."""
    entries_by_name = _by_name(entries)
    for correction in corrections:
        name = _name(correction.entry)
        if correction.now is None:
            entries_by_name.pop(name, None)
        else:
            entries_by_name[name] = correction.now
    return list(entries_by_name.values())


def amount_of(entry: Entry) -> Decimal | None:
    """The gain of a disposal, the value of income, or the cost of an open lot."""
    match Section(entry["section"]):
        case Section.DISPOSAL:
            return disposal_in(entry).gain
        case Section.INCOME:
            return receipt_in(entry).value
        case Section.LOT:
            return lot_in(entry).cost_with_fees


def disposal_in(entry: Entry) -> Disposal:
    return Disposal(
        key=entry["key"],
        is_fill=entry["is_fill"],
        coin=entry["coin"],
        role=Role(entry["role"]),
        disposed_at=datetime.fromisoformat(entry["disposed"]),
        acquired_at=_moment(entry["acquired"]),
        quantity=Decimal(entry["quantity"]),
        proceeds=_amount(entry["proceeds"]),
        cost=_amount(entry["cost"]),
        contract_gain=_amount(entry["contract_gain"]),
        is_partial=entry["is_partial"],
    )


def receipt_in(entry: Entry) -> Receipt:
    at, quantity = datetime.fromisoformat(entry["acquired"]), Decimal(entry["quantity"])
    kind = TransferKind(entry["role"])
    return Receipt(entry["key"], kind, entry["coin"], at, quantity, _amount(entry["value"]))


def lot_in(entry: Entry) -> CoinLot:
    cost, fees = _amount(entry["cost"]), _amount(entry["fees"])
    return CoinLot(Decimal(entry["quantity"]), cost, fees, _moment(entry["acquired"]))


def _disposal(disposal: Disposal) -> dict[str, Any]:
    return {
        "section": Section.DISPOSAL.value,
        "key": disposal.key,
        "coin": disposal.coin,
        "role": disposal.role.value,
        "is_fill": disposal.is_fill,
        "disposed": disposal.disposed_at.isoformat(),
        "acquired": _time(disposal.acquired_at),
        "quantity": str(disposal.quantity),
        "proceeds": _text(disposal.proceeds),
        "cost": _text(disposal.cost),
        "contract_gain": _text(disposal.contract_gain),
        "is_partial": disposal.is_partial,
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "section": Section.INCOME.value,
        "key": receipt.key,
        "coin": receipt.asset,
        "role": receipt.kind.value,
        "acquired": receipt.at.isoformat(),
        "quantity": str(receipt.quantity),
        "value": _text(receipt.value),
    }


def _lot(coin: str, lot: CoinLot) -> dict[str, Any]:
    return {
        "section": Section.LOT.value,
        "key": _time(lot.acquired_at),  # a lot has no id
        "coin": coin,
        "role": None,
        "acquired": _time(lot.acquired_at),
        "quantity": str(lot.quantity),
        "cost": _text(lot.cost),
        "fees": _text(lot.fees),
    }


def _by_name(entries: Iterable[Entry]) -> dict[_Name, Entry]:
    return {_name(entry): entry for entry in entries}


def _name(entry: Entry) -> _Name:
    return tuple(entry[field] for field in ("section", "key", "coin", "role", "number"))


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
