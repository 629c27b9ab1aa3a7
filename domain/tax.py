"""Tax year: what was disposed of in a year, lot by lot, what came in as income, and what is still held at its end.

The events are those of the coin books, so the figures agree with every page. A year may be counted by another method
than the books: then all events from the first on are counted again. Money is in the currency of the values. Unknown
costs and values stay empty and are counted, never zero.

A disposal is a sale, a payment or a fee in a coin, or a fill of contracts that gained something. A transfer to one's
own other account is none, and a withdrawal to elsewhere takes lots out without a gain: whether it was a gift or a
payment, only the owner knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from zoneinfo import ZoneInfo

from domain.coin_books import DUST, Closed, CoinBook, CoinEvent, CoinResult, Role
from domain.coin_lots import CoinLot, LotMethod
from domain.coin_units import CoinUnits
from domain.lots import EXACT, ZERO, share_of
from domain.transfers import TransferKind

NO_COST = "cost unknown: deposited, or bought before known fills"
NO_PROCEEDS = "proceeds unknown: no price or fee of that time is known"
NO_GAIN = "gain unknown: opened before known fills, or no price of that time is known"
PARTLY_UNKNOWN = "a part was opened before known fills and is not in the gain"
NO_VALUE = "value unknown: no price of that time is known"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Income or a cost that is no trade, at its value of that moment. Both are negative where it was paid."""

    key: str  # of the transfer
    kind: TransferKind
    asset: str
    at: datetime
    quantity: Decimal
    value: Decimal | None

    @property
    def remark(self) -> str:
        """Why its value is unknown. "" if it is known."""
        return NO_VALUE if self.value is None else ""


@dataclass(frozen=True, slots=True)
class TaxEntry:
    """The effect of one fill or transfer: to coins, to a book of contracts, and as income."""

    at: datetime
    is_fill: bool
    events: Sequence[CoinEvent] = ()
    contract: CoinResult | None = None
    receipts: Sequence[Receipt] = ()


@dataclass(frozen=True, slots=True)
class Disposal:
    """A part of one lot that was disposed of. `proceeds` and `cost` have all fees deducted or included.

    A fill of contracts has a gain only. Its `coin` is the market, and its `quantity` is zero.
    """

    key: str  # of the fill or transfer
    is_fill: bool
    coin: str
    role: Role
    disposed_at: datetime
    acquired_at: datetime | None
    quantity: Decimal  # negative for a short that was bought back
    proceeds: Decimal | None
    cost: Decimal | None
    contract_gain: Decimal | None = None
    is_partial: bool = False  # of contracts: the gain leaves out a part of unknown cost

    @property
    def gain(self) -> Decimal | None:
        """Proceeds less cost. None where one of them is unknown."""
        if self.role is Role.CONTRACT:
            return self.contract_gain
        if self.proceeds is None or self.cost is None:
            return None
        with localcontext(EXACT):
            return self.proceeds - self.cost

    @property
    def held(self) -> timedelta | None:
        """How long the lot was held. None where nobody knows when it came in, as with average cost."""
        return None if self.acquired_at is None else self.disposed_at - self.acquired_at

    @property
    def remark(self) -> str:
        """Why the gain is unknown, fully or in part. "" if it is known."""
        if self.role is Role.CONTRACT:
            return NO_GAIN if self.gain is None else PARTLY_UNKNOWN if self.is_partial else ""
        return "; ".join((NO_COST,) * (self.cost is None) + (NO_PROCEEDS,) * (self.proceeds is None))


@dataclass(frozen=True, slots=True)
class TaxYear:
    """One year of one account."""

    method: LotMethod
    disposals: Sequence[Disposal]
    receipts: Sequence[Receipt]
    open_lots: Mapping[str, Sequence[CoinLot]]  # by coin, at the end of the year

    @property
    def unknown(self) -> Sequence[Disposal]:
        """The disposals whose gain is unknown, fully or in part."""
        return [disposal for disposal in self.disposals if disposal.remark]

    @property
    def gain(self) -> Decimal:
        """The sum of all known gains."""
        return _sum(disposal.gain for disposal in self.disposals)

    @property
    def gain_of_fills(self) -> Decimal:
        """The sum of the known gains of fills: what Trades shows as realised. Other gains are of transfers."""
        return _sum(disposal.gain for disposal in self.disposals if disposal.is_fill)

    @property
    def income(self) -> Decimal:
        """The sum of the known values that were received, less those that were paid."""
        return _sum(receipt.value for receipt in self.receipts)


