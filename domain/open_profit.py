"""Open profit: the unsettled profit of each position, in one currency, and the settled part of it."""

from dataclasses import replace
from decimal import Decimal

from domain.cost_basis import unrealised_of
from domain.currency_graph import Rate
from domain.lots import QUOTIENTS, ZERO
from domain.money import DOLLARS
from domain.positions import Position
from domain.prices import Rates


def open_profit_of(position: Position, rates: Rates, currency: str) -> Rate | None:
    """The open profit of a position in `currency`, with the assumptions of its conversion. None if unknown.

    An exchange that settles by session has paid earlier sessions into cash, so only the profit of the running session
    counts. Without a stated profit it is computed from entry price, size and mark. The profit of an inverse contract is
    in its coin and converted at the coin's rate.
    """
    gained = _gained(position, rates)
    if gained is None:
        return None
    amount, unit = gained
    rate = rates.find(unit, currency)
    return None if rate is None else Rate(amount * rate.value, rate.assumed, rate.contract)


def settled_profit_of(position: Position, rates: Rates, currency: str) -> Decimal | None:
    """The profit since entry that settlements have paid into the wallet while the position is open. None if unknown."""
    if position.session_pnl is None:
        return ZERO
    since_entry = open_profit_of(replace(position, session_pnl=None), rates, currency)
    since_settlement = open_profit_of(position, rates, currency)
    return None if since_entry is None or since_settlement is None else since_entry.value - since_settlement.value


def words_of(position: Position) -> str:
    """A position by name and size, as in "BTC/USDT:USDT short 0.5 BTC"."""
    return f"{position.symbol} {position.side} {position.amount:f} {position.base or 'units'}"


def _gained(position: Position, rates: Rates) -> tuple[Decimal, str] | None:
    """The unsettled profit and its currency."""
    stated = position.unrealised_pnl if position.session_pnl is None else position.session_pnl
    computed = None if stated is not None else unrealised_of(position, _price_of(position, rates))
    profit = stated if computed is None else computed.computed
    if position.is_inverse and position.base is not None:
        # A stated inverse profit in the quote currency is at the mark price, or at the entry price without one.
        stated_at = position.mark_price or position.entry_price
        coins = computed.in_coin if computed is not None else None
        if coins is None and profit is not None and stated_at is not None and stated_at > 0:
            coins = QUOTIENTS.divide(profit, stated_at)
        if coins is not None:
            return coins, position.base
    unit = _paid_in(position)
    return None if profit is None or unit is None else (profit, unit)


def _paid_in(position: Position) -> str | None:
    """The currency of a linear profit. If quote and settlement are both dollars, they count as one to one."""
    settle, quote = position.settles_in, position.priced_in
    return settle if settle is not None and quote is not None and {settle, quote} <= DOLLARS else quote


def _price_of(position: Position, rates: Rates) -> Decimal | None:
    """The price of a contract by its own symbol, else the rate of its coin. An option has only its own price."""
    price = rates.contract_price(position.symbol)
    if price is not None or position.is_option or position.base is None or position.quote is None:
        return price
    return rates.rate(position.base, position.quote)
