"""Which markets are asked for their price: enough to value each coin, and none that cannot."""

from decimal import Decimal

import pytest

from domain.markets import MarketType
from domain.prices import Price, Rates
from exchanges.connection.listed_markets import Listed
from exchanges.connection.markets import Market
from exchanges.connection.markets_to_price import markets_to_price
from exchanges.contracts import AccountScope


def market(symbol: str, *, is_active: bool = True) -> Market:
    base, quote = symbol.split(":")[0].split("/")
    kind = MarketType.PERPETUAL if ":" in symbol else MarketType.SPOT
    return Market(symbol.replace("/", ""), symbol, base, quote, kind, is_active=is_active)


BINANCE_LIKE = [
    market(symbol)
    for symbol in (
        "BTC/USDT", "BTC/TRY", "ETH/BTC", "ETH/USDT", "BNB/USDT", "USDT/TRY", "FDUSD/USDT", "USDC/USDT",
        "SOL/FDUSD", "SOL/USDT", "OLD/BNB", "ODD/TRY", "ODD/ARS", "USDT/ARS", "RARE/ETH", "SOL/USDT:USDT",
        "PEPE/USDT:USDT", "DOGE/USDT",
    )
]  # fmt: skip


def symbols(*assets: str, listed: list[Market] = BINANCE_LIKE, **wanted: frozenset[str]) -> set[str]:
    markets = markets_to_price(listed, AccountScope(frozenset(assets), display_currencies=frozenset({"USD"}), **wanted))
    return {market.symbol for market in markets}


JOINS = {"BTC/USDT", "FDUSD/USDT", "USDC/USDT"}


def test_markets_between_currencies_are_always_included_and_a_coin_is_priced_in_each() -> None:
    assert symbols() == JOINS
    assert symbols("SOL") == {*JOINS, "SOL/FDUSD", "SOL/USDT"}


@pytest.mark.parametrize(
    ("coin", "books"),
    [
        ("OLD", {"OLD/BNB", "BNB/USDT"}),
        ("RARE", {"RARE/ETH", "ETH/USDT", "ETH/BTC"}),
        ("ODD", {"ODD/TRY", "ODD/ARS", "USDT/TRY", "BTC/TRY", "USDT/ARS"}),
        ("TRY", {"USDT/TRY", "BTC/TRY"}),
    ],
)
def test_a_coin_traded_only_against_coins_is_priced_through_them(coin: str, books: set[str]) -> None:
    assert symbols(coin) == JOINS | books


def test_fiat_that_is_only_a_quote_is_priced_through_held_coins() -> None:
    """KRW is the quote of each of its books. Only the book of ETH joins it with dollars here."""
    listed = [market(symbol) for symbol in ("ETH/KRW", "ETH/USDT", "XRP/KRW", "XRP/USDT", "DOGE/KRW")]
    assert symbols("KRW", "ETH", listed=listed) == {"ETH/KRW", "ETH/USDT"}
    assert symbols("ETH", listed=listed) == {"ETH/USDT"}
    asked = {(m.symbol, m.base, m.quote) for m in markets_to_price(listed, AccountScope(frozenset({"KRW", "ETH"})))}
    rates = Rates(Price(s, str(b), str(q), last=Decimal(4_000_000 if q == "KRW" else 2_000)) for s, b, q in asked)
    assert rates.rate("KRW", "USDT") == Decimal("0.0005")


def test_a_coin_without_an_open_spot_book_is_priced_by_its_contract() -> None:
    assert symbols("PEPE") == {*JOINS, "PEPE/USDT:USDT"}
    closed = [*BINANCE_LIKE, market("PEPE/USDT", is_active=False), market("PEPE/BNB", is_active=False)]
    assert symbols("PEPE", listed=closed) == {*JOINS, "PEPE/USDT:USDT", "PEPE/USDT"}
    assert "SOL/USDT:USDT" not in symbols("SOL")


def test_an_ordered_coin_is_priced_by_its_contract_where_spot_books_have_no_tickers() -> None:
    """Nothing of the coin is held: the spot order alone names it."""
    scope = AccountScope(frozenset({"USDT"}), symbols=frozenset({"SOL/USDT"}))
    assert [m.symbol for m in markets_to_price(BINANCE_LIKE, scope, has_spot_tickers=False)] == ["SOL/USDT:USDT"]


def test_a_named_market_is_priced_even_if_it_is_closed() -> None:
    closed = [*BINANCE_LIKE, market("LUNA/USDT", is_active=False)]
    assert "LUNA/USDT" in symbols(listed=closed, symbols=frozenset({"LUNA/USDT"}))


def test_each_coin_comes_once_before_any_comes_twice_and_open_dollars_first() -> None:
    """With one ticker per request, only a limited number is requested."""
    listed = [market(f"{coin}/{quote}") for quote in ("EUR", "USDT", "USD") for coin in ("A", "B")]
    listed.append(market("C/USD", is_active=False))
    listed.append(market("C/USDT"))
    markets = markets_to_price(listed, AccountScope(frozenset({"A", "B", "C"}), display_currencies=frozenset({"EUR"})))
    assert [m.symbol for m in markets] == [
        "A/USD", "B/USD", "C/USDT", "A/USDT", "B/USDT", "C/USD", "A/EUR", "B/EUR",
    ]  # fmt: skip


@pytest.mark.parametrize(("active", "is_active"), [(True, True), (None, True), (False, False)])
def test_a_market_is_open_unless_the_exchange_reports_it_closed(active: bool | None, is_active: bool) -> None:
    row = {"id": "LUNAUSDT", "symbol": "LUNA/USDT", "base": "LUNA", "quote": "USDT", "type": "spot", "active": active}
    assert Listed({"LUNA/USDT": row}).named("LUNA/USDT").is_active is is_active


@pytest.mark.parametrize(("settle", "quote"), [("BTC", "BTC"), ("USDC", "USD")])
def test_an_option_that_settles_in_its_coin_is_priced_in_it_also_where_it_is_not_listed(settle, quote):
    symbol = f"BTC/USD:{settle}-261225-50000-C"
    row = {"id": "B", "symbol": symbol, "base": "BTC", "quote": "USD", "settle": settle, "type": "option"}
    assert (Listed({symbol: row}).named(symbol).quote, Listed({}).named(symbol).quote) == (quote, quote)
