"""The values of the terms of accounts at one refresh. None is unknown.

A value rests on sources. If one of them was carried forward, the value is unknown at that refresh, because a rule must
not decide by what was true before.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from domain.account_moment import AccountMoment
from domain.alerts import SubjectKey
from domain.endings import Ending
from domain.lots import ZERO
from domain.money import is_money
from domain.order_distance import distance_of
from domain.orders import Order
from domain.positions import Position, PositionSide
from domain.protection import ProtectionState
from domain.rule_tree import Term
from domain.sources import ORDER_KINDS, Source, SourceKind
from domain.sums import sum_if_known
from domain.transfers import TransferKind, TransferStatus

_WORTH = (SourceKind.BALANCES, SourceKind.POSITIONS, SourceKind.PRICES)
_HOLDING = (SourceKind.BALANCES, SourceKind.PRICES)
_POSITION = (SourceKind.POSITIONS,)
# The kinds of sources that a term rests on. Others rest on none that a refresh fetches.
RESTS_ON: Mapping[str, tuple[SourceKind, ...]] = {
    "price": (SourceKind.PRICES,),
    "net_value": _WORTH,
    "drawdown": _WORTH,
    "unprotected_value": (*_HOLDING, *ORDER_KINDS),
    "quantity": (SourceKind.BALANCES,),
    "value": _HOLDING,
    "share": _WORTH,
    "unrealised": _HOLDING,
    "unrealised_share": _HOLDING,
    "covered": (SourceKind.BALANCES, *ORDER_KINDS),
    "uncovered_value": (*_HOLDING, *ORDER_KINDS),
    "size": _POSITION,
    "position_value": (*_POSITION, SourceKind.PRICES),
    "open_profit": _POSITION,
    "distance_to_liquidation": _POSITION,
    "distance_to_market": (*ORDER_KINDS, SourceKind.PRICES),
    "age": ORDER_KINDS,
    **dict.fromkeys(
        ("order_filled", "order_cancelled", "stop_triggered", "order_missing", "stop_vanished"), ORDER_KINDS
    ),
}


def failed_sources(term: Term, moment: AccountMoment) -> tuple[Source, ...]:
    """The sources of a term that were carried forward at a refresh."""
    kinds = RESTS_ON.get(term.name, ())
    return tuple(sorted(source for source in moment.snapshot.refresh.carried if source.kind in kinds))


def value_of_term(term: Term, moment: AccountMoment, subject: SubjectKey) -> float | None:
    """The value of a term for a subject. Conditions are 1 or 0."""
    if failed_sources(term, moment):
        return None
    value = _TERMS[term.name](moment, subject.name, _span(term))
    return None if value is None else float(value)


def _span(term: Term) -> timedelta:
    span = term.arguments[0] if term.arguments else timedelta(0)
    assert isinstance(span, timedelta)
    return span


def _net_value(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
    return moment.net_value


def _drawdown(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
    peak, value = moment.peaks.get(span), moment.net_value
    if value is None or peak is None:
        return None
    peak = max(peak, value)
    return None if peak <= 0 else 1 - value / peak


def _unprotected(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
    return sum_if_known(_uncovered(moment, coin, span) for coin, quantity in moment.held.items() if quantity > 0)


def _quantity(moment: AccountMoment, name: str, span: timedelta) -> Decimal:
    return moment.held.get(name, ZERO)


def _value(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
    return moment.value_of(name)


def _share(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
    value, total = moment.value_of(name), moment.net_value
    return None if value is None or total is None or total <= 0 else value / total


def _unrealised(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
    basis = moment.cost_of(name)
    return None if basis is None else basis.unrealised


def _unrealised_share(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
    basis = moment.cost_of(name)
    if basis is None or basis.unrealised is None or not basis.cost:
        return None
    return basis.unrealised / abs(basis.cost)


def _covered(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
    protection = moment.protection.get(name)
    if protection is None or protection.state is ProtectionState.NOTHING_TO_PROTECT:
        return Decimal(1)
    return protection.share


def _uncovered(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
    if is_money(name):
        return ZERO
    share, value = _covered(moment, name, span), moment.value_of(name)
    return None if share is None or value is None else max(ZERO, value * (1 - share))


def _of_position(value_of: Callable[[AccountMoment, Position], Decimal | None], without: Decimal | None) -> "_Reader":
    """The value of a position, `without` once it is closed."""

    def value(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
        position = moment.positions.get(name)
        return without if position is None else value_of(moment, position)

    return value


def _size(moment: AccountMoment, position: Position) -> Decimal:
    return position.amount if position.side is PositionSide.LONG else -position.amount


def _position_value(moment: AccountMoment, position: Position) -> Decimal | None:
    rate = None if position.quote is None else moment.rates.rate(position.quote, moment.currency)
    rate = Decimal(1) if position.quote == moment.currency else rate
    return None if position.mark_price is None or rate is None else position.amount * position.mark_price * rate


def _open_profit(moment: AccountMoment, position: Position) -> Decimal | None:
    return position.unrealised_pnl


def _liquidation(moment: AccountMoment, position: Position) -> Decimal | None:
    if position.liquidation_price is None or not position.mark_price or position.liquidation_price <= 0:
        return None
    return abs(position.liquidation_price / position.mark_price - 1)


def _of_order(value_of: Callable[[AccountMoment, Order], Decimal | None]) -> "_Reader":
    def value(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
        order = moment.order_named(name)
        return None if order is None else value_of(moment, order)

    return value


def _distance(moment: AccountMoment, order: Order) -> Decimal | None:
    distance = distance_of(order, moment.snapshot.prices)
    return None if distance is None else abs(distance)


def _age(moment: AccountMoment, order: Order) -> Decimal | None:
    return None if order.created_at is None else Decimal((moment.at - order.created_at).total_seconds())


def _source_age(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
    as_of = moment.snapshot.refresh.as_of(Source(name))
    return None if as_of is None else Decimal((moment.at - as_of).total_seconds())


def _failing_for(moment: AccountMoment, name: str, span: timedelta) -> Decimal | None:
    source = Source(name)
    if source not in moment.snapshot.refresh.carried:
        return ZERO
    return _source_age(moment, name, span)


def _can_withdraw(moment: AccountMoment, name: str, span: timedelta) -> bool | None:
    return None if moment.permission is None else moment.permission.can_withdraw


def _can_trade(moment: AccountMoment, name: str, span: timedelta) -> bool | None:
    return None if moment.permission is None else moment.permission.can_trade


def _ended(*endings: Ending, vanished: bool = False) -> "_Reader":
    """True if an order ended so within the span. An ending that is not explained yet is no ending of another kind."""

    def value(moment: AccountMoment, name: str, span: timedelta) -> bool:
        end = moment.ends_by_name.get(name)
        if end is None or end.gone_at <= moment.at - span or moment.order_named(name) is not None:
            return False
        return end.ending in endings and (not vanished or (end.is_vanished_stop and _stands(moment, end.order)))

    return value


def _stands(moment: AccountMoment, order: Order) -> bool:
    """True if what a stop protected is still there."""
    if any(position.symbol == order.symbol for position in moment.snapshot.positions):
        return True
    return ":" not in order.symbol and order.base is not None and moment.held.get(order.base, ZERO) > 0


def _moved(kind: TransferKind) -> "_Reader":
    def value(moment: AccountMoment, name: str, span: timedelta) -> bool:
        return any(
            transfer.kind is kind
            and transfer.status in (TransferStatus.DONE, TransferStatus.UNKNOWN)
            and moment.at - span < transfer.at <= moment.at
            for transfer in moment.transfers
        )

    return value


_Reader = Callable[[AccountMoment, str, timedelta], Decimal | bool | None]
_TERMS: Mapping[str, _Reader] = {
    "net_value": _net_value,
    "drawdown": _drawdown,
    "unprotected_value": _unprotected,
    "quantity": _quantity,
    "value": _value,
    "share": _share,
    "unrealised": _unrealised,
    "unrealised_share": _unrealised_share,
    "covered": _covered,
    "uncovered_value": _uncovered,
    "size": _of_position(_size, ZERO),
    "position_value": _of_position(_position_value, ZERO),
    "open_profit": _of_position(_open_profit, ZERO),
    "distance_to_liquidation": _of_position(_liquidation, None),
    "distance_to_market": _of_order(_distance),
    "age": _of_order(_age),
    "source_age": _source_age,
    "failing_for": _failing_for,
    "key_can_withdraw": _can_withdraw,
    "key_can_trade": _can_trade,
    "order_filled": _ended(Ending.FILLED),
    "order_cancelled": _ended(Ending.CANCELLED, Ending.EXPIRED, Ending.REJECTED),
    "stop_triggered": _ended(Ending.TRIGGERED),
    "order_missing": _ended(Ending.GONE),
    "stop_vanished": _ended(Ending.CANCELLED, Ending.EXPIRED, Ending.REJECTED, Ending.GONE, vanished=True),
    "deposit": _moved(TransferKind.DEPOSIT),
    "withdrawal": _moved(TransferKind.WITHDRAWAL),
}
