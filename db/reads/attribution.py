"""Read where the change of net value of accounts over a period came from (domain/attribution.py).

The begin and the end are the recorded refreshes that net value is taken from. The holdings of then come from their
balances and prices, what moved between them from fills, transfers and coin books with their stored values.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

from sqlalchemy import Connection

from db.reads.attribution_sums import (
    CoinSums,
    FillSums,
    KnownCost,
    TransferSums,
    read_coin_sums,
    read_fill_sums,
    read_known_costs,
    read_transfer_sums,
    settles_by_session,
)
from db.reads.flows import read_flows
from db.reads.net_values import NetValue, read_net_values_at
from db.reads.prices import read_prices
from db.reads.refreshes import read_refresh
from db.reads.versions import read_balances, read_positions
from domain.attribution import Attribution, Line, Moved, added, attribution_of, price_effect, without_own
from domain.attribution import Holding as HeldAsset
from domain.coin_events import has_book
from domain.holdings import holdings_of
from domain.lots import EXACT, ZERO, share_of
from domain.open_profit import open_profit_of
from domain.positions import Position
from domain.prices import Rates
from domain.snapshot import Account, Snapshot
from domain.spans import StoredFlow, own_matches
from domain.transfer_matches import LONGEST_WAY, name_of
from domain.transfers import TransferKind

# How far a recorded value may be from the moment that it stands for.
FARTHEST = timedelta(days=1)
_LINES = {
    TransferKind.FUNDING: Line.FUNDING,
    TransferKind.INTEREST: Line.INTEREST,
    TransferKind.REBATE: Line.REBATES,
    TransferKind.FEE: Line.FEES,
    TransferKind.OTHER: Line.OTHER,
}


@dataclass(frozen=True, slots=True)
class Explained:
    """The attribution of a change in `currency`, None if it is not known. Then `why` is the reason."""

    attribution: Attribution | None
    currency: str | None = None
    why: str = ""


def read_attribution(
    connection: Connection, accounts: Sequence[Account], since: datetime, until: datetime
) -> Explained:
    """Where the change of these accounts came from, in their base currency. It is unknown if they have several."""
    currencies = sorted({account.base_currency for account in accounts})
    if len(currencies) != 1:
        return Explained(None, None, f"the accounts have several base currencies: {', '.join(currencies)}")
    places = [(account.id, at) for account in accounts for at in (since, until)]
    values = read_net_values_at(connection, places, FARTHEST)
    parts: list[Attribution] = []
    flows: list[StoredFlow] = []
    for account in accounts:
        begin, end = values.get((account.id, since)), values.get((account.id, until))
        if begin is None or end is None:
            return Explained(None, currencies[0], f"no net value of {account.name} is known at that time")
        if {begin.currency, end.currency} != {account.base_currency}:
            return Explained(None, currencies[0], f"the base currency of {account.name} was another one then")
        part, moved = _attributed(connection, account, begin, end)
        parts.append(part)
        flows += moved
    total = added(parts)
    if len(accounts) > 1:
        every = read_flows(connection, accounts, since - 2 * LONGEST_WAY, until + 2 * LONGEST_WAY)
        worths = {name_of(flow.transfer): _flow_value(flow, currencies[0]) for flow in every}
        total = without_own(total, own_matches(every), worths, {name_of(flow.transfer) for flow in flows})
    return Explained(total, currencies[0])


@dataclass(frozen=True, slots=True)
class _Moment:
    """An account at a refresh: the quantity and worth of each asset without open profit, and the positions."""

    at: datetime
    rates: Rates
    held: Mapping[str, tuple[Decimal, Decimal | None]]
    positions: Sequence[Position]


def _attributed(
    connection: Connection, account: Account, begin: NetValue, end: NetValue
) -> tuple[Attribution, Sequence[StoredFlow]]:
    """The attribution of one account, and its deposits and withdrawals."""
    since, until = _through(begin.at), _through(end.at)
    before, after = _moment(connection, account, begin), _moment(connection, account, end)
    by_session = settles_by_session(connection, account, until)
    fills = read_fill_sums(connection, account, since, until, settles_by_session=by_session)
    transfers = read_transfer_sums(connection, account, since, until)
    flows = [
        flow
        for flow in read_flows(connection, [account], since - LONGEST_WAY, until + LONGEST_WAY)
        if since < flow.credited_at <= until
    ]
    coins = read_coin_sums(connection, account, since, until)
    with localcontext(EXACT):
        moved = _moved(account.base_currency, coins, fills, transfers, flows)
        assets = sorted({*before.held, *after.held, *moved} - {account.base_currency})
        costs = read_known_costs(connection, account, assets, (since, until))
        effects = [
            price_effect(
                asset,
                _held(before, asset, account.base_currency, costs),
                _held(after, asset, account.base_currency, costs),
                moved.get(asset, Moved()),
            )
            for asset in assets
        ]
        contracts = _contracts(account.base_currency, before, after, fills, by_session=by_session)
        lines = _lines(account.base_currency, fills, transfers, flows)
        lines[Line.CONTRACTS] = sum(contracts.values(), ZERO)
        unvalued = sum(s.unvalued for s in fills) + sum(s.unvalued for s in transfers)
        priced = {effect.asset for effect in effects if effect.total is not None}
        unvalued += sum(_flow_value(f, account.base_currency) is None and f.transfer.asset in priced for f in flows)
        total = attribution_of(end.value - begin.value, effects, lines)
        return replace(total, contracts=contracts, unvalued=unvalued, since=begin.at, until=end.at), flows


def _through(at: datetime) -> datetime:
    """The end of the millisecond of a refresh. Exchanges stamp with milliseconds and order events within one."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000 + 999)


