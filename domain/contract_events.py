"""Contract events: what a fill of contracts gained in the base currency, and the coins that it moves.

The book of the market (domain/profit.py) knows the gain in the quote currency, or in the coin of an inverse contract.
The fill's own value gives the rate of its moment, so a gain never moves with a later price:

    an inverse contract gains 0.238095 BTC at a fill of 0.5 BTC worth 350 USD: 166.67 USD, and 0.238095 BTC come in

A contract settled in a coin pays its gains, losses and fees in that coin.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from domain.coin_books import CoinEvent, CoinResult, Role
from domain.coin_events import Values, fee_events, has_book
from domain.fills import Fill
from domain.lots import EXACT, ZERO, share_of
from domain.movements import is_inverse


@dataclass(frozen=True, slots=True)
class MarketProfit:
    """The gain of a fill in the book of its market, in the currency of its profit. None is unknown."""

    realised: Decimal | None
    realised_before_fees: Decimal | None
    fee: Decimal | None
    unexplained: Decimal = ZERO


def contract_result(fill: Fill, values: Values, profit: MarketProfit) -> CoinResult:
    """The gain of a fill of contracts, in the base currency at its moment. Such a fill moves no coin."""
    with localcontext(EXACT):
        event = CoinEvent(
            fill.key, fill.symbol, fill.at, Role.CONTRACT, ZERO, values.value, values.fee, is_assumed=values.is_assumed
        )
        return CoinResult(
            event,
            _in_base_currency(fill, values, profit.realised),
            _in_base_currency(fill, values, profit.realised_before_fees),
            profit.unexplained,
            quantity_after=ZERO,
            known_after=ZERO,
            cost_after=ZERO,
        )


def events_of_contract(fill: Fill, values: Values, profit: MarketProfit, base_currency: str) -> tuple[CoinEvent, ...]:
    """The coins that a fill of contracts moves: its gain, where that is paid in a coin, and a fee in a coin.

    A fee in the coin of the gain is deducted from it. An unknown gain moves nothing that could be counted.
    """
    with localcontext(EXACT):
        settled, fee = _settled_in(fill), fill.fee or ZERO
        gained = profit.realised_before_fees
        if settled is None or not has_book(settled, base_currency) or gained is None:
            return tuple(fee_events(fill, fee, values, base_currency))
        is_deducted = fill.fee_currency == settled
        quantity = gained - fee if is_deducted else gained
        others = () if is_deducted else tuple(fee_events(fill, fee, values, base_currency))
        if not quantity:
            return others
        worth = _in_base_currency(fill, values, abs(quantity))
        income = CoinEvent(fill.key, settled, fill.at, Role.INCOME, quantity, worth, is_assumed=values.is_assumed)
        return (income, *others)


def _settled_in(fill: Fill) -> str | None:
    """The currency that gains are paid in, where the book of the market counts in it."""
    if is_inverse(fill):
        return fill.base
    settled = fill.symbol.partition(":")[2].partition("-")[0]
    return fill.quote if settled == fill.quote else None


def _in_base_currency(fill: Fill, values: Values, amount: Decimal | None) -> Decimal | None:
    """An amount in the currency of the profit, at the rate of the fill: its value for its size in that currency."""
    if not amount:
        return amount
    size = fill.amount if is_inverse(fill) else fill.value
    if values.value is None or not size:
        return None
    return share_of(amount, values.value, abs(size))
