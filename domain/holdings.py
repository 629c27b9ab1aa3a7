"""Holdings: the assets of an account with price, value and protection, and totals over several accounts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.balances import Balance
from domain.prices import Rates, price_of_coin
from domain.protection import Protection, ProtectionState, protection_of
from domain.snapshot import Snapshot, rates_of
from domain.sums import sum_if_known
from domain.valuation import MONEY_FIELDS, Valuation, ValueOrigin, margin_use_of, value_of


@dataclass(frozen=True, slots=True)
class Holding:
    """One asset of one account, summed over its wallets. Money in the requested currency. None is unknown."""

    account: str
    asset: str
    quantity: Decimal
    free: Decimal | None
    locked: Decimal | None
    price: Decimal | None
    change_24h: Decimal | None  # a fraction
    value: Decimal | None
    value_origin: ValueOrigin | None
    share: Decimal | None  # of the sum of positive values, 0 to 1
    protection: Protection | None
    assumed: tuple[str, ...] = ()  # dollar coins without a price, counted as one dollar in price and value
    contract: str | None = None  # the contract that prices a coin without an open spot book


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of several accounts in one currency.

    A figure that some accounts lack is summed over those that have it. A figure that exists but cannot be converted
    makes its total None, and `unconverted` names the currency without a rate. `missing` names the accounts of unknown
    net value, which no total includes. `stated_value` adds up the stated values, and computed values for accounts
    without a stated one. It is None if no exchange states a value.
    """

    currency: str
    net_value: Decimal | None
    computed_value: Decimal | None
    stated_value: Decimal | None
    cash: Decimal | None
    gross: Decimal | None
    borrowed: Decimal | None
    unrealised_pnl: Decimal | None
    margin_balance: Decimal | None
    collateral: Decimal | None
    available: Decimal | None
    initial_margin: Decimal | None
    maintenance_margin: Decimal | None
    origins: frozenset[ValueOrigin]
    unpriced: tuple[str, ...]
    unconverted: tuple[str, ...]
    missing: tuple[str, ...]
    left_out: tuple[str, ...] = ()  # positions that could not be valued, by name and size
    assumed: tuple[str, ...] = ()  # dollar coins without a price, counted as one dollar

    @property
    def margin_use(self) -> Decimal | None:
        """Initial margin as a fraction of the margin balance. None without a margin account."""
        return margin_use_of(self.initial_margin, self.margin_balance)


def holdings_of(snapshot: Snapshot, currency: str) -> tuple[Holding, ...]:
    """The holdings of an account, largest value first and unpriced ones last. Empty balances are left out."""
    rates = Rates(snapshot.prices.values())
    protections = protection_of(snapshot, currency)
    by_asset: dict[str, list[Balance]] = defaultdict(list)
    for balance in snapshot.balances:
        by_asset[balance.asset].append(balance)
    holdings = [
        _holding(snapshot, asset, balances, rates, currency, protections.get(asset))
        for asset, balances in by_asset.items()
        if any(b.total or b.locked for b in balances)
    ]
    positive = sum((h.value for h in holdings if h.value is not None and h.value > 0), Decimal(0))
    shared = [
        replace(h, share=h.value / positive if positive and h.value is not None and h.value > 0 else None)
        for h in holdings
    ]
    return tuple(sorted(shared, key=lambda h: (h.value is None, -(h.value or Decimal(0)), h.asset)))


def _holding(
    snapshot: Snapshot,
    asset: str,
    balances: Sequence[Balance],
    rates: Rates,
    currency: str,
    protection: Protection | None,
) -> Holding:
    quantity = sum((b.total for b in balances), Decimal(0))
    value, origin = _worth(snapshot, balances, rates, currency)
    coin = price_of_coin(snapshot.prices, asset)
    rate = rates.find(asset, currency)
    price = None if rate is None else rate.value
    if price is None and value is not None and quantity:
        price = value / quantity
    return Holding(
        account=snapshot.account.name,
        asset=asset,
        quantity=quantity,
        free=sum_if_known(b.free for b in balances),
        locked=sum_if_known(b.locked for b in balances),
        price=price,
        change_24h=coin.change_24h if coin else None,
        value=value,
        value_origin=origin,
        share=None,
        protection=protection,
        assumed=() if rate is None else rate.assumed,
        contract=None if rate is None else rate.contract,
    )


