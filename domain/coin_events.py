"""Coin events: what a fill or a transfer does to each coin that it moves (domain/coin_books.py).

A fill of a spot or margin market moves its base, its quote and the currency of its fee. Those that are coins, and not
the base currency of the account, have an event each:

    buy 10 ETH for 0.5 BTC, fee 0.01 BNB     ETH +10 (traded)   BTC -0.5 (paid)   BNB -0.01 (fee)

A fee in a coin that comes in makes less of it come in. A fee in a coin that leaves, or in a third one, disposes of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.coin_books import CoinEvent, Role
from domain.fills import Fill
from domain.income import EARNED
from domain.lots import ZERO, exact, share_of
from domain.markets import MarketType, Side
from domain.money import is_money
from domain.transfers import Transfer, TransferKind, TransferStatus

_MOVES_COINS = frozenset({TransferKind.DEPOSIT, TransferKind.WITHDRAWAL, TransferKind.OTHER})
_RANKS: Mapping[Role | None, int] = {Role.DEPOSIT: 0, Role.WITHDRAWAL: 2}
_HAPPENED = frozenset({TransferStatus.DONE, TransferStatus.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Values:
    """The value of a fill or transfer in the base currency at its moment, never negative. None is unknown.

    `fee` is positive where it was paid and negative for a rebate. `is_assumed` where a dollar coin counted as a dollar.
    """

    value: Decimal | None
    fee: Decimal | None = ZERO
    is_assumed: bool = False


def has_book(asset: str | None, base_currency: str) -> bool:
    """True if an asset is a coin with lots. Money and the base currency are carried at the value of the day."""
    return asset is not None and asset != base_currency and not is_money(asset)


def rank_of(transfer: Transfer) -> int:
    """The rank of a transfer among events of one moment: coins come in before they are sold, and leave at last."""
    return _RANKS.get(_role_of(transfer), 1)


def place_of(at: datetime, key: str, rank: int = 1) -> tuple[datetime, int, int, str]:
    """The place of a fill (rank 1) in the order of time: ids of one millisecond count as numbers."""
    return at, rank, len(key), key


def events_of_fill(fill: Fill, values: Values, base_currency: str) -> tuple[CoinEvent, ...]:
    """The events of a fill of a spot or margin market. Those of contracts are in domain/contract_events.py."""
    with exact():
        fee = fill.fee or ZERO
        sign = 1 if fill.side is Side.BUY else -1
        booked = []
        if fill.amount and has_book(fill.base, base_currency):
            booked.append((fill.base, Role.TRADED, sign * fill.amount))
        if has_book(fill.quote, base_currency) and (paid := fill.value):
            booked.append((fill.quote, Role.PAID, -sign * paid))
        # The fee is a cost of the base, else of the one coin that has a book.
        events = [
            _side_event(fill, role, coin or "", quantity, values, bears_fee=index == 0)
            for index, (coin, role, quantity) in enumerate(booked)
        ]
        incoming = fill.base if sign > 0 else fill.quote
        if fill.fee_currency != incoming or fee < 0:
            events += fee_events(fill, fee, values, base_currency)
        return tuple(events)


def _side_event(fill: Fill, role: Role, coin: str, quantity: Decimal, values: Values, *, bears_fee: bool) -> CoinEvent:
    """One side of a market. A fee taken out of the incoming coins makes its quantity and value smaller."""
    value, fees, fee = values.value, values.fee if bears_fee else ZERO, fill.fee or ZERO
    if 0 < fee < quantity and fill.fee_currency == coin:
        kept = quantity - fee
        if value is not None:
            kept_value = share_of(value, kept, quantity)
            value, fees = kept_value, value - kept_value if bears_fee else ZERO
        quantity = kept
    return CoinEvent(
        key=fill.key,
        coin=coin,
        at=fill.at,
        role=role,
        quantity=quantity,
        value=value,
        fees=fees,
        may_open_short=fill.market_type is MarketType.MARGIN and role is Role.TRADED,
        is_assumed=values.is_assumed,
    )


def fee_events(fill: Fill, fee: Decimal, values: Values, base_currency: str) -> Iterable[CoinEvent]:
    """A fee disposes of its coin. A rebate brings it in."""
    coin = fill.fee_currency
    if coin is None or not fee or not has_book(coin, base_currency):
        return
    value = None if values.fee is None else abs(values.fee)
    yield CoinEvent(fill.key, coin, fill.at, Role.FEE, -fee, value, is_assumed=values.is_assumed)


def events_of_transfer(transfer: Transfer, values: Values, base_currency: str) -> tuple[CoinEvent, ...]:
    """The events of a transfer. One that is pending or has failed moves nothing, and a loan is owed as much as it is
    held."""
    if transfer.status not in _HAPPENED:
        return ()
    events: list[CoinEvent] = []
    coin = transfer.asset
    if transfer.amount and has_book(coin, base_currency) and (role := _role_of(transfer)) is not None:
        events.append(
            CoinEvent(
                transfer.key, coin, transfer.at, role, transfer.amount, values.value, is_assumed=values.is_assumed
            )
        )
    if transfer.fee and transfer.fee_currency is not None and has_book(transfer.fee_currency, base_currency):
        fee_value = None if values.fee is None else abs(values.fee)
        events.append(CoinEvent(transfer.key, transfer.fee_currency, transfer.at, Role.FEE, -transfer.fee, fee_value))
    return tuple(events)


def _role_of(transfer: Transfer) -> Role | None:
    if transfer.kind in EARNED:
        return Role.INCOME
    if transfer.kind in _MOVES_COINS:
        return Role.DEPOSIT if transfer.amount > 0 else Role.WITHDRAWAL
    return None


def in_order(events: Sequence[CoinEvent]) -> list[CoinEvent]:
    """Events as books apply them: by time, what comes in from outside first and what leaves for it last."""
    return sorted(events, key=lambda event: place_of(event.at, event.key, _RANKS.get(event.role, 1)))
