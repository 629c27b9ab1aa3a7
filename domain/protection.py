"""Protection: the share of each holding and position that stop orders would close if the market moved against it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from domain.closing_orders import closed_by
from domain.closing_prices import ClosingPrices
from domain.lots import EXACT
from domain.markets import MarketType, Side
from domain.money import is_money
from domain.order_distance import NearOrder
from domain.order_groups import rivals_of
from domain.orders import TRIGGER_KINDS, Contingency, Group, Order, Role
from domain.positions import Position
from domain.prices import Rates
from domain.snapshot import Snapshot
from domain.sources import order_sources

# Orders on these markets act on positions. Orders on spot act on balances.
_POSITIONS = frozenset({MarketType.PERPETUAL, MarketType.FUTURE, MarketType.OPTION, MarketType.MARGIN})
# Groups whose legs exclude one another. An order with attached stops may have several, each for a part of it.
_ONE_ACTS = frozenset({Contingency.OCO, Contingency.OTOCO})


class ProtectionState(StrEnum):
    """The protection of a holding, in one word."""

    PROTECTED = "protected"
    PARTLY = "partly"
    UNPROTECTED = "unprotected"
    UNKNOWN = "unknown"  # orders were not read, or their properties are unknown
    NOTHING_TO_PROTECT = "nothing_to_protect"


@dataclass(frozen=True, slots=True)
class Protection:
    """The protection of one holding or position, by the orders as of `as_of`.

    `share` is the fraction of the quantity that stops cover, 0 to 1. None is unknown. `stop_losses` and `take_profits`
    are trigger prices (limit prices of take profits without a trigger), ascending. `nearest_stop` and
    `nearest_take_profit` are the orders nearest to their own markets (see domain/order_distance.py).
    """

    state: ProtectionState
    share: Decimal | None = None
    stop_losses: tuple[Decimal, ...] = ()
    take_profits: tuple[Decimal, ...] = ()
    as_of: datetime | None = None
    carried: bool = False
    assumed: tuple[str, ...] = ()  # dollar coins that count as one dollar in the prices
    nearest_stop: NearOrder | None = None
    nearest_take_profit: NearOrder | None = None


def protection_of(
    snapshot: Snapshot, currency: str | None = None, *, has_prices: bool = True
) -> Mapping[str, Protection]:
    """The protection of each asset, by asset. Prices are in `currency` if given, else in the quote of each order.

    Without `has_prices` they are left out.

    Stops on all spot markets of a coin (USD, USDT, USDC) count together. A stop whose entry still waits protects
    nothing yet. An OCO counts once, by its stop leg.
    """
    held: dict[str, Decimal] = defaultdict(Decimal)
    for balance in snapshot.balances:
        held[balance.asset] += balance.total
    prices = ClosingPrices() if currency is None else ClosingPrices(Rates(snapshot.prices.values()), currency)
    sells = _by_base(
        order
        for order in _working(snapshot.orders)
        if order.side is Side.SELL and _may_count(order) and order.market_type not in _POSITIONS
    )
    return {
        asset: Protection(ProtectionState.NOTHING_TO_PROTECT)
        if quantity <= 0 or is_money(asset)
        else _protection(quantity, sells.get(asset, ()), snapshot, prices, has_prices=has_prices)
        for asset, quantity in held.items()
    }


def _may_count(order: Order) -> bool:
    """True for stops and take profits, and for trigger orders without a role."""
    role = order.role
    if role is Role.UNKNOWN:
        return order.kind in TRIGGER_KINDS
    return role is Role.STOP_LOSS or role is Role.TAKE_PROFIT


def protection_of_positions(snapshot: Snapshot) -> Mapping[str, Protection]:
    """The protection of each position, by its key. Stops on its symbol that reduce it count.

    A stop that may close one of several positions leaves it unknown for all of them (see domain/closing_orders.py).
    """
    # Few of many orders are of a symbol with a position.
    by_symbol: dict[str, list[Position]] = defaultdict(list)
    for position in snapshot.positions:
        by_symbol[position.symbol].append(position)
    certain: dict[str, list[Order]] = defaultdict(list)
    shared: dict[str, list[Order]] = defaultdict(list)
    for order in _working(snapshot.orders) if by_symbol else ():
        closed = closed_by(order, by_symbol[order.symbol]) if order.symbol in by_symbol else ()
        for position in closed:
            (certain if len(closed) == 1 else shared)[position.key].append(order)
    return {
        position.key: _protection(
            position.amount,
            certain[position.key],
            snapshot,
            ClosingPrices(),
            position.contracts,
            shared=shared[position.key],
        )
        for position in snapshot.positions
    }


def groups_waiting_for_entry(orders: Iterable[Order]) -> frozenset[Group]:
    """The groups whose entry has not filled. Their stops protect nothing yet."""
    # The legs of an OCO do not wait for each other. Stops of an inferred group count, because the group may be wrong.
    entries = [
        order
        for order in orders
        if order.group_id is not None  # most have none
        and order.role is Role.ENTRY
        and order.contingency is not Contingency.OCO
        and not order.is_group_inferred
    ]
    return frozenset(order.group for order in entries if order.group is not None)


def _working(orders: Iterable[Order]) -> Iterable[Order]:
    """The orders that act on present holdings, without those that wait for the entry of their group to fill."""
    orders = tuple(orders)
    waiting = groups_waiting_for_entry(orders)
    return (order for order in orders if order.group_id is None or order.group not in waiting)


def _by_base(orders: Iterable[Order]) -> Mapping[str, list[Order]]:
    by_base: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        if order.base is not None:
            by_base[order.base].append(order)
    return by_base


def _protection(
    quantity: Decimal,
    orders: Sequence[Order],
    snapshot: Snapshot,
    prices: ClosingPrices,
    contracts: Decimal | None = None,
    *,
    has_prices: bool = True,
    shared: Sequence[Order] = (),
) -> Protection:
    """`orders` close this quantity. Each of the `shared` orders closes this or another one."""
    states = [snapshot.sources[source] for source in order_sources(snapshot.sources)]
    is_read = bool(states) and all(state.as_of is not None for state in states)
    carried = any(state.carried for state in states)
    is_complete = all(state.is_complete for state in states) and not snapshot.account.hides_orders
    acting = [(order, acts) for order in orders if (acts := _stops(order)) is not False]
    may_act = [(order, acts) for order in shared if (acts := _stops(order)) is not False]
    share = _covered(quantity, contracts, [*acting, *((order, None) for order, _ in may_act)]) if is_read else None
    if share is not None and share < 1 and not is_complete:
        share = None  # an order that could not be read may be a stop for the rest
    stops = [order for order, acts in (*acting, *may_act) if acts and has_prices]
    profits = [order for order in (*orders, *shared) if has_prices and order.role is Role.TAKE_PROFIT]
    return Protection(
        state=_state_of(share, carried),
        share=share if share or not carried else None,
        stop_losses=prices.ascending(stops),
        take_profits=prices.ascending(profits),
        as_of=min((state.as_of for state in states if state.as_of is not None), default=None) if is_read else None,
        carried=carried,
        assumed=prices.assumed([*stops, *profits]),
        nearest_stop=prices.nearest(stops, snapshot.prices),
        nearest_take_profit=prices.nearest(profits, snapshot.prices),
    )


def _covered(
    quantity: Decimal, contracts: Decimal | None, acting: Iterable[tuple[Order, bool | None]]
) -> Decimal | None:
    """The share of a quantity that stops cover. None if orders with unknown properties may cover more.

    Each order comes with the answer whether it acts, None if that is unknown.
    """
    coins, others = Decimal(0), []
    with localcontext(EXACT):
        for order, acts in acting:
            if acts and _closes_coins(order, contracts):
                coins += order.remaining or 0  # one sum of many stops is quicker than a sum of fractions
            else:
                others.append((order, acts, _share_of(order, quantity, contracts)))
    certain = _sum_of(((order, share) for order, acts, share in others if acts and share is not None), coins, quantity)
    if any(acts is None or share is None for _, acts, share in others):
        every = ((order, Fraction(1) if share is None else share) for order, _, share in others)
        if certain < _sum_of(every, coins, quantity):
            return None
    return Decimal(certain.numerator) / Decimal(certain.denominator)


def _closes_coins(order: Order, contracts: Decimal | None) -> bool:
    """True if an order closes its remaining coins, whatever other orders do."""
    return (
        order.remaining is not None
        and not order.close_position
        and order.close_fraction is None
        and not (contracts and order.contracts is not None)
        and (order.group_id is None or order.contingency not in _ONE_ACTS or rivals_of(order) is None)
    )


def _sum_of(shares: Iterable[tuple[Order, Fraction]], coins: Decimal, quantity: Decimal) -> Fraction:
    """The share of a quantity that orders and `coins` cover together, at most 1.

    Only the largest leg of a stated OCO counts.
    """
    covered = Fraction(coins) / Fraction(quantity) if coins else Fraction(0)
    of_group: dict[object, Fraction] = {}
    for order, share in shares:
        if order.contingency in _ONE_ACTS and (rivals := rivals_of(order)) is not None:
            of_group[rivals] = max(of_group.get(rivals, Fraction(0)), share)
        else:
            covered += share
    return min(covered + sum(of_group.values()), Fraction(1))


def _stops(order: Order) -> bool | None:
    """True if a closing order acts when the market moves against the holding. None is unknown.

    An inactive trailing stop acts only after a move in favour. A stop without a role buys, and may be an entry or a
    stop. Either way it reduces a short position. But if the exchange does not state `reduce_only`, it may belong to
    another position. Margin positions of a spot market are netted, so a buy always reduces a short first.
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
    """The exact fraction of a quantity that an order closes. None if the size of the order is unknown.

    Contracts are compared with contracts, because the coins in an inverse contract depend on the price.
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
