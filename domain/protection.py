"""Protection: how much of what is held would be sold by a stop if the market fell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from domain.currency_graph import Rate
from domain.markets import MarketType, Side
from domain.money import is_money
from domain.order_groups import rivals_of
from domain.orders import Contingency, Order, Role
from domain.positions import PositionSide
from domain.prices import Rates
from domain.snapshot import Snapshot
from domain.sources import order_sources

# Orders on these act on positions. Those on spot act on what the wallet holds.
_POSITIONS = frozenset({MarketType.PERPETUAL, MarketType.FUTURE, MarketType.OPTION, MarketType.MARGIN})
# What hangs on one order may be several stops for its parts; the legs of these exclude one another.
_ONE_ACTS = frozenset({Contingency.OCO, Contingency.OTOCO})


class ProtectionState(StrEnum):
    """How a holding is protected."""

    PROTECTED = "protected"
    PARTLY = "partly"
    UNPROTECTED = "unprotected"
    UNKNOWN = "unknown"  # some of the orders were not seen: nothing may be called unprotected
    NOTHING_TO_PROTECT = "nothing_to_protect"


@dataclass(frozen=True, slots=True)
class Protection:
    """How one holding or position is protected, by the orders as they were seen at `as_of`.

    `share` is the part of the quantity that stops cover, 0 to 1; None is unknown. Prices are triggers (for take profits
    without one, limits), nearest to the market first is not promised: they are ascending.
    """

    state: ProtectionState
    share: Decimal | None = None
    stop_losses: tuple[Decimal, ...] = ()
    take_profits: tuple[Decimal, ...] = ()
    as_of: datetime | None = None
    carried: bool = False
    assumed: tuple[str, ...] = ()  # dollar coins that count as one dollar in the prices


def protection_of(snapshot: Snapshot, currency: str | None = None) -> Mapping[str, Protection]:
    """The protection of each asset held in the spot wallet, by asset; its prices in `currency`, if one is given.

    The books of one coin against USD, USDT, USDC count together. Stops whose entry is still waiting protect
    nothing yet. An OCO counts once: only its stop leg covers.
    """
    held: dict[str, Decimal] = defaultdict(Decimal)
    for balance in snapshot.balances:
        held[balance.asset] += balance.total
    rates = Rates(snapshot.prices.values()) if currency is not None else None
    sells = _by_base(o for o in _working(snapshot.orders) if o.side is Side.SELL and o.market_type not in _POSITIONS)
    return {
        asset: Protection(ProtectionState.NOTHING_TO_PROTECT)
        if quantity <= 0 or is_money(asset)
        else _judged(quantity, sells.get(asset, ()), snapshot, rates, currency)
        for asset, quantity in held.items()
    }


def protection_of_positions(snapshot: Snapshot) -> Mapping[str, Protection]:
    """The protection of each position, by its key: stops on its symbol that would reduce it."""
    working = list(_working(snapshot.orders))
    return {
        position.key: _judged(
            position.amount,
            [
                order
                for order in working
                # One name may stand for a spot pair and a perpetual; and in hedge mode for a long and a short position.
                if order.symbol == position.symbol
                # An order on spot sells what the wallet holds, and closes no margin position of the same market.
                and (order.market_type is MarketType.MARGIN) is (position.market_type is MarketType.MARGIN)
                and order.position_side in (None, position.side)
                and order.side is (Side.SELL if position.side is PositionSide.LONG else Side.BUY)
            ],
            snapshot,
            contracts=position.contracts,
        )
        for position in snapshot.positions
    }


def _working(orders: Iterable[Order]) -> Iterable[Order]:
    """The orders that act on what is held now: not those that wait for their group's entry to fill."""
    orders = tuple(orders)
    # A group that was only concluded must not make a stop that stands count for nothing.
    # The legs of an OCO do not wait for each other.
    entries = [
        order
        for order in orders
        if order.role is Role.ENTRY and order.contingency is not Contingency.OCO and not order.is_group_inferred
    ]
    waiting = {order.group for order in entries} - {None}
    return (order for order in orders if order.group not in waiting)


def _by_base(orders: Iterable[Order]) -> Mapping[str, list[Order]]:
    found: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        if order.base is not None:
            found[order.base].append(order)
    return found


