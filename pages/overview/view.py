"""View: everything that the Overview shows, computed from snapshots. Nothing here draws or queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from domain.holdings import Holding, Totals, holdings_of, protected_share, totals_of
from domain.open_profit import settled_profit_of
from domain.order_groups import OrderSummary, summary_of
from domain.positions import Position
from domain.prices import Rates
from domain.protection import Protection, ProtectionState, protection_of_positions
from domain.snapshot import Snapshot, rates_by_account
from domain.sources import Source, order_sources
from domain.sums import sum_if_known
from domain.valuation import ValueGap

# Below this value a balance counts as small, in the display currency.
_SMALL = {"BTC": Decimal("0.00001"), "ETH": Decimal("0.0003"), "JPY": Decimal(150)}
SMALL = Decimal(1)


@dataclass(frozen=True, slots=True)
class HeldPosition:
    """One position with its account and its protection."""

    account: str
    venue: str
    position: Position
    protection: Protection | None
    market_price: Decimal | None = None

    @property
    def market(self) -> tuple[str, str]:
        """The venue and symbol of the contract."""
        return self.venue, self.position.symbol

    @property
    def coin(self) -> str:
        """The coin whose page shows the position."""
        return self.position.base or self.position.symbol.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Facts:
    """All values of the Overview for one moment, in one currency."""

    totals: Totals
    holdings: tuple[Holding, ...]
    positions: tuple[HeldPosition, ...]
    orders: OrderSummary
    orders_unseen: tuple[Source, ...]  # order sources without any success, so the count is a lower bound
    orders_not_understood: int  # orders that could not be parsed, so the count is a lower bound
    orders_carried: tuple[tuple[Source, datetime], ...]  # failed order sources, with their last success
    balances_known: bool
    worth_carried: bool
    worth_as_of: datetime | None  # the oldest as-of in the net value, None if unknown
    protected: Decimal | None
    protectable: bool
    orders_hidden: tuple[str, ...] = ()  # accounts with unreadable order types, so the count is a lower bound
    accounts_unknown: tuple[str, ...] = ()  # selected accounts without any data, included in no figure
    converted_bases: tuple[str, ...] = ()  # other base currencies: their costs are converted at the rates of their days
    # Exchanges that paid some of the open profit into the wallet at settlements, with the times of these or "".
    settled_by: tuple[tuple[str, str], ...] = ()
    settled_profit: Decimal | None = None  # that part of the profit of open positions, None if unknown
    worth_gap: Decimal | None = None  # the largest gap of stated and computed net value, a fraction, None if small

    @property
    def orders_are_read(self) -> bool:
        """True if every open order is known, so that a count is exact and none means none."""
        return not (self.orders_unseen or self.orders_not_understood or self.orders_hidden or self.accounts_unknown)

    @property
    def settlement_words(self) -> str:
        """The last settlement, with the times of the exchange if they are known. "" if no exchange has settled."""
        if not self.settled_by:
            return ""
        times = ", ".join(f"{name} settles {times}" for name, times in self.settled_by if times)
        return f"the last settlement ({times})" if times else "the last settlement"


def facts_of(snapshots: Sequence[Snapshot], currency: str) -> Facts:
    """The facts of several accounts together, all as of one moment."""
    holdings = _holdings(snapshots, currency)
    return Facts(
        totals=totals_of(snapshots, currency),
        holdings=holdings,
        positions=tuple(held for snapshot in snapshots for held in _positions(snapshot)),
        orders=summary_of(
            (order for s in snapshots for order in s.orders),
            rates_by_account(snapshots),
            currency,
        ),
        orders_unseen=tuple(dict.fromkeys(source for s in snapshots for source in _unseen(s))),
        orders_not_understood=sum(
            s.sources[source].unreadable_rows for s in snapshots for source in order_sources(s.sources)
        ),
        orders_carried=_carried(snapshots),
        balances_known=all(s.knows([Source.BALANCES]) for s in snapshots),
        worth_carried=any(s.refresh.worth_as_of not in (None, s.refresh.taken_at) for s in snapshots),
        worth_as_of=_oldest([s.refresh.worth_as_of for s in snapshots]),
        protected=protected_share(snapshots, currency),
        protectable=any(map(_protectable, holdings)),
        orders_hidden=tuple(s.account.name for s in snapshots if s.account.hides_orders),
        converted_bases=tuple(sorted({s.account.base_currency for s in snapshots} - {currency})),
        settled_by=tuple(
            sorted({(s.account.exchange, s.account.settles) for s in snapshots if any(map(_is_settled, s.positions))})
        ),
        settled_profit=sum_if_known(_settled(snapshot, currency) for snapshot in snapshots),
        worth_gap=max((gap.share for s in snapshots if (gap := _gap(s)) is not None), default=None),
    )


def without(facts: Facts, names: Sequence[str]) -> Facts:
    """The facts without some accounts that are not known. Their worth is missing, not zero."""
    if not names:
        return facts
    totals = replace(facts.totals, missing=(*facts.totals.missing, *names))
    return replace(facts, totals=totals, protected=None, accounts_unknown=tuple(names))


def shown(holdings: Sequence[Holding], currency: str, hide_small: bool) -> tuple[Holding, ...]:
    """The holdings to list. An unpriced holding is never small, because its value is unknown."""
    minimum = _SMALL.get(currency, SMALL)
    return tuple(h for h in holdings if not hide_small or h.value is None or abs(h.value) >= minimum)


def _is_settled(position: Position) -> bool:
    return position.session_pnl not in (None, position.unrealised_pnl)


def _settled(snapshot: Snapshot, currency: str) -> Decimal | None:
    rates = Rates(snapshot.prices.values())
    return sum_if_known(settled_profit_of(position, rates, currency) for position in snapshot.positions)


def _gap(snapshot: Snapshot) -> ValueGap | None:
    valuation = snapshot.refresh.valuation
    return None if valuation is None else valuation.gap


def _oldest(moments: Sequence[datetime | None]) -> datetime | None:
    moments_known = [moment for moment in moments if moment is not None]
    return min(moments_known) if moments_known and len(moments_known) == len(moments) else None


def _holdings(snapshots: Sequence[Snapshot], currency: str) -> tuple[Holding, ...]:
    """The holdings of all accounts by value. Shares are of the total listed."""
    holdings = [holding for snapshot in snapshots for holding in holdings_of(snapshot, currency)]
    total = sum((h.value for h in holdings if h.value is not None and h.value > 0), Decimal(0))
    if len(snapshots) > 1 and total:
        holdings = [
            replace(h, share=h.value / total if h.value is not None and h.value > 0 else None) for h in holdings
        ]
    return tuple(sorted(holdings, key=lambda h: (h.value is None, -(h.value or Decimal(0)), h.asset, h.account)))


def _positions(snapshot: Snapshot) -> Sequence[HeldPosition]:
    protections, account = protection_of_positions(snapshot), snapshot.account
    return [
        HeldPosition(account.name, account.venue, p, protections.get(p.key), _market_price(snapshot, p))
        for p in snapshot.positions
    ]


def _market_price(snapshot: Snapshot, position: Position) -> Decimal | None:
    price = snapshot.prices.get(position.symbol)
    return None if price is None else price.mark or price.best


def _unseen(snapshot: Snapshot) -> Sequence[Source]:
    return [source for source in order_sources(snapshot.sources) if snapshot.sources[source].as_of is None]


def _carried(snapshots: Sequence[Snapshot]) -> tuple[tuple[Source, datetime], ...]:
    """The order sources carried forward in any account, with the oldest of their ages."""
    oldest: dict[Source, datetime] = {}
    for state in (s.sources[source] for s in snapshots for source in order_sources(s.sources)):
        if state.carried and state.as_of is not None:
            oldest[state.source] = min(state.as_of, oldest.get(state.source, state.as_of))
    return tuple(oldest.items())


def _protectable(holding: Holding) -> bool:
    return holding.protection is not None and holding.protection.state is not ProtectionState.NOTHING_TO_PROTECT
