"""Read where the change of net value of one account came from, between recorded refreshes (domain/attribution.py).

The holdings of a refresh come from its balances and prices, what moved between two refreshes from fills, transfers and
coin books with their stored values. Each kind is read once for all intervals. A refresh stands for a closing
moment. Amounts booked between the two move from one interval to the other (db/reads/settled_values.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, localcontext
from itertools import pairwise

from sqlalchemy import Connection

from db.reads.attribution_records import CoinSums, FillSums, KnownCost, TransferSums
from db.reads.attribution_sums import (
    read_coin_sums,
    read_fill_sums,
    read_known_costs,
    read_realised_between,
    read_transfer_sums,
)
from db.reads.contract_gains import Settled, gains_of_contracts, read_settlements, settles_by_session
from db.reads.flows import read_flows
from db.reads.net_values import NetValue
from db.reads.wallets import read_wallets
from domain.attribution import Attribution, Line, Moved, attribution_of, price_effect, realised_later
from domain.attribution import Holding as HeldAsset
from domain.coin_events import has_book
from domain.holdings import holdings_of
from domain.lots import EXACT, ZERO, share_of
from domain.open_profit import open_profit_of
from domain.periods import closes_second
from domain.positions import Position
from domain.prices import Rates
from domain.snapshot import Account, Snapshot
from domain.spans import StoredFlow
from domain.transfer_matches import LONGEST_WAY
from domain.transfers import TransferKind

_LINES = {
    TransferKind.FUNDING: Line.FUNDING,
    TransferKind.INTEREST: Line.INTEREST,
    TransferKind.REBATE: Line.REBATES,
    TransferKind.FEE: Line.FEES,
    TransferKind.OTHER: Line.OTHER,
}


@dataclass(frozen=True, slots=True)
class _Moment:
    """An account at a refresh: the quantity and worth of each asset without open profit, and the positions."""

    at: datetime
    rates: Rates
    held: Mapping[str, tuple[Decimal, Decimal | None]]
    positions: Sequence[Position]


@dataclass(frozen=True, slots=True)
class AccountPart:
    """The attribution of one account between two refreshes, in its base currency, and its deposits and withdrawals.

    `rates` are those of the begin and the end.
    """

    attribution: Attribution
    flows: Sequence[StoredFlow]
    values: tuple[Decimal, Decimal]
    rates: tuple[Rates, Rates]


def read_account_parts(
    connection: Connection, account: Account, bounds: Sequence[datetime], recorded: Sequence[NetValue]
) -> tuple[AccountPart, ...]:
    """The attribution of an account between each of these bounds and the next. `recorded` has the value of each."""
    currency = account.base_currency
    wallets = read_wallets(connection, account, [value.at for value in recorded])
    moments = [_moment(account, wallets[value.at]) for value in recorded]
    intervals = _read_intervals(connection, account, [moment.at for moment in moments])
    assets = {asset for moment in moments for asset in moment.held} | {a for i in intervals for a in i.moved}
    costs = read_known_costs(connection, account, sorted(assets - {currency}), [moment.at for moment in moments])
    late = [(moment.at, at) for moment, at in zip(moments, bounds, strict=True) if closes_second(at)]
    realised = read_realised_between(connection, account, late)
    parts = []
    steps = zip(pairwise(bounds), pairwise(recorded), pairwise(moments), intervals, strict=True)
    for (since, until), (begin, end), between, interval in steps:
        result = _attributed(currency, (begin, end), between, interval, costs)
        result = realised_later(result, realised.get(since, {}), -1)
        result = realised_later(result, realised.get(until, {}), 1)
        rates = between[0].rates, between[1].rates
        complete = replace(result, since=begin.at, until=end.at)
        parts.append(AccountPart(complete, interval.flows, (begin.value, end.value), rates))
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class _Interval:
    """All that moved an account in one interval, as sums and by asset."""

    fills: Sequence[FillSums]
    transfers: Sequence[TransferSums]
    flows: Sequence[StoredFlow]
    moved: Mapping[str, Moved]
    settled: Settled


def _read_intervals(connection: Connection, account: Account, bounds: Sequence[datetime]) -> Sequence[_Interval]:
    """All that moved an account between each of these moments and the next."""
    by_session, currency = settles_by_session(connection, account, bounds[-1]), account.base_currency
    all_fills = read_fill_sums(connection, account, bounds, settles_by_session=by_session)
    all_transfers = read_transfer_sums(connection, account, bounds)
    all_coins = read_coin_sums(connection, account, bounds)
    all_settled = read_settlements(connection, account, bounds)
    all_flows = read_flows(connection, [account], bounds[0] - LONGEST_WAY, bounds[-1] + LONGEST_WAY)
    intervals = []
    for number, (since, until) in enumerate(pairwise(bounds)):
        fills, transfers = all_fills.get(number, ()), all_transfers.get(number, ())
        flows = [flow for flow in all_flows if since < flow.credited_at <= until]
        with localcontext(EXACT):
            moved = _moved(currency, all_coins.get(number, {}), fills, transfers, flows)
        settled = Settled(by_session, account.fills_count_from_settlement, all_settled.get(number, {}))
        intervals.append(_Interval(fills, transfers, flows, moved, settled))
    return intervals


def _attributed(
    currency: str,
    values: tuple[NetValue, NetValue],
    between: tuple[_Moment, _Moment],
    interval: _Interval,
    costs: Mapping[tuple[str, datetime], KnownCost],
) -> Attribution:
    (before, after), moved = between, interval.moved
    with localcontext(EXACT):
        effects = [
            price_effect(
                asset,
                _held(before, asset, currency, costs),
                _held(after, asset, currency, costs),
                moved.get(asset, Moved()),
            )
            for asset in sorted({*before.held, *after.held, *moved} - {currency})
        ]
        ends = (before.positions, before.rates), (after.positions, after.rates)
        contracts = gains_of_contracts(currency, ends, interval.fills, interval.settled)
        lines = _lines(currency, interval.fills, interval.transfers, interval.flows)
        lines[Line.CONTRACTS] = sum(contracts.values(), ZERO)
        for line in {*values[0].booked, *values[1].booked}:
            lines[line] += values[1].booked.get(line, ZERO) - values[0].booked.get(line, ZERO)
        unvalued = sum(s.unvalued for s in interval.fills) + sum(s.unvalued for s in interval.transfers)
        priced = {effect.asset for effect in effects if effect.total is not None}
        unvalued += sum(value_in(f, currency) is None and f.transfer.asset in priced for f in interval.flows)
        assumed = sum(s.assumed for s in interval.fills) + sum(s.assumed for s in interval.transfers)
        assumed += sum(flow.is_assumed for flow in interval.flows)
        trade_fees = values[1].booked_trade_fees - values[0].booked_trade_fees
        trade_fees -= sum((s.fee_value for s in interval.fills), ZERO)
        explained = attribution_of(values[1].value - values[0].value, effects, lines)
        return replace(explained, contracts=contracts, unvalued=unvalued, assumed=assumed, trade_fees=trade_fees)


def _through(at: datetime) -> datetime:
    """The end of the millisecond of a refresh. Exchanges stamp with milliseconds and order events within one."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000 + 999)


