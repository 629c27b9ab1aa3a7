"""Tax year: what was disposed of in a year, lot by lot, what came in as income, and what is still held at its end.

The events are those of the coin books, so the figures agree with every page. A year may be counted by another method
than the books: then all events from the first on are counted again. Money is in the currency of the values. Unknown
costs and values stay empty and are counted, never zero.

A disposal is a sale, a payment or a fee in a coin. A transfer to one's own other account is none, and a withdrawal to
elsewhere takes lots out without a gain: whether it was a gift or a payment, only the owner knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

from domain.coin_books import Closed, CoinBook, CoinEvent, CoinResult, Role
from domain.coin_lots import CoinLot, LotMethod
from domain.lots import EXACT


@dataclass(frozen=True, slots=True)
class Disposal:
    """A part of one lot that was disposed of. `proceeds` and `cost` have all fees deducted or included."""

    key: str  # of the fill or transfer
    coin: str
    role: Role
    disposed_at: datetime
    acquired_at: datetime | None
    quantity: Decimal  # negative for a short that was bought back
    proceeds: Decimal | None
    cost: Decimal | None

    @property
    def gain(self) -> Decimal | None:
        """Proceeds less cost. None where one of them is unknown."""
        if self.proceeds is None or self.cost is None:
            return None
        with localcontext(EXACT):
            return self.proceeds - self.cost

    @property
    def held(self) -> timedelta | None:
        """How long the lot was held. None where nobody knows when it came in, as with average cost."""
        return None if self.acquired_at is None else self.disposed_at - self.acquired_at


@dataclass(frozen=True, slots=True)
class Receipt:
    """A coin that came in as income, at its value of that moment."""

    key: str
    coin: str
    at: datetime
    quantity: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class TaxYear:
    """One year of one account."""

    method: LotMethod
    disposals: Sequence[Disposal]
    receipts: Sequence[Receipt]
    open_lots: Mapping[str, Sequence[CoinLot]]  # by coin, at the end of the year

    @property
    def unknown(self) -> Sequence[Disposal]:
        """The disposals without a known gain."""
        return [disposal for disposal in self.disposals if disposal.gain is None]

    @property
    def gain(self) -> Decimal:
        """The sum of all known gains."""
        with localcontext(EXACT):
            return sum((disposal.gain or Decimal(0) for disposal in self.disposals), Decimal(0))


def tax_year(events: Iterable[CoinEvent], method: LotMethod, since: datetime, until: datetime) -> TaxYear:
    """The year [since, until). `events` are all events of an account from its first on, in the order of its books."""
    books: dict[str, CoinBook] = {}
    disposals: list[Disposal] = []
    receipts: list[Receipt] = []
    for event in events:
        if event.at >= until:
            break
        result = books.setdefault(event.coin, CoinBook(method)).apply(event)
        if event.at < since:
            continue
        disposals += _disposals_of(result, method)
        if event.role is Role.INCOME and event.quantity > 0:
            receipts.append(Receipt(event.key, event.coin, event.at, event.quantity, event.value))
    open_lots = {coin: book.lots for coin, book in sorted(books.items()) if book.lots}
    return TaxYear(method, disposals, receipts, open_lots)


def _disposals_of(result: CoinResult, method: LotMethod) -> Iterable[Disposal]:
    """The lots that an event closed, and what it closed beyond all of them."""
    event = result.event
    for closed in result.closed:
        yield _disposal(event, closed, dated=method is not LotMethod.AVERAGE)
    with localcontext(EXACT):
        beyond = result.unexplained - sum((abs(lot.quantity) for lot in result.closed if lot.cost is None), Decimal(0))
    is_transfer = event.role in (Role.DEPOSIT, Role.WITHDRAWAL)
    if beyond > 0 and not is_transfer and not any(lot.proceeds is None for lot in result.closed):
        yield _disposal(event, Closed(beyond, None, None, None), dated=False)


def _disposal(event: CoinEvent, closed: Closed, *, dated: bool) -> Disposal:
    return Disposal(
        key=event.key,
        coin=event.coin,
        role=event.role,
        disposed_at=event.at,
        acquired_at=closed.acquired_at if dated else None,
        quantity=closed.quantity,
        proceeds=closed.proceeds,
        cost=closed.cost,
    )
