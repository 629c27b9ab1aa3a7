"""The market that stands for a coin."""

from decimal import Decimal

from domain.charted_markets import charted_symbols, market_of_coin
from domain.prices import Price


def price(symbol: str, volume: str | None = "100", *, is_active: bool = True) -> Price:
    base, quote = symbol.split(":")[0].split("/")
    known = None if volume is None else Decimal(volume)
    return Price(symbol, base, quote, last=Decimal(5), volume=known, is_active=is_active)


def prices(*found: Price) -> dict[str, Price]:
    return {one.symbol: one for one in found}


def test_a_spot_book_in_dollars_comes_before_other_money_and_contracts() -> None:
    listed = prices(price("BTC/EUR", "900"), price("BTC/USDT", "100"), price("BTC/USD", "300"), price("BTC/USD:USD"))
    assert market_of_coin("BTC", listed) == "BTC/USD"
    assert market_of_coin("BTC", prices(price("BTC/EUR"), price("BTC/USDT:USDT"))) == "BTC/EUR"
    assert market_of_coin("BTC", prices(price("BTC/USDT:USDT"))) == "BTC/USDT:USDT"


def test_a_closed_market_stands_for_nothing() -> None:
    assert market_of_coin("LUNA", prices(price("LUNA/USDT", is_active=False))) is None


def test_money_needs_no_chart_and_dealt_markets_always_have_one() -> None:
    listed = prices(price("BTC/USD"), price("USDT/USD"), price("ETH/BTC"))
    assert charted_symbols({"SOL/USD"}, {"BTC", "USDT", "NEW"}, listed) == {"SOL/USD", "BTC/USD"}
