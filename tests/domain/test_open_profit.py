"""Open profit of a position: as stated, else from entry price, size and price, in the coin if inverse."""

from decimal import Decimal

import pytest

from domain.markets import MarketType
from domain.open_profit import open_profit_of, settled_profit_of, words_of
from domain.positions import PositionSide
from domain.prices import Rates
from tests.factories import position, price

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
NO_PRICE = Rates([])


def profit(held, rates: Rates = NO_PRICE, currency: str = "USDT") -> Decimal | None:
    result = open_profit_of(held, rates, currency)
    return None if result is None else result.value


@pytest.mark.parametrize(("side", "gained"), [(LONG, 500), (SHORT, -500)])
def test_without_a_stated_profit_it_is_mark_less_entry_times_size(side, gained):
    values = {"side": side, "entry_price": Decimal(59000)}
    assert profit(position("BTC/USDT:USDT", "0.5", mark_price=Decimal(60000), **values)) == gained
    marked = Rates([price("BTC/USDT:USDT", "59999", mark=Decimal(60000))])
    assert profit(position("BTC/USDT:USDT", "0.5", **values), marked) == gained
    spot = Rates([price("BTC/USDT", "60000")])
    assert profit(position("BTC/USDT:USDT-261225", "0.5", **values), spot) == gained


@pytest.mark.parametrize(("side", "sign"), [(LONG, 1), (SHORT, -1)])
def test_an_inverse_position_gains_its_contracts_times_the_difference_of_the_inverse_prices_in_its_coin(side, sign):
    """1,000 contracts of 1 dollar from 40,000 to 50,000: 1,000 x (1/40,000 - 1/50,000) = 0.005 bitcoin."""
    held = position(
        "BTC/USD:BTC", "0.02", side=side, entry_price=Decimal(40000), mark_price=Decimal(50000), contracts=Decimal(1000)
    )
    assert profit(held, currency="BTC") == sign * Decimal("0.005")
    assert profit(held, Rates([price("BTC/USDT", "51000")])) == sign * 255


def test_a_stated_inverse_profit_is_converted_by_its_coin_and_needs_no_price_of_the_dollar():
    """250 dollars at the mark of 50,000 are 0.005 bitcoin. No rate from dollars to euros is known."""
    held = position("BTC/USD:BTC", "0.02", mark_price=Decimal(50000), unrealised_pnl=Decimal(250))
    result = open_profit_of(held, Rates([price("BTC/EUR", "45000")]), "EUR")
    assert result is not None
    assert (result.value, result.assumed) == (225, ())


def test_a_contract_quoted_in_dollars_and_settled_in_a_dollar_coin_pays_that_coin():
    held = position("BTC/USD:USDC", unrealised_pnl=Decimal(100))
    assert profit(held, Rates([price("USDC/USD", "0.98")]), "USD") == 98


def test_only_the_unsettled_profit_of_a_session_counts():
    held = position("BTC/USD:USD", unrealised_pnl=Decimal(-500), session_pnl=Decimal(2))
    assert profit(held, currency="USD") == 2


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"entry_price": Decimal(3)},
        {"mark_price": Decimal(3)},
        {"entry_price": Decimal(0), "mark_price": Decimal(3)},
        {"unrealised_pnl": Decimal(3), "symbol": "DEAD/ODD:ODD"},
    ],
    ids=["nothing", "no price", "no entry", "entry of zero", "no price of the quote"],
)
def test_a_profit_without_any_price_is_unknown(values):
    assert profit(position(**{"symbol": "DEAD/USDT:USDT"} | values)) is None


def test_a_closed_contract_is_priced_by_its_coin_and_not_by_its_last_trade():
    held = position("BTC/USDT:USDT", "0.5", side=LONG, entry_price=Decimal(59000))
    closed = price("BTC/USDT:USDT", "7", is_active=False)
    assert profit(held, Rates([closed])) is None
    assert profit(held, Rates([closed, price("BTC/USDT", "60000")])) == 500


@pytest.mark.parametrize("market_type", [MarketType.OPTION, MarketType.UNKNOWN])
def test_an_option_is_not_priced_by_its_coin(market_type):
    held = position("BTC/USDT:USDT-261225-50000-C", "1", entry_price=Decimal(900), market_type=market_type, side=LONG)
    assert profit(held, Rates([price("BTC/USDT", "60000")])) is None
    assert profit(held, Rates([price("BTC/USDT:USDT-261225-50000-C", "950")])) == 50


@pytest.mark.parametrize("values", [{}, {"unrealised_pnl": Decimal("0.02")}], ids=["computed", "stated"])
@pytest.mark.parametrize("quote", ["USD", "BTC"])
def test_an_option_settled_in_its_coin_gains_that_coin(values, quote):
    """2 options from 0.04 to 0.05 bitcoin gain 0.02 bitcoin, which are 1,200 dollars at 60,000."""
    prices = {"entry_price": Decimal("0.04"), "mark_price": Decimal("0.05"), "side": LONG, "quote": quote}
    held = position("BTC/USD:BTC-261225-50000-C", "2", market_type=MarketType.OPTION, **prices, **values)
    assert profit(held, currency="BTC") == Decimal("0.02")
    assert profit(held, Rates([price("BTC/USDT", "60000")])) == 1200


def test_the_settled_profit_of_an_option_in_its_coin_is_in_that_coin():
    """The wallet holds the value of an option, so all of its 0.02 bitcoin are settled."""
    stated = {"mark_price": Decimal("0.05"), "unrealised_pnl": Decimal("0.02"), "session_pnl": Decimal(0)}
    held = position("BTC/USD:BTC-261225-50000-C", "2", **stated)
    assert settled_profit_of(held, NO_PRICE, "BTC") == Decimal("0.02")


def test_a_position_is_named_with_its_side_and_size():
    assert words_of(position("BTC/USDT:USDT", "1E-7")) == "BTC/USDT:USDT short 0.0000001 BTC"