def _moment(account: Account, snapshot: Snapshot) -> _Moment:
    rates, currency = Rates(snapshot.prices.values()), account.base_currency
    held = {held.asset: (held.quantity, held.value) for held in holdings_of(snapshot, currency)}
    with_profit = {balance.asset for balance in snapshot.balances if balance.includes_open_profit}
    for asset in with_profit & held.keys():
        held[asset] = _without_profit(held[asset], asset, snapshot.positions, rates, currency)
    return _Moment(_through(snapshot.refresh.taken_at), rates, held, snapshot.positions)


def _without_profit(
    held: tuple[Decimal, Decimal | None], asset: str, positions: Iterable[Position], rates: Rates, currency: str
) -> tuple[Decimal, Decimal | None]:
    """The quantity and worth of a balance that includes the open profit of positions, without that profit."""
    quantity, value = held
    profits = [open_profit_of(p, rates, currency) for p in positions if p.settles_in == asset]
    inside = sum((profit.value for profit in profits if profit is not None), ZERO)
    if not quantity or not value or not inside:
        return held
    return share_of(quantity, value - inside, value), value - inside


def _held(moment: _Moment, asset: str, currency: str, costs: Mapping[tuple[str, datetime], KnownCost]) -> HeldAsset:
    """An asset at a moment. The price is the one by which net value counts it, else that of the moment."""
    quantity, value = moment.held.get(asset, (ZERO, None))
    price = moment.rates.rate(asset, currency)
    if quantity and (value is not None or price is None):
        price = None if value is None else share_of(value, Decimal(1), quantity)
    cost = costs.get((asset, moment.at), KnownCost())
    return HeldAsset(quantity, price, cost.quantity, cost.cost)


