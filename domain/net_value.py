"""Net value: the value of an account by quantities and known prices.

A computed valuation obeys two identities, each amount in one currency:

    net value = cash + open profit          open profit: the sum over all positions
    cash      = gross - borrowed            gross: holdings before debts, borrowed: debts

A balance does not include open profit, unless it is marked so (`includes_open_profit`). Then the profit of the
positions that settle in it is subtracted from the cash, so that both identities hold and no profit counts twice.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from domain.balances import Balance
from domain.lots import ZERO
from domain.open_profit import open_profit_of, words_of
from domain.positions import Position
from domain.prices import Rates
from domain.valuation import StatedEquity, Valuation, ValueOrigin


@dataclass(frozen=True, slots=True)
class _Holding:
    """The value of a balance less debts, in the currency of the valuation. `owed` is its stated debt."""

    balance: Balance
    value: Decimal
    owed: Decimal
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Profit:
    """The open profit of a position. `is_inside` is True if the balance that it settles in includes it already."""

    value: Decimal
    settles_in: str | None
    is_inside: bool
    assumed: tuple[str, ...]


def computed_valuation(
    balances: Iterable[Balance],
    positions: Iterable[Position],
    rates: Rates,
    currency: str,
    equities: Sequence[StatedEquity] = (),
) -> Valuation:
    """The valuation of an account by quantities and known prices, beside the stated equities of its wallets.

    Assets without a price are listed in `unpriced`, and positions that cannot be valued in `left_out`. Neither counts
    as zero. If nothing can be valued, the net value is None.
    """
    balances = tuple(balances)
    valued = [_holding_of(balance, rates, currency) for balance in balances]
    holdings = [holding for holding in valued if holding is not None]
    unpriced = tuple(sorted({b.asset for b, holding in zip(balances, valued, strict=True) if holding is None}))
    profits, left_out = _open_profits(positions, balances, unpriced, rates, currency)
    worths = _without_profit(holdings, profits)
    gross = sum((value + owed for value, owed in worths), ZERO)
    borrowed = sum((owed for _, owed in worths), ZERO)
    open_profit = sum((profit.value for profit in profits), ZERO)
    is_known = bool(holdings or profits) or not (unpriced or left_out)
    net = gross - borrowed + open_profit if is_known else None
    return Valuation(
        currency=currency,
        origin=ValueOrigin.COMPUTED,
        net_value=net,
        computed_value=net,
        stated_value=_stated_value(equities, holdings, profits, unpriced, rates, currency),
        cash=gross - borrowed if is_known else None,
        gross=gross if is_known else None,
        borrowed=borrowed if is_known else None,
        unrealised_pnl=open_profit if profits else None,
        unpriced=unpriced,
        left_out=left_out,
        assumed=tuple(sorted({*chain(*(h.assumed for h in holdings), *(p.assumed for p in profits))})),
    )


def _holding_of(balance: Balance, rates: Rates, currency: str) -> _Holding | None:
    if not balance.total and not balance.debt:
        return _Holding(balance, ZERO, ZERO)
    rate = rates.find(balance.asset, currency)
    if rate is None:
        return None
    return _Holding(balance, balance.total * rate.value, (balance.debt or ZERO) * rate.value, rate.assumed)


def _open_profits(
    positions: Iterable[Position], balances: Iterable[Balance], unpriced: Collection[str], rates: Rates, currency: str
) -> tuple[tuple[_Profit, ...], tuple[str, ...]]:
    """The profits of positions that can be valued, and the other positions by name and size.

    A profit inside a balance is part of its total, or unpriced with it. Such a position is never left out.
    """
    including = {balance.asset for balance in balances if balance.includes_open_profit}
    profits: list[_Profit] = []
    left_out: list[str] = []
    for position in positions:
        settles_in, is_inside = position.settles_in, position.settles_in in including
        profit = None if is_inside and settles_in in unpriced else open_profit_of(position, rates, currency)
        if profit is not None:
            profits.append(_Profit(profit.value, settles_in, is_inside, profit.assumed))
        elif not is_inside:
            left_out.append(words_of(position))
    return tuple(profits), tuple(left_out)


def _without_profit(holdings: Iterable[_Holding], profits: Iterable[_Profit]) -> list[tuple[Decimal, Decimal]]:
    """The value of each balance without open profit, and its debt: the stated one, or a negative value if larger."""
    inside: dict[str, Decimal] = {}
    for profit in profits:
        if profit.is_inside and profit.settles_in is not None:
            inside[profit.settles_in] = inside.get(profit.settles_in, ZERO) + profit.value
    worths = []
    for held in holdings:
        taken = inside.pop(held.balance.asset, ZERO) if held.balance.includes_open_profit else ZERO
        value = held.value - taken
        worths.append((value, max(held.owed, -value, ZERO)))
    return worths


def _stated_value(
    equities: Sequence[StatedEquity],
    holdings: Iterable[_Holding],
    profits: Iterable[_Profit],
    unpriced: Collection[str],
    rates: Rates,
    currency: str,
) -> Decimal | None:
    """The stated equities, plus the computed value of the wallets without one. None without stated equities.

    Equities include open profit, unless only other wallets hold the currency that it settles in. An equity in an
    unpriced asset is left out. None if another equity cannot be converted.
    """
    amounts: list[Decimal] = []
    for equity in equities:
        rate = Decimal(1) if not equity.amount else rates.rate(equity.currency, currency)
        if rate is not None:
            amounts.append(equity.amount * rate)
        elif equity.currency not in unpriced:
            return None
    if not amounts:
        return None
    wallets = {equity.wallet for equity in equities}
    others = [held for held in holdings if held.balance.wallet not in wallets]
    stated = {equity.currency for equity in equities} | {
        held.balance.asset for held in holdings if held.balance.wallet in wallets
    }
    elsewhere = {held.balance.asset for held in others if not held.balance.includes_open_profit} - stated
    more = (profit.value for profit in profits if profit.settles_in in elsewhere and not profit.is_inside)
    return sum(amounts, ZERO) + sum((held.value for held in others), ZERO) + sum(more, ZERO)
