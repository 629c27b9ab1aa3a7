"""Filer values: what a fill or transfer was worth at its own moment in any currency, by the rates of that moment.

The rules are those of stored values. An amount of the currency itself needs no rate, and a market with it as one side
has its value as that side:

    1 BTC bought for 100 EUR             in EUR: 100, whatever EUR/USD was
    1 BTC bought for 110 USD at 1.10     in EUR: 100
    1 BTC bought for 110 USD             in CHF: unknown, without a rate of that moment
"""

from collections.abc import Callable
from decimal import Decimal, localcontext

from domain.coin_events import Values
from domain.fills import Fill
from domain.lots import EXACT, ZERO
from domain.moment_rates import FoundRate, RateSource
from domain.movements import is_contract, is_inverse
from domain.transfers import Transfer

# Units of the filer's currency for one of another, at the moment of the event.
RateOf = Callable[[str], FoundRate]


def currencies_of_fill(fill: Fill) -> tuple[str, ...]:
    """The currencies that the value and the fee of a fill are computed from."""
    traded = fill.base if is_inverse(fill) else fill.quote
    return tuple(currency for currency in (traded, fill.fee_currency) if currency is not None)


def values_of_fill(fill: Fill, currency: str, rate_of: RateOf) -> Values:
    """The values of a fill in `currency`. None is unknown."""
    with localcontext(EXACT):
        traded, amount = (fill.base, fill.amount) if is_inverse(fill) else (fill.quote, fill.value)
        rate, is_assumed = _rate(traded, currency, rate_of)
        if fill.base == currency and not is_contract(fill):
            value: Decimal | None = fill.amount
        else:
            value = None if rate is None else amount * rate
        fee, is_fee_assumed = _fee(fill, traded, rate, currency, rate_of)
        return Values(None if value is None else abs(value), fee, is_assumed or is_fee_assumed)


def values_of_transfer(transfer: Transfer, currency: str, rate_of: RateOf) -> Values:
    """The values of a transfer and its fee in `currency`. None is unknown."""
    with localcontext(EXACT):
        rate, is_assumed = _rate(transfer.asset, currency, rate_of)
        fee_rate, is_fee_assumed = _rate(transfer.fee_currency, currency, rate_of) if transfer.fee else (rate, False)
        fee: Decimal | None = ZERO
        if transfer.fee:
            fee = None if fee_rate is None else transfer.fee * fee_rate
        value = None if rate is None else abs(transfer.amount * rate)
        return Values(value, fee, is_assumed or is_fee_assumed)


def _fee(
    fill: Fill, traded: str | None, rate: Decimal | None, currency: str, rate_of: RateOf
) -> tuple[Decimal | None, bool]:
    """A fee in the coin of the market is worth the price of the fill."""
    if not fill.fee:
        return fill.fee, False
    if fill.fee_currency == currency:
        return fill.fee, False
    if fill.fee_currency == traded:
        return None if rate is None else fill.fee * rate, False
    if fill.fee_currency == fill.base and not is_inverse(fill):
        return None if rate is None else fill.fee * fill.price * rate, False
    fee_rate, is_assumed = _rate(fill.fee_currency, currency, rate_of)
    return None if fee_rate is None else fill.fee * fee_rate, is_assumed


def _rate(asset: str | None, currency: str, rate_of: RateOf) -> tuple[Decimal | None, bool]:
    """The rate of an asset, and whether a dollar coin counted as a dollar for it."""
    if asset is None:
        return None, False
    if asset == currency:
        return Decimal(1), False
    rate_then = rate_of(asset)
    return rate_then.value, rate_then.source is RateSource.ASSUMED
