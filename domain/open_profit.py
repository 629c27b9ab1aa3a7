"""Open profit: what each position has gained and not settled yet, in one currency."""

from decimal import Context, Decimal

from domain.cost_basis import unrealised_of
from domain.currency_graph import Rate
from domain.markets import MarketType
from domain.money import DOLLARS
from domain.positions import Position
from domain.prices import Rates

_TO_34 = Context(prec=34)  # digits of what does not come out even


def open_profit_of(position: Position, rates: Rates, currency: str) -> Rate | None:
    """The open profit of a position in `currency`, and what that rests on; None where nothing tells it.

    An exchange that settles by session has paid the rest into cash already: only the running session's profit counts.
    Without a stated profit it follows from entry price, size and mark. An inverse contract gains in its coin, so its
    profit is worth what the coin is worth.
    """
    gained = _gained(position, rates)
    if gained is None:
        return None
    amount, unit = gained
    rate = rates.find(unit, currency)
    return None if rate is None else Rate(amount * rate.value, rate.assumed, rate.contract)


def words_of(position: Position) -> str:
    """A position by name and size, as in "BTC/USDT:USDT short 0.5 BTC"."""
    return f"{position.symbol} {position.side} {position.amount:f} {position.base or 'units'}"


def is_inverse(position: Position) -> bool:
    """Whether a contract pays its profit in the coin that it is about."""
    return position.base is not None and position.settles_in == position.base


def _gained(position: Position, rates: Rates) -> tuple[Decimal, str] | None:
    """The profit that is not in the cash yet, and its currency."""
    stated = position.unrealised_pnl if position.session_pnl is None else position.session_pnl
    computed = None if stated is not None else unrealised_of(position, _price_of(position, rates))
    profit = stated if computed is None else computed.computed
    if is_inverse(position) and position.base is not None:
        # In the quote currency an inverse profit is told at the mark, or at the entry price where there is none.
        told_at = position.mark_price or position.entry_price
        coins = computed.in_coin if computed is not None else None
        if coins is None and profit is not None and told_at is not None and told_at > 0:
            coins = _TO_34.divide(profit, told_at)
        if coins is not None:
            return coins, position.base
    unit = _paid_in(position)
    return None if profit is None or unit is None else (profit, unit)


def _paid_in(position: Position) -> str | None:
    """The currency of a linear profit: where quote and settlement are both dollars, one counts as one of the other."""
    settle, quote = position.settles_in, position.quote
    return settle if settle is not None and quote is not None and {settle, quote} <= DOLLARS else quote


def _price_of(position: Position, rates: Rates) -> Decimal | None:
    """What a contract trades at: by its own symbol, else as its coin does. An option has no price but its own."""
    price = rates.contract_price(position.symbol)
    if price is not None or _is_option(position) or position.base is None or position.quote is None:
        return price
    return rates.rate(position.base, position.quote)


def _is_option(position: Position) -> bool:
    """Whether it is an option: unlisted ones are known by the strike in their symbol ("BTC/USD:BTC-261225-50000-C")."""
    return position.market_type is MarketType.OPTION or position.symbol.partition(":")[2].count("-") > 1