def _worth(
    snapshot: Snapshot, balances: Sequence[Balance], rates: Rates, currency: str
) -> tuple[Decimal | None, ValueOrigin | None]:
    """The value of balances and its origin: as stated by the exchange, else by known prices, else None.

    A stated value of zero for a quantity above zero means that the exchange has no price. It does not mean worthless.
    """
    valuation = snapshot.refresh.valuation
    stated = [b.market_value for b in balances]
    if valuation is not None and all(
        v is not None and (v != 0 or b.total == 0) for v, b in zip(stated, balances, strict=True)
    ):
        rate = rates.rate(valuation.currency, currency)
        if rate is not None:
            return sum((v for v in stated if v is not None), Decimal(0)) * rate, ValueOrigin.STATED
    value = sum_if_known(value_of(b, rates, currency) for b in balances)
    return value, None if value is None else ValueOrigin.COMPUTED


def totals_of(snapshots: Sequence[Snapshot], currency: str) -> Totals:
    """The totals of several accounts in `currency`. Pass snapshots of the same moment.

    Each account is converted by its own prices, as its past values are (db/reads/spans.py), else by those of all.
    """
    sums: dict[str, Decimal | None] = dict.fromkeys(MONEY_FIELDS)
    blocked: set[str] = set()
    unconverted: set[str] = set()
    assumed: set[str] = set()
    every = rates_of(snapshots)
    valued = [(s, v) for s in snapshots if (v := s.refresh.valuation) is not None]
    valuations = [valuation for _, valuation in valued]
    states_any = any(valuation.stated is not None for valuation in valuations)
    for snapshot, valuation in valued:
        own = rates_of([snapshot]).find(valuation.currency, currency)
        rate = every.find(valuation.currency, currency) if own is None else own
        assumed.update(valuation.assumed, () if rate is None else rate.assumed)
        for field, amount in _amounts_of(valuation, states_any).items():
            if rate is None:
                blocked.add(field)
                unconverted.add(valuation.currency)
            else:
                sums[field] = (sums[field] or Decimal(0)) + amount * rate.value
    return Totals(
        currency=currency,
        **{field: None if field in blocked else total for field, total in sums.items()},
        origins=frozenset(v.origin for v in valuations),
        unpriced=tuple(sorted({asset for v in valuations for asset in v.unpriced})),
        unconverted=tuple(sorted(unconverted)),
        missing=tuple(s.account.name for s in snapshots if not _is_worth_known(s)),
        left_out=tuple(words for s in snapshots for words in _left_out(s, is_only=len(snapshots) == 1)),
        assumed=tuple(sorted(assumed)),
    )


def _amounts_of(valuation: Valuation, states_any: bool) -> dict[str, Decimal]:
    """The known amounts of a valuation by field. Without a stated value, the computed one takes its place."""
    amounts = {field: amount for field in MONEY_FIELDS if (amount := getattr(valuation, field)) is not None}
    stated = valuation.net_value if valuation.stated is None else valuation.stated
    amounts.pop("stated_value", None)
    return amounts | {"stated_value": stated} if states_any and stated is not None else amounts


def _left_out(snapshot: Snapshot, is_only: bool) -> Sequence[str]:
    valuation = snapshot.refresh.valuation
    left_out = () if valuation is None else valuation.left_out
    return left_out if is_only else [f"{snapshot.account.name}: {words}" for words in left_out]


def _is_worth_known(snapshot: Snapshot) -> bool:
    return snapshot.refresh.valuation is not None and snapshot.refresh.valuation.net_value is not None


def protected_share(snapshots: Sequence[Snapshot], currency: str) -> Decimal | None:
    """The share of the holdings' value that stops cover, 0 to 1. Holdings that need no protection do not count.

    None is unknown. One holding of unknown protection makes it unknown: a lower figure would call it unprotected.
    """
    covered = total = Decimal(0)
    for holding in (h for s in snapshots for h in holdings_of(s, currency)):
        protection = holding.protection
        if protection is None or protection.state is ProtectionState.NOTHING_TO_PROTECT or holding.value is None:
            continue
        if protection.share is None:
            return None
        covered += protection.share * holding.value
        total += holding.value
    return covered / total if total else None
