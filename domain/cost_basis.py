"""Cost basis: the cost of a holding as far as fills explain it, and its unrealised profit.

The wallet says how much of a coin is held. The fills say how much was bought, and for how much. The two differ after
deposits, withdrawals and loans. Cost is known only for the quantity that both agree on, the *explained* part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from domain.lots import EXACT, ZERO, share_of
from domain.positions import Position, PositionSide
from domain.prices import Rates

# The figures of a cost basis in JSON and CSV.
COST_FIELDS = ("explained", "unexplained", "excess", "cost", "average_cost", "unrealised")


@dataclass(frozen=True, slots=True)
class BookHolding:
    """The holding and cost of a book after its last fill: `held_after` and `cost_after` of the last Result.

    None is unknown.
    """

    symbol: str
    quote: str | None
    quantity: Decimal
    cost: Decimal | None  # in `quote`, fees included


@dataclass(frozen=True, slots=True)
class CostBasis:
    """The cost and unrealised profit of one coin of one account. Money in `currency`. None is unknown, never zero.

    `explained` never exceeds the balance and has the same sign. Fills may hold more than the wallet, after coins were
    withdrawn, lent or spent in another coin's book. Then cost is reduced in proportion, and `excess` is the difference.
    The pages show it as a contradiction, not as a position.
    """

    asset: str
    currency: str
    quantity: Decimal  # the balance, negative for a loan or a short
    explained: Decimal
    cost: Decimal | None  # of the explained part, fees included (None also if nothing is explained)
    average_cost: Decimal | None  # per unit of the explained part (None also if long and short books are mixed)
    unrealised: Decimal | None  # of the explained part
    excess: Decimal  # the quantity by fills less the explained one, signed

    @property
    def unexplained(self) -> Decimal:
        """The quantity of unknown cost: deposits, and coins bought before the first known fill."""
        with localcontext(EXACT):
            return self.quantity - self.explained

    @property
    def is_contradicted(self) -> bool:
        """True if the fills hold more than the wallet, or hold the other direction."""
        return bool(self.excess)


@dataclass(frozen=True, slots=True)
class Unrealised:
    """The open profit of one position in the currency of its price, computed and as the exchange states it.

    None is unknown. The exchange may use another price, or deduct profit that it has settled already. An inverse
    contract gains in its coin: `in_coin` is the computed gain in coins, and the other figures are its value at the mark
    price.
    """

    key: str  # of the position
    currency: str | None
    computed: Decimal | None  # from the entry price, without fees and funding
    stated: Decimal | None
    in_coin: Decimal | None = None

    @property
    def difference(self) -> Decimal | None:
        """Stated less computed. None unless both are known."""
        if self.stated is None or self.computed is None:
            return None
        with localcontext(EXACT):
            return self.stated - self.computed


def cost_basis_of(
    asset: str, quantity: Decimal, books: Iterable[BookHolding], rates: Rates, currency: str
) -> CostBasis:
    """The cost basis of one coin, in `currency`: `quantity` in the wallet against all books of that coin.

    Each book has a cost in its own quote currency. `rates` converts them. Pass only books that move the coin itself
    (spot and margin), not those of contracts.
    """
    with localcontext(EXACT):
        held = [book for book in books if book.quantity]
        in_books = sum((book.quantity for book in held), ZERO)
        explained = _explained(in_books, quantity)
        cost = unrealised = average = None
        if explained:
            cost = _converted(held, rates, currency)
        if cost is not None:
            cost = share_of(cost, explained, in_books)
            price = rates.rate(asset, currency)
            unrealised = None if price is None else explained * price - cost
            if len({book.quantity > 0 for book in held}) == 1:
                average = share_of(cost, Decimal(1), explained)
        # Nothing is held, so cost and profit are zero. But if open books cancel out, their profit is not known.
        if not quantity and (in_books or not held):
            cost = unrealised = ZERO
        return CostBasis(asset, currency, quantity, explained, cost, average, unrealised, in_books - explained)


def _explained(in_books: Decimal, balance: Decimal) -> Decimal:
    """The quantity explained by fills, capped at the balance. Zero if the signs differ."""
    if in_books * balance <= 0:
        return ZERO
    return in_books if abs(in_books) <= abs(balance) else balance


def _converted(books: Sequence[BookHolding], rates: Rates, currency: str) -> Decimal | None:
    """The total cost of these books. None if one cost is unknown or cannot be converted."""
    total = ZERO
    for book in books:
        rate = None if book.quote is None else rates.rate(book.quote, currency)
        if book.cost is None or rate is None:
            return None
        total += book.cost * rate
    return total


def unrealised_of(position: Position, price: Decimal | None = None) -> Unrealised:
    """The open profit of a position, computed at its mark price (else at `price`) and as stated by the exchange."""
    with localcontext(EXACT):
        mark = position.mark_price if position.mark_price is not None else price
        gained = coin = None
        if position.is_inverse:
            coin = _coin_gained(position, mark)
            gained = None if coin is None or mark is None else coin * mark
        elif mark is not None and (cost := _entry_cost(position)) is not None:
            gained = mark * position.amount - cost
        if position.side is PositionSide.SHORT:
            gained, coin = (None if amount is None else -amount for amount in (gained, coin))
        return Unrealised(position.key, position.priced_in, gained, position.unrealised_pnl, coin)


def _coin_gained(position: Position, mark: Decimal | None) -> Decimal | None:
    """The gain of a long inverse position, in its coin: N * (1/entry - 1/mark), with N the value of its contracts.

    `amount` is N in coins at the stated mark price. If the exchange states no mark, it is N at the entry price.
    """
    entry, amount_price = position.entry_price, position.mark_price or position.entry_price
    if not mark or not entry or not amount_price or min(mark, entry) < 0:
        return None
    worth = position.amount * amount_price
    return share_of(worth, Decimal(1), entry) - share_of(worth, Decimal(1), mark)


def _entry_cost(position: Position) -> Decimal | None:
    """The cost of opening a position, always positive, because exchanges sign the cost of a short differently."""
    if position.entry_price is not None and position.entry_price > 0:
        return position.entry_price * position.amount
    return None if position.cost is None else abs(position.cost)
