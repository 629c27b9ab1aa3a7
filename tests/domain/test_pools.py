"""A coin over all its markets: bought for one currency and sold for another, valued at the time of each fill."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.lots import EXACT
from domain.markets import Side
from domain.pools import Pool, PoolResult, QuoteRate, quote_rate_of, unit_of
from domain.prices import Price, Rates
from domain.profit import in_order
from tests.domain.books import results_of
from tests.domain.test_profit_properties import traded
from tests.factories import NOON, fill

AVERAGE = CostMethod.AVERAGE
BOTH = pytest.mark.parametrize("method", list(CostMethod))
RATES = st.sampled_from(["1", "0.9994", "1.0007", "65000.5", "0.00000003"])


def one(n: int, side: Side, amount: str, price: str, quote: str = "USD", **values) -> Fill:
    at = NOON + timedelta(seconds=n)
    return fill(f"{n:03}", side, amount, price, symbol=f"LINK/{quote}", at=at, **{"fee": "0", **values})


def pooled(fills: Sequence[Fill], rates: dict[str, str | None], method: CostMethod = AVERAGE) -> list[PoolResult]:
    """The result of each fill. `rates` are dollars for one unit of each quote currency."""
    pool, results = Pool.opened("USD", method, allows_short=False), []
    for execution in in_order(fills):
        rate = rates.get(execution.quote or "", "1")
        results.append(pool.apply(execution, QuoteRate(None if rate is None else Decimal(rate)), None))
        pool = Pool.from_state(json.loads(json.dumps(pool.state())))
    return results


@BOTH
def test_a_coin_bought_for_dollars_and_sold_for_tether_has_a_profit_in_tether(method):
    """Neither book alone knows its cost."""
    last = pooled([one(1, Side.BUY, "10", "20"), one(2, Side.SELL, "4", "25", "USDT")], {"USDT": "0.8"}, method)[-1]
    # 4 sold for 100 USDT, worth 80 USD then. Their cost was 80 USD.
    assert (last.realised, last.held_after, last.cost_after, last.sold_unexplained) == (0, 6, 120, 0)
    last = pooled([one(1, Side.BUY, "10", "20"), one(2, Side.SELL, "4", "30", "USDT")], {"USDT": "0.8"}, method)[-1]
    assert (last.realised, last.cost_after) == (20, 120)  # 96 - 80 USD, which were 20 USDT


def test_fees_are_valued_whatever_they_were_paid_in():
    bought = one(1, Side.BUY, "10", "10", "USDT", fee="5", fee_currency="USDT")
    sold = one(2, Side.SELL, "10", "10", "USD", fee="1", fee_currency="USD")
    assert [r.realised for r in pooled([bought, sold], {"USDT": "0.5"})] == [0, Decimal("46.5")]
    in_coin = one(1, Side.BUY, "10", "10", "USDT", fee="2", fee_currency="LINK")
    assert pooled([in_coin], {"USDT": "0.5"})[-1].held_after == 8


def test_a_fill_without_a_rate_is_refused_by_a_pool():
    with pytest.raises(ValueError, match="cannot be valued"):
        pooled([one(1, Side.BUY, "5", "0.001", "BTC")], {"BTC": None})


@BOTH
@given(traded(shorts=False))
def test_the_pool_of_a_coin_with_one_quote_equals_its_book(method, trades):
    pool = Pool.opened("USD", method, allows_short=False)
    for execution, book in zip(trades.fills, results_of(trades.fills, method, trades.rates), strict=True):
        result = pool.apply(execution, QuoteRate(Decimal(1)), trades.rates[execution.key])
        names = ("key", "realised", "realised_before_fees", "held_after", "cost_after", "sold_unexplained")
        assert [getattr(result, name) for name in names] == [getattr(book, name) for name in names]


@st.composite
def in_two_quotes(draw) -> tuple[Sequence[Fill], dict[str, str]]:
    """Fills in either of two quote currencies."""
    fills = [
        replace(execution, quote=draw(st.sampled_from(["USD", "USDT"])), fee=Decimal(0), fee_currency="USD")
        for execution in draw(traded(shorts=False)).fills
    ]
    return fills, {"USDT": draw(RATES)}


@BOTH
@given(in_two_quotes())
def test_quantity_and_cash_are_conserved_over_all_markets(method, trades):
    """Realised profit equals the cash plus the cost of the rest, at the rates of each fill."""
    fills, rates = trades
    with localcontext(EXACT):
        held = cash = realised = Decimal(0)
        for execution, result in zip(fills, pooled(fills, rates, method), strict=True):
            rate = Decimal(rates.get(execution.quote or "", "1"))
            sign = 1 if execution.side is Side.BUY else -1
            explained = execution.amount - result.sold_unexplained
            held += sign * explained
            assert result.held_after == held
            assert result.cost_after is not None
            if result.sold_unexplained:
                return  # cash of unexplained sales is tested for books
            assert result.realised is not None
            cash -= sign * execution.value * rate
            realised += result.realised * rate
            assert abs(realised - cash - result.cost_after) < Decimal("1e-30")


def test_a_pool_counts_in_the_only_quote_or_in_the_nearest_to_the_dollar():
    assert unit_of(["BTC"]) == "BTC"
    assert unit_of(["USDT", "BTC", "USD"]) == "USD"
    assert unit_of(["BTC", "USDC", "USDT"]) == "USDT"
    assert unit_of(["BTC", "EUR"]) == "EUR"
    assert unit_of(["XYZ", "ABC"]) == "ABC"


def test_a_dollar_coin_without_a_price_counts_as_one_dollar_and_says_so():
    priced = Rates([Price("USDT/USD", "USDT", "USD", Decimal("0.98"))])
    assert quote_rate_of("USDT", "USD", priced) == QuoteRate(Decimal("0.98"))
    assert quote_rate_of("USDT", "USD", Rates([])) == QuoteRate(Decimal(1), is_assumed=True)
    assert quote_rate_of("BTC", "USD", Rates([])) == QuoteRate(None)
    assert quote_rate_of(None, "USD", priced) == QuoteRate(None)
    assert quote_rate_of("USD", "USD", None) == QuoteRate(Decimal(1))
