"""Cost basis: what a holding has cost as far as fills explain it, and what it has gained since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from domain.lots import EXACT, ZERO, share_of
from domain.markets import MarketType
from domain.positions import Position, PositionSide
from domain.prices import Rates


@dataclass(frozen=True, slots=True)
class BookHolding:
    """What the fills of one book explain in the end: its last Result's held_after and cost_after. None is unknown."""

    symbol: str
    quote: str | None
    quantity: Decimal
    cost: Decimal | None  # in `quote`, fees included


@dataclass(frozen=True, slots=True)
class CostBasis:
    """What one coin of one account has cost. Money in `currency`; None is unknown, never zero.

    `explained` is never more than the wallet holds and never of the other sign. Where the fills say otherwise (coins
    that were withdrawn, lent, or spent in another coin's book), cost is cut down in proportion and `excess` says by how
    much they disagree: a contradiction that is shown, not a phantom position.
    """

    asset: str
    currency: str
    quantity: Decimal  # in the wallet; negative for a loan or a short
    explained: Decimal
    cost: Decimal | None  # of the explained part, fees included; None too when nothing held is explained
    average_cost: Decimal | None  # of one unit of it; None too when long and short books are mixed
    unrealised: Decimal | None  # of the explained part
    excess: Decimal  # signed: what the fills explain beyond the wallet

    @property
    def unexplained(self) -> Decimal:
        """Held, at a cost that nobody knows: deposits, and what was bought before the first known fill."""
        with localcontext(EXACT):
            return self.quantity - self.explained

    @property
    def is_contradicted(self) -> bool:
        """Whether fills and wallet disagree."""
        return bool(self.excess)


@dataclass(frozen=True, slots=True)
class Unrealised:
    """The open profit of one position, in its quote currency, by two accounts of it; None is unknown.

    `stated` is the exchange's figure; it may use another price, or deduct what it has settled already. An inverse
    contract gains in its coin: `in_coin` says how much by our account, and the others what that is worth at the mark.
    """

    key: str  # of the position
    currency: str | None
    computed: Decimal | None  # from its entry price, without fees and funding
    stated: Decimal | None
    in_coin: Decimal | None = None

    @property
    def difference(self) -> Decimal | None:
        """Stated less computed; None unless both are known."""
        if self.stated is None or self.computed is None:
            return None
        with localcontext(EXACT):
            return self.stated - self.computed


def cost_basis_of(
    asset: str, quantity: Decimal, books: Iterable[BookHolding], rates: Rates, currency: str
) -> CostBasis:
    """The cost basis of what the wallet holds of a coin, from all its books of that coin, in `currency`.

    Each book is netted by itself, in its own quote currency; they come together only here, at the rates of
    now. Only books that move the coin belong here: those of contracts do not.
    """
    with localcontext(EXACT):
        held = [book for book in books if book.quantity]
        said = sum((book.quantity for book in held), ZERO)
        explained = _within(said, quantity)
        cost = unrealised = average = None
        if explained:
            cost = _converted(held, rates, currency)
        if cost is not None:
            cost = share_of(cost, explained, said)
            price = rates.rate(asset, currency)
            unrealised = None if price is None else explained * price - cost
            if len({book.quantity > 0 for book in held}) == 1:
                average = share_of(cost, Decimal(1), explained)
        if not quantity and (said or not held):
            cost = unrealised = ZERO  # nothing is held; but books that cancel out have fixed a profit nobody netted
        return CostBasis(asset, currency, quantity, explained, cost, average, unrealised, said - explained)


def _within(said: Decimal, held: Decimal) -> Decimal:
    """As much of what fills say as the wallet holds, and nothing that goes the other way."""
    if said * held <= 0:
        return ZERO
    return said if abs(said) <= abs(held) else held


def _converted(books: Sequence[BookHolding], rates: Rates, currency: str) -> Decimal | None:
    """What all books cost together; None when one of them is unknown or cannot be converted."""
    total = ZERO
    for book in books:
        rate = None if book.quote is None else rates.rate(book.quote, currency)
        if book.cost is None or rate is None:
            return None
        total += book.cost * rate
    return total


def unrealised_of(position: Position, price: Decimal | None = None) -> Unrealised:
    """The open profit of a position: from its entry price at its mark (without one, at `price`), and as stated."""
    with localcontext(EXACT):
        mark = position.mark_price if position.mark_price is not None else price
        gained = coin = None
        if _is_inverse(position):
            coin = _coin_gained(position, mark)
            gained = None if coin is None or mark is None else coin * mark
        elif mark is not None and (cost := _entry_cost(position)) is not None:
            gained = mark * position.amount - cost
        if position.side is PositionSide.SHORT:
            gained, coin = (None if amount is None else -amount for amount in (gained, coin))
        return Unrealised(position.key, position.quote, gained, position.unrealised_pnl, coin)


def _coin_gained(position: Position, mark: Decimal | None) -> Decimal | None:
    """What a long inverse position has gained in its coin: N x (1/entry - 1/mark), N what its contracts are worth.

    The amount is N at the mark that the exchange told, at the entry price where it told none.
    """
    entry, at = position.entry_price, position.mark_price or position.entry_price
    if not mark or not entry or not at or min(mark, entry) < 0 or position.market_type is MarketType.OPTION:
        return None
    worth = position.amount * at
    return share_of(worth, Decimal(1), entry) - share_of(worth, Decimal(1), mark)


def _entry_cost(position: Position) -> Decimal | None:
    """What a position was opened for, as a positive amount: exchanges sign the cost of a short differently."""
    if position.entry_price is not None and position.entry_price > 0:
        return position.entry_price * position.amount
    return None if position.cost is None else abs(position.cost)


def _is_inverse(position: Position) -> bool:
    settled = position.symbol.partition(":")[2].partition("-")[0]
    return bool(settled) and settled == position.base
