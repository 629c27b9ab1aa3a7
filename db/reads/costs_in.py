"""Read the cost of an account's coins in any currency: each part of it at the rate of the day on which it was paid."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, localcontext

from sqlalchemy import Connection, text

from db.reads.coin_books import read_checkpoint, read_coin_books_state
from db.reads.costs import read_explained
from db.reads.day_rates import MOMENTS
from db.reads.incoming_lots import IncomingLots, read_incoming_lots
from db.reads.past_prices import read_past_prices
from domain.coin_books import DATED, Role
from domain.coin_lots import CoinLot, LotMethod, lots_in
from domain.cost_basis import BookHolding
from domain.cost_days import DayCost, cost_in
from domain.lots import EXACT, ZERO
from domain.moments import just_after
from domain.open_costs import CostStep, OpenCosts
from domain.snapshot import Account

Days = Mapping[str, Sequence[DayCost] | None]


def read_costs_in(
    connection: Connection, account: Account, as_of: datetime, currency: str
) -> Mapping[str, Sequence[BookHolding]]:
    """As `read_explained`, with the costs in `currency`. Unknown if the rate of a day is not known."""
    books = read_explained(connection, account.id, as_of)
    held = {coin: book for coin, (book,) in books.items() if book.quantity}
    if all(book.quote == currency for book in held.values()):
        return books
    days = _read_days(connection, account, as_of)
    base = next(book.quote for book in held.values())
    rates = {} if base is None else _read_rates(connection, account.venue, as_of, (base, currency), days)
    return {coin: (_in_currency(book, days.get(coin), rates, currency),) for coin, (book,) in books.items()}


def _in_currency(
    book: BookHolding, days: Sequence[DayCost] | None, rates: Mapping[date, Decimal | None], currency: str
) -> BookHolding:
    """A book with its cost in another currency. Days that do not add up to the cost are those of other results."""
    if not book.quantity:
        return BookHolding(book.symbol, currency, book.quantity, book.cost)
    with localcontext(EXACT):
        is_complete = days is not None and sum((entry.cost for entry in days), ZERO) == book.cost
    cost = cost_in(days, rates) if is_complete and days is not None else None
    return BookHolding(book.symbol, currency, book.quantity, cost)


def _read_days(connection: Connection, account: Account, as_of: datetime) -> Days:
    """The days of the cost of each coin at a moment. Empty while the books are counted again."""
    state = read_coin_books_state(connection, account.id)
    scope = {"account_id": account.id, "as_of": as_of}
    if state is None or connection.execute(text(_IS_BEHIND), {**scope, "counted_at": state.counted_at}).scalar():
        return {}
    checkpoint = read_checkpoint(connection, account.id, just_after(as_of))
    if not all(book.get(DATED) for book in checkpoint.state.values()):
        return {}
    lots = {coin: lots_in(book["lots"]) for coin, book in checkpoint.state.items()}
    steps = _read_steps(connection, account, {**scope, "after": checkpoint.at})
    method = LotMethod(state.method.value)
    return {coin: _days_of(method, lots.get(coin, ()), steps.get(coin, ())) for coin in {*lots, *steps}}


def _days_of(method: LotMethod, lots: Iterable[CoinLot], steps: Iterable[CostStep]) -> Sequence[DayCost] | None:
    costs = OpenCosts(method, lots)
    for step in steps:
        costs.apply(step)
    return costs.days


def _read_steps(connection: Connection, account: Account, scope: Mapping[str, object]) -> Mapping[str, list[CostStep]]:
    """Counts of the books since their last stored state, by coin."""
    incoming: IncomingLots | None = None
    steps: dict[str, list[CostStep]] = {}
    for coin, key, role, at, quantity, quantity_after, cost_after in connection.execute(text(_STEPS), scope).all():
        lots: Sequence[CoinLot] = ()
        is_deposit = role == Role.DEPOSIT
        if is_deposit:
            incoming = incoming or read_incoming_lots(connection, account)
            lots = incoming.lots_of(key)
        steps.setdefault(coin, []).append(CostStep(at, quantity, quantity_after, cost_after, lots, is_deposit))
    return steps


def _read_rates(
    connection: Connection, venue: str, as_of: datetime, pair: tuple[str, str], days: Days
) -> Mapping[date, Decimal | None]:
    """The rate of each day: at noon (UTC), else at its beginning or end. Nothing later than `as_of` counts."""
    base, currency = pair
    dates = sorted({entry.day for of_coin in days.values() for entry in of_coin or () if entry.day is not None})
    moments = {day: [datetime.combine(day, time(), UTC) + passed for passed in MOMENTS] for day in dates}
    past = sorted({at for of_day in moments.values() for at in of_day if at <= as_of})
    if not past:
        return {}
    prices = dict(zip(past, read_past_prices(connection, venue, [base], past, currency)[base], strict=True))
    return {
        day: next((rate for at in of_day if (rate := prices.get(at)) is not None), None)
        for day, of_day in moments.items()
    }


_IS_BEHIND = """
SELECT EXISTS (
    SELECT FROM coin_result
    WHERE account_id = :account_id AND at > coalesce(:counted_at, CAST('-infinity' AS timestamptz)) AND at <= :as_of
)
"""

_STEPS = """
SELECT coin, key, role, at, quantity, quantity_after, cost_after
FROM coin_result
WHERE account_id = :account_id AND at > coalesce(:after, CAST('-infinity' AS timestamptz)) AND at <= :as_of
  AND role NOT IN ('contract', 'money')
ORDER BY number
"""
