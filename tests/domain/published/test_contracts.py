"""Gains of contracts, as exchanges explain them: inverse ones in the coin, linear ones in the quote currency."""

from decimal import Context, Decimal

import pytest

from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.markets import Side
from tests.domain.books import results_of
from tests.factories import fill, later

BUY, SELL = Side.BUY, Side.SELL
BOTH = pytest.mark.parametrize("method", list(CostMethod))


def inverse(number: int, side: Side, contracts: str, price: str, fee: str = "0") -> Fill:
    coins = Context(prec=24).divide(Decimal(contracts), Decimal(price))
    size = {"contracts": Decimal(contracts), "contract_size": Decimal(1)}
    symbol, at = "BTC/USD:BTC", later(number)
    return fill(f"{number}", side, str(coins), price, symbol=symbol, at=at, fee=fee, fee_currency="BTC", **size)


def linear(number: int, side: Side, amount: str, price: str, fee: str = "0") -> Fill:
    symbol, at = "BTC/USDT:USDT", later(number)
    return fill(f"{number}", side, amount, price, symbol=symbol, at=at, fee=fee, fee_currency="USDT")


INVERSE = [
    ("mobie.io, Bybit inverse", "10000", BUY, "8000", "12500", "0.45"),
    ("romanornr, long from 600 to 700", "60000", BUY, "600", "700", "14.286"),
    ("romanornr, long from 600 to 500", "60000", BUY, "600", "500", "-20"),
    ("romanornr, long from 16,000 to 8,000", "16000", BUY, "16000", "8000", "-1"),
    ("romanornr, short from 8,000 to 10,000", "16000", SELL, "8000", "10000", "-0.4"),
    ("romanornr, short from 8,000 to 5,000", "16000", SELL, "8000", "5000", "1.2"),
    ("Deribit, futures example", "1000", BUY, "600", "700", "0.238095"),
    # Bybit rounds the gain of one contract to 0.00001819 and 0.00002223 before it multiplies: the cents differ.
    ("Bybit, P&L of inverse contracts, long", "1000", BUY, "5000", "5500", "0.0182"),
    ("Bybit, P&L of inverse contracts, short", "1000", SELL, "5000", "4500", "0.0222"),
]  # fmt: skip


@BOTH
@pytest.mark.parametrize(("source", "contracts", "side", "entry", "exit_price", "gain"), INVERSE)
def test_an_inverse_contract_gains_what_the_source_says(
    source: str, contracts: str, side: Side, entry: str, exit_price: str, gain: str, method: CostMethod
) -> None:
    closing = SELL if side is BUY else BUY
    _, closed = results_of([inverse(1, side, contracts, entry), inverse(2, closing, contracts, exit_price)], method, {})
    assert closed.realised is not None
    assert closed.realised.quantize(Decimal(gain)) == Decimal(gain)
    assert closed.held_after == 0


LINEAR = [
    ("orangex.com, long of 10,000 USDT", "0.2", BUY, "50000", "55000", "1000"),
    ("orangex.com, short of 10,000 USDT", "0.2", SELL, "50000", "45000", "1000"),
    ("biyapay.com, long", "1", BUY, "90000", "100000", "10000"),
    ("biyapay.com, short", "1", SELL, "100000", "90000", "10000"),
    ("Bybit, USDT contract, long", "0.2", BUY, "7000", "7500", "100"),
    ("Bybit, USDT contract, short", "0.4", SELL, "6000", "5000", "400"),
]  # fmt: skip


@BOTH
@pytest.mark.parametrize(("source", "amount", "side", "entry", "exit_price", "gain"), LINEAR)
def test_a_linear_contract_gains_what_the_source_says(
    source: str, amount: str, side: Side, entry: str, exit_price: str, gain: str, method: CostMethod
) -> None:
    closing = SELL if side is BUY else BUY
    _, closed = results_of([linear(1, side, amount, entry), linear(2, closing, amount, exit_price)], method, {})
    assert closed.realised == Decimal(gain)


def test_bybit_fees_of_opening_and_closing_are_deducted() -> None:
    """Closed P&L: 400 less 1.32 to open and 1.10 to close. Funding is income here, so its 2.10 are apart."""
    _, closed = results_of(
        [linear(1, SELL, "0.4", "6000", "1.32"), linear(2, BUY, "0.4", "5000", "1.10")], CostMethod.AVERAGE, {}
    )
    assert (closed.realised, closed.realised_before_fees) == (Decimal("397.58"), 400)


def test_deribit_fees_are_taken_in_the_coin() -> None:
    """Futures example: a gain of 0.238095 BTC and fees of 0.5/600 + 0.5/700 = 0.00154755 BTC (cut, not rounded)."""
    opened, closed = inverse(1, BUY, "1000", "600", "0.0008333"), inverse(2, SELL, "1000", "700", "0.00071425")
    result = results_of([opened, closed], CostMethod.AVERAGE, {})[-1]
    assert result.realised_before_fees is not None
    assert result.realised == result.realised_before_fees - Decimal("0.00154755")


ENTRIES = [
    ("Bybit, average entry of inverse contracts", (("1000", "5000"), ("2000", "6000")), "5625.00"),
    ("BitMEX support, average entry of XBT contracts", (("1000", "50000"), ("3000", "50035")), "50026.2454071"),
]


@pytest.mark.parametrize(("source", "entries", "average"), ENTRIES)
def test_the_average_entry_of_inverse_contracts_is_the_harmonic_mean(
    source: str, entries: tuple[tuple[str, str], ...], average: str
) -> None:
    fills = [inverse(n, SELL, contracts, price) for n, (contracts, price) in enumerate(entries)]
    last = results_of(fills, CostMethod.AVERAGE, {})[-1]
    assert last.cost_after is not None
    entry = Context(prec=30).divide(abs(last.held_after), abs(last.cost_after))
    assert entry.quantize(Decimal(average)) == Decimal(average)


def test_bybit_average_entry_of_linear_contracts() -> None:
    """0.5 at 5,000 and 0.3 at 6,000: 4,300 for 0.8, 5,375 each."""
    last = results_of([linear(1, BUY, "0.5", "5000"), linear(2, BUY, "0.3", "6000")], CostMethod.AVERAGE, {})[-1]
    assert (last.cost_after, last.held_after * 5375) == (4300, 4300)


def test_ghostfolio_average_price_of_two_short_sales() -> None:
    """BTCUSD short: 44,558.42 and 46,737.48 are 45,647.95 on average."""
    last = results_of([linear(1, SELL, "1", "44558.42"), linear(2, SELL, "1", "46737.48")], CostMethod.AVERAGE, {})[-1]
    assert (last.held_after, last.cost_after) == (-2, -2 * Decimal("45647.95"))