def _moment(connection: Connection, account: Account, recorded: NetValue) -> _Moment:
    refresh, price_id = read_refresh(connection, account.id, recorded.at)
    prices = read_prices(connection, account, recorded.at, price_id)
    balances = read_balances(connection, account.id, recorded.at)
    positions = read_positions(connection, account.id, recorded.at)
    snapshot = Snapshot(account, refresh, balances, positions, (), prices, {})
    rates, currency = Rates(prices.values()), account.base_currency
    held = {held.asset: (held.quantity, held.value) for held in holdings_of(snapshot, currency)}
    for asset in {balance.asset for balance in balances if balance.includes_open_profit} & held.keys():
        held[asset] = _without_profit(held[asset], asset, positions, rates, currency)
    return _Moment(_through(recorded.at), rates, held, positions)


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
    known = costs.get((asset, moment.at), KnownCost())
    return HeldAsset(quantity, price, known.quantity, known.cost)


def _moved(
    currency: str,
    coins: Mapping[str, CoinSums],
    fills: Iterable[FillSums],
    transfers: Iterable[TransferSums],
    flows: Iterable[StoredFlow],
) -> dict[str, Moved]:
    """What moved each asset: coins by their books, money other than the base currency by fills and transfers."""
    moved: dict[str, Moved] = defaultdict(Moved)
    for coin, sums in coins.items():
        moved[coin] += sums.moved
        moved[coin] += Moved(
            other=-sums.flow_known, other_value=-sums.flow_known_value, unvalued_other=-sums.flow_unvalued_known
        )
    for flow in flows:
        value = _flow_value(flow, currency)
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


def _contracts(
    currency: str, before: _Moment, after: _Moment, fills: Iterable[FillSums], *, by_session: bool
) -> dict[str, Decimal]:
    """What the contracts of each symbol gained before fees: realised, and the change of the open profit."""
    gained: dict[str, Decimal] = defaultdict(Decimal)
    for sums in fills:
        if sums.is_contract:
            gained[sums.symbol] += sums.gain_value
    for moment, sign in ((before, -1), (after, 1)):
        for position in moment.positions:
            since_entry = replace(position, session_pnl=None) if by_session else position
            profit = open_profit_of(since_entry, moment.rates, currency)
            if profit is not None:
                gained[position.symbol] += sign * profit.value
    return dict(gained)


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
        lines[Line.FLOWS] += _flow_value(flow, currency) or ZERO
    return lines


def _flow_value(flow: StoredFlow, currency: str) -> Decimal | None:
    if flow.transfer.asset == currency:
        return flow.transfer.amount
    return flow.value if flow.currency == currency else None