def bounds_of(year: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments at which a year begins and ends in a zone."""
    return datetime(year, 1, 1, tzinfo=zone).astimezone(UTC), datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC)


class TaxBooks:
    """The books of a tax report for one account. Entries are to be applied in the order of the account's books."""

    def __init__(
        self,
        method: LotMethod,
        since: datetime,
        books: Mapping[str, CoinBook] | None = None,
        units: CoinUnits | None = None,
    ) -> None:
        """`books` are those by coin after the entries that were applied before. Disposals count from `since` on."""
        self._units = units or CoinUnits()
        self._method = method
        self._since = since
        self._books = dict(books or {})
        self._disposals: list[Disposal] = []
        self._receipts: list[Receipt] = []

    def apply(self, entry: TaxEntry) -> Sequence[CoinResult]:
        """Count one entry in. Returns what it did to each coin."""
        results = [self._apply(event) for event in entry.events]
        if entry.at >= self._since:
            if entry.contract is not None:
                self._disposals += _disposals_of_contract(entry.contract)
            for result in results:
                self._disposals += _disposals_of(result, self._method, is_fill=entry.is_fill)
            self._receipts += entry.receipts
        return results

    def _apply(self, event: CoinEvent) -> CoinResult:
        book = self._books.setdefault(event.coin, CoinBook(self._method))
        return book.apply(event, self._units.at(event.coin, event.at))

    def year(self) -> TaxYear:
        """The tax year of the entries so far."""
        lots = {coin: _dated(book.lots, self._method) for coin, book in sorted(self._books.items()) if book.lots}
        return TaxYear(self._method, self._disposals, self._receipts, lots)


def _disposals_of_contract(result: CoinResult) -> Iterable[Disposal]:
    """The gain of a fill of contracts. A fill that only opened a position gained nothing and is left out."""
    if result.realised is not None and not result.realised and not result.unexplained:
        return
    event = result.event
    yield Disposal(
        key=event.key,
        is_fill=True,
        coin=event.coin,
        role=event.role,
        disposed_at=event.at,
        acquired_at=None,
        quantity=ZERO,
        proceeds=None,
        cost=None,
        contract_gain=result.realised,
        is_partial=result.unexplained > 0,
    )


def _disposals_of(result: CoinResult, method: LotMethod, *, is_fill: bool) -> Iterable[Disposal]:
    """The lots that an event closed, and what it closed beyond all of them."""
    event = result.event
    for closed in result.closed:
        yield _disposal(event, closed, is_fill=is_fill, dated=method is not LotMethod.AVERAGE)
    if result.unexplained <= 0 or event.quantity >= 0 or event.may_open_short or event.role is Role.WITHDRAWAL:
        return
    with localcontext(EXACT):
        left = -event.quantity
        beyond = left - sum((lot.quantity for lot in result.closed), ZERO)
        if beyond <= left * DUST:
            return
        proceeds = None
        if event.value is not None and event.fees is not None:
            proceeds = share_of(event.value - event.fees, beyond, left)
    yield _disposal(event, Closed(beyond, None, None, proceeds), is_fill=is_fill, dated=False)


def _disposal(event: CoinEvent, closed: Closed, *, is_fill: bool, dated: bool) -> Disposal:
    return Disposal(
        key=event.key,
        is_fill=is_fill,
        coin=event.coin,
        role=event.role,
        disposed_at=event.at,
        acquired_at=closed.acquired_at if dated else None,
        quantity=closed.quantity,
        proceeds=closed.proceeds,
        cost=closed.cost,
    )


def _dated(lots: Sequence[CoinLot], method: LotMethod) -> Sequence[CoinLot]:
    """The oldest first, those without a date before. Lots of average cost have none, because they hold many."""
    if method is not LotMethod.AVERAGE:
        return sorted(lots, key=lambda lot: (lot.acquired_at is not None, lot.acquired_at))
    return [CoinLot(lot.quantity, lot.cost, lot.fees) for lot in lots]


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    with localcontext(EXACT):
        return sum((amount for amount in amounts if amount is not None), ZERO)
