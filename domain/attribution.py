"""Attribution: where the change of net value over a period came from, line by line.

    change = price of coins + contracts + funding + interest + rebates + fees + flows + other + currency + rest

Each line is computed by itself from what was recorded, none as a difference, and no amount is in two lines. The rest is
what no line explains: movements that no exchange lists, and amounts without a value. It is shown and never spread.

The price effect of a coin has two parts. Coins of known cost: what was realised and the change of the open gain, both
before fees. Coins of unknown cost, and money other than the base currency: quantity x move of the price. Both say how
much the coin would have gained with its quantity, so their sum does not depend on which costs are known.

    1 BTC held at 100, sold at 120, cost 90       realised 30, open gain from 10 to 0: 20
    1 BTC of unknown cost held at 100, then 120   1 x 20: 20
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal, localcontext
from enum import StrEnum

from domain.lots import EXACT, ZERO
from domain.transfer_matches import Match, Name, name_of


class Line(StrEnum):
    """The source of a part of the change."""

    PRICES = "prices"  # of coins and of money other than the base currency
    CONTRACTS = "contracts"  # realised and open profit of positions, before fees
    FUNDING = "funding"
    INTEREST = "interest"
    REBATES = "rebates"
    FEES = "fees"
    FLOWS = "flows"  # deposits less withdrawals
    OTHER = "other"  # movements of a kind that the exchange does not explain
    CURRENCY = "currency"  # what exchange rates did to accounts of another base currency


@dataclass(frozen=True, slots=True)
class Holding:
    """One asset at the begin or the end of a period, over all wallets of an account.

    `price` is in the base currency, None if unknown. `known` is the quantity whose cost is known, and `cost` what it
    cost, fees apart.
    """

    quantity: Decimal = ZERO
    price: Decimal | None = None
    known: Decimal = ZERO
    cost: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Moved:
    """The effect of the events of a period on one asset, in sums. Quantities and values are signed: positive came in.

    Money is in the base currency at the moment of each event. `realised` is the gain of what was closed, before fees,
    and `carried` what transfers of known cost took along: cost less value of what came in, value less cost of what
    left. `other` is the quantity of unknown cost. Events of unknown value stand apart.
    """

    realised: Decimal = ZERO
    carried: Decimal = ZERO
    other: Decimal = ZERO
    other_value: Decimal = ZERO
    unvalued_known: Decimal = ZERO
    unvalued_cost: Decimal = ZERO  # how the known cost changed by them
    unvalued_other: Decimal = ZERO

    def __add__(self, more: "Moved") -> "Moved":
        with localcontext(EXACT):
            return Moved(*(getattr(self, item.name) + getattr(more, item.name) for item in fields(self)))


@dataclass(frozen=True, slots=True)
class PriceEffect:
    """The effect of the prices of one asset on net value. None where a price at the begin or the end is unknown."""

    asset: str
    known: Decimal | None  # of the coins of known cost: realised and change of the open gain
    unknown: Decimal | None  # of the others: quantity x move of the price
    realised: Decimal = ZERO  # the part of `known` that was realised

    @property
    def total(self) -> Decimal | None:
        """Both parts together."""
        return None if self.known is None or self.unknown is None else self.known + self.unknown


@dataclass(frozen=True, slots=True)
class Attribution:
    """The lines of a change from `since` to `until`, by asset and contract, and what no line explains.

    `contracts` has the part of each symbol. `trade_fees` is the part of Line.FEES that fills paid, the others are those
    of transfers. `unvalued` counts fills and transfers without a value, which the rest shows, `assumed` those for which
    a dollar coin counted as one dollar.
    """

    change: Decimal
    lines: Mapping[Line, Decimal]
    effects: Sequence[PriceEffect] = field(default=())
    contracts: Mapping[str, Decimal] = field(default_factory=dict)
    unvalued: int = 0
    assumed: int = 0
    since: datetime | None = None
    until: datetime | None = None
    trade_fees: Decimal = ZERO

    @property
    def transfer_fees(self) -> Decimal:
        """The part of Line.FEES that transfers paid."""
        with localcontext(EXACT):
            return self.lines.get(Line.FEES, ZERO) - self.trade_fees

    @property
    def rest(self) -> Decimal:
        """The change that no line explains."""
        with localcontext(EXACT):
            return self.change - sum(self.lines.values(), ZERO)


def price_effect(asset: str, begin: Holding, end: Holding, moved: Moved) -> PriceEffect:
    """The price effect of one asset. A movement without a value moves at the price of the begin: the rest shows it."""
    with localcontext(EXACT):
        others = begin.quantity - begin.known  # of unknown cost
        others_after = others + moved.other + moved.unvalued_other
        known, unknown = _open_change(begin, end), _worth_change(others, begin.price, others_after, end.price)
        price = end.price if begin.price is None else begin.price
        if known is not None:
            known += moved.realised + moved.carried + moved.unvalued_cost - moved.unvalued_known * (price or ZERO)
        if unknown is not None:
            unknown -= moved.other_value + moved.unvalued_other * (price or ZERO)
        return PriceEffect(asset, known, unknown, moved.realised)


def realised_later(attribution: Attribution, realised: Mapping[str, Decimal], sign: int) -> Attribution:
    """The attribution with what coins realised between a refresh and the bound that it stands for.

    It moves between the realised and the open gain of the same coin, so no price effect changes.
    """
    if not realised:
        return attribution
    by_asset = {effect.asset: effect for effect in attribution.effects}
    with localcontext(EXACT):
        for asset, amount in realised.items():
            effect = by_asset.get(asset, PriceEffect(asset, ZERO, ZERO))
            by_asset[asset] = replace(effect, realised=effect.realised + sign * amount)
    return replace(attribution, effects=tuple(by_asset.values()))


def _open_change(begin: Holding, end: Holding) -> Decimal | None:
    """How the open gain of the coins of known cost changed."""
    gains = [_worth(holding.known, holding.price) for holding in (begin, end)]
    before, after = gains
    return None if before is None or after is None else after - end.cost - before + begin.cost


def _worth_change(before: Decimal, price: Decimal | None, after: Decimal, end_price: Decimal | None) -> Decimal | None:
    begin, end = _worth(before, price), _worth(after, end_price)
    return None if begin is None or end is None else end - begin


def _worth(quantity: Decimal, price: Decimal | None) -> Decimal | None:
    """Nothing is worth nothing, whatever its price."""
    if not quantity:
        return ZERO
    return None if price is None else quantity * price


def attribution_of(change: Decimal, effects: Sequence[PriceEffect], lines: Mapping[Line, Decimal]) -> Attribution:
    """The attribution of a change. Effects that are unknown stay in the rest."""
    with localcontext(EXACT):
        prices = sum((effect.total for effect in effects if effect.total is not None), ZERO)
        return Attribution(change, {Line.PRICES: prices, **lines}, effects)


@dataclass(frozen=True, slots=True)
class DayRates:
    """Units of another currency for one of the base currency: at the begin, for the amounts of the day, at the end."""

    begin: Decimal
    day: Decimal
    end: Decimal


def converted(attribution: Attribution, values: tuple[Decimal, Decimal], rates: DayRates) -> Attribution:
    """The attribution of one day in another currency. `values` are the net values at its begin and end.

    Every amount is converted at the rate of the day. The net value stands at the rates of the begin and the end, so the
    move of the rate is a line of its own:

        1,000 EUR at 1.10, then 1,050 EUR at 1.20, day at 1.15, all of it by prices
        change 1,050 x 1.20 - 1,000 x 1.10 = 160
        prices 50 x 1.15 = 57.50, currency 1,000 x (1.15 - 1.10) + 1,050 x (1.20 - 1.15) = 102.50
    """
    if rates.begin == rates.day == rates.end == 1:
        return attribution
    begin, end = values
    with localcontext(EXACT):
        lines = {line: amount * rates.day for line, amount in attribution.lines.items()}
        lines[Line.CURRENCY] = begin * (rates.day - rates.begin) + end * (rates.end - rates.day)
        return replace(
            attribution,
            change=end * rates.end - begin * rates.begin,
            lines=lines,
            effects=tuple(_at_rate(effect, rates.day) for effect in attribution.effects),
            contracts={symbol: gained * rates.day for symbol, gained in attribution.contracts.items()},
            trade_fees=attribution.trade_fees * rates.day,
        )


def _at_rate(effect: PriceEffect, rate: Decimal) -> PriceEffect:
    known = None if effect.known is None else effect.known * rate
    unknown = None if effect.unknown is None else effect.unknown * rate
    return PriceEffect(effect.asset, known, unknown, effect.realised * rate)


def without_own(
    total: Attribution,
    matches: Iterable[Match],
    values: Mapping[Name, Decimal | None],
    inside: Collection[Name],
) -> Attribution:
    """The attribution of several accounts, without the transfers between them as flows.

    While an amount is under way the total contains it, at the value that left. A price move on the way is a price
    effect. `values` has the value of each transfer, and `inside` names those of the period.
    """
    change, effects, lines = total.change, list(total.effects), dict(total.lines)
    with localcontext(EXACT):
        for match in matches:
            sent, received = name_of(match.withdrawal), name_of(match.deposit)
            left, arrived = values.get(sent), values.get(received)
            if left is None or arrived is None:
                continue
            if sent in inside:
                lines[Line.FLOWS] -= left
                change -= left
            if received in inside:
                lines[Line.FLOWS] -= arrived
                lines[Line.PRICES] += arrived + left
                change += left
                effects.append(PriceEffect(match.deposit.asset, ZERO, arrived + left))
        return replace(total, change=change, lines=lines, effects=_by_asset(effects))


def _by_asset(effects: Iterable[PriceEffect]) -> tuple[PriceEffect, ...]:
    by_asset: dict[str, PriceEffect] = {}
    for effect in effects:
        by_asset[effect.asset] = _both(by_asset.get(effect.asset), effect)
    return tuple(by_asset.values())


def added(parts: Iterable[Attribution]) -> Attribution:
    """The attributions of several accounts together, in one currency and over one period."""
    attributions = list(parts)
    with localcontext(EXACT):
        lines = {line: sum((attribution.lines.get(line, ZERO) for attribution in attributions), ZERO) for line in Line}
        contracts: dict[str, Decimal] = {}
        for attribution in attributions:
            for symbol, gained in attribution.contracts.items():
                contracts[symbol] = contracts.get(symbol, ZERO) + gained
        return Attribution(
            sum((attribution.change for attribution in attributions), ZERO),
            lines,
            _by_asset(effect for attribution in attributions for effect in attribution.effects),
            contracts,
            sum(attribution.unvalued for attribution in attributions),
            sum(attribution.assumed for attribution in attributions),
            min((attribution.since for attribution in attributions if attribution.since is not None), default=None),
            max((attribution.until for attribution in attributions if attribution.until is not None), default=None),
            sum((attribution.trade_fees for attribution in attributions), ZERO),
        )


def gains_by_coin(attribution: Attribution) -> Mapping[str, Decimal | None]:
    """The gain of each coin before fees: its price effect, and its contracts. None is unknown."""
    gains: dict[str, Decimal | None] = {effect.asset: effect.total for effect in attribution.effects}
    with localcontext(EXACT):
        for symbol, gained in attribution.contracts.items():
            coin = symbol.partition("/")[0]
            before = gains.get(coin, ZERO)
            gains[coin] = None if before is None else before + gained
    return gains


def gain_of_no_coin(attribution: Attribution) -> Decimal:
    """The gain that belongs to no coin: fees, income, movements without a kind, exchange rates and the rest."""
    with localcontext(EXACT):
        named = (Line.PRICES, Line.CONTRACTS, Line.FLOWS)
        return sum((amount for line, amount in attribution.lines.items() if line not in named), attribution.rest)


def _both(first: PriceEffect | None, other: PriceEffect) -> PriceEffect:
    if first is None:
        return other
    known = None if first.known is None or other.known is None else first.known + other.known
    unknown = None if first.unknown is None or other.unknown is None else first.unknown + other.unknown
    return PriceEffect(first.asset, known, unknown, first.realised + other.realised)