def _judged(
    quantity: Decimal,
    orders: Iterable[Order],
    snapshot: Snapshot,
    rates: Rates | None = None,
    currency: str | None = None,
    contracts: Decimal | None = None,
) -> Protection:
    orders = tuple(orders)
    states = [snapshot.sources[source] for source in order_sources(snapshot.sources)]
    seen = bool(states) and all(state.as_of is not None for state in states)
    carried = any(state.carried for state in states)
    whole = all(state.is_complete for state in states) and not snapshot.account.hides_orders
    share = _covered(quantity, contracts, orders) if seen else None
    if share is not None and share < 1 and not whole:
        share = None  # a row that was not understood, or cannot be read, may be the stop that is missing
    stops = [order for order in orders if _stops(order)]
    profits = [order for order in orders if order.role is Role.TAKE_PROFIT]
    return Protection(
        state=_state_of(share, carried),
        share=share if share or not carried else None,
        stop_losses=_prices(stops, rates, currency),
        take_profits=_prices(profits, rates, currency),
        as_of=min((state.as_of for state in states if state.as_of is not None), default=None) if seen else None,
        carried=carried,
        assumed=_assumed([*stops, *profits], rates, currency),
    )


def _covered(quantity: Decimal, contracts: Decimal | None, orders: Iterable[Order]) -> Decimal | None:
    """The share of a quantity that stops cover; None where orders of which something is unknown may cover more."""
    acting = [(order, acts) for order in orders if (acts := _stops(order)) is not False]
    shares = [(order, acts, _share_of(order, quantity, contracts)) for order, acts in acting]
    least = _together((order, share) for order, acts, share in shares if acts and share is not None)
    most = _together((order, Fraction(1) if share is None else share) for order, _, share in shares)
    return None if least < most else Decimal(least.numerator) / Decimal(least.denominator)


def _together(shares: Iterable[tuple[Order, Fraction]]) -> Fraction:
    """What several orders cover, at most all. Of the legs of one stated OCO only one can act: the largest counts."""
    covered = Fraction(0)
    of_group: dict[object, Fraction] = {}
    for order, share in shares:
        if order.contingency in _ONE_ACTS and (rivals := rivals_of(order)) is not None:
            of_group[rivals] = max(of_group.get(rivals, Fraction(0)), share)
        else:
            covered += share
    return min(covered + sum(of_group.values()), Fraction(1))


def _stops(order: Order) -> bool | None:
    """Whether an order that closes a holding acts when the market moves against it; None: nobody knows yet.

    A trailing stop that is not active yet acts after a move in favour only.
    A stop without a role is one that buys and may as well be an entry. It reduces a short position in either case. Only
    where the exchange does not say whether it can open one, it may belong to another position. Margin positions of a
    spot market are netted: a buy always reduces a short first.
    """
    if order.role not in (Role.STOP_LOSS, Role.UNKNOWN) or order.is_armed is False:
        return False
    if order.role is Role.STOP_LOSS:
        return order.is_armed
    if order.is_undirected:
        return None
    if order.is_stop:
        is_netted = order.reduce_only is not None or order.market_type is MarketType.MARGIN
        return order.is_armed if is_netted else None
    return False


def _share_of(order: Order, quantity: Decimal, contracts: Decimal | None) -> Fraction | None:
    """The part of a quantity that an order closes, exactly; None where it does not tell how much it is for.

    Contracts are compared with contracts: the coins in an inverse contract depend on the price.
    """
    if order.close_position:
        return Fraction(1)
    if order.close_fraction is not None:
        return Fraction(order.close_fraction)
    left = Fraction(1) if order.filled == 0 else None
    if left is None and order.remaining is not None and order.amount:
        left = Fraction(order.remaining) / Fraction(order.amount)
    if contracts and order.contracts is not None:
        return None if left is None else Fraction(order.contracts) * left / Fraction(contracts)
    return None if order.remaining is None else Fraction(order.remaining) / Fraction(quantity)


def _state_of(share: Decimal | None, carried: bool) -> ProtectionState:
    if share is None:
        return ProtectionState.UNKNOWN
    if share >= 1:
        return ProtectionState.PROTECTED
    if share > 0:
        return ProtectionState.PARTLY
    return ProtectionState.UNKNOWN if carried else ProtectionState.UNPROTECTED


def _prices(orders: Iterable[Order], rates: Rates | None, currency: str | None) -> tuple[Decimal, ...]:
    """Where these orders act, ascending. A price that cannot be told in `currency` is left out: never in another."""
    found: set[Decimal] = set()
    for order in orders:
        price = order.price if order.price is not None else order.limit_price
        rate = _rate(order, rates, currency)
        if price is not None and rate is not None:
            found.add(price if rate.value == 1 else price * rate.value)
    return tuple(sorted(found))


def _rate(order: Order, rates: Rates | None, currency: str | None) -> Rate | None:
    """Units of `currency` for one of the order's quote."""
    if rates is None or currency is None or order.quote == currency:
        return Rate(Decimal(1))
    return rates.find(order.quote, currency) if order.quote is not None else None


def _assumed(orders: Iterable[Order], rates: Rates | None, currency: str | None) -> tuple[str, ...]:
    """The dollar coins that count as one dollar in the prices of these orders."""
    found = (rate for order in orders if (rate := _rate(order, rates, currency)) is not None)
    return tuple(sorted({coin for rate in found for coin in rate.assumed}))