def _moved(
    currency: str,
    coins: Mapping[str, CoinSums],
    fills: Iterable[FillSums],
    transfers: Iterable[TransferSums],
    flows: Iterable[StoredFlow],
) -> dict[str, Moved]:
    """All that moved each asset: coins by their books, money other than the base currency by fills and transfers."""
    moved: dict[str, Moved] = defaultdict(Moved)
    for coin, sums in coins.items():
        moved[coin] += sums.moved
        moved[coin] += Moved(
            other=-sums.flow_known, other_value=-sums.flow_known_value, unvalued_other=-sums.flow_unvalued_known
        )
    for flow in flows:
        value = value_in(flow, currency)
        moved[flow.transfer.asset] += _by_value(flow.transfer.amount, value)
    for asset, step in (*_steps_of_fills(fills), *_steps_of_transfers(transfers)):
        if asset is not None and asset != currency and not has_book(asset, currency):
            moved[asset] += step
    moved.pop(currency, None)
    return moved


def _by_value(quantity: Decimal, value: Decimal | None) -> Moved:
    return Moved(unvalued_other=quantity) if value is None else Moved(other=quantity, other_value=value)


def _steps_of_fills(fills: Iterable[FillSums]) -> Iterable[tuple[str | None, Moved]]:
    for sums in fills:
        yield sums.base, Moved(other=sums.quantity, other_value=sums.value, unvalued_other=sums.unvalued_quantity)
        yield sums.quote, Moved(other=sums.cash, other_value=-sums.value, unvalued_other=sums.unvalued_cash)
        yield sums.fee_currency, Moved(other=-sums.fee, other_value=-sums.fee_value, unvalued_other=-sums.unvalued_fee)
        yield sums.settles_in, Moved(other=sums.gains, other_value=sums.gain_value, unvalued_other=sums.unvalued_gains)


def _steps_of_transfers(transfers: Iterable[TransferSums]) -> Iterable[tuple[str | None, Moved]]:
    for sums in transfers:
        yield sums.asset, Moved(other=sums.amount, other_value=sums.value, unvalued_other=sums.unvalued_amount)
        yield sums.fee_currency, Moved(other=-sums.fee, other_value=-sums.fee_value, unvalued_other=-sums.unvalued_fee)


def _lines(
    currency: str, fills: Iterable[FillSums], transfers: Iterable[TransferSums], flows: Iterable[StoredFlow]
) -> dict[Line, Decimal]:
    """Every line but prices and contracts."""
    lines = dict.fromkeys((Line.CONTRACTS, *_LINES.values(), Line.FLOWS), ZERO)
    for fill in fills:
        lines[Line.FEES] -= fill.fee_value
    for moved in transfers:
        lines[Line.FEES] -= moved.fee_value
        if moved.kind in _LINES:
            lines[_LINES[moved.kind]] += moved.value
    for flow in flows:
        lines[Line.FLOWS] += value_in(flow, currency) or ZERO
    return lines


def value_in(flow: StoredFlow, currency: str) -> Decimal | None:
    """The value of a flow in the base currency of its account. None is unknown."""
    if flow.transfer.asset == currency:
        return flow.transfer.amount
    return flow.value if flow.currency == currency else None
