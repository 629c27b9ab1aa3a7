"""Crypto.com's tickers, candles and stated history, and the names of its instruments."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.markets import MarketType
from domain.prices import Price, Rates
from exchanges.connection.errors import BadPayload
from exchanges.connection.markets import Market
from exchanges.contracts import AccountScope
from exchanges.cryptocom.markets import market_named, markets_of
from exchanges.cryptocom.prices import normalise_candles, normalise_history, normalise_prices
from tests.exchanges.wire_payloads import answer, ticker_row

LISTED = [
    ticker_row(i=name, a=last)
    for name, last in {
        "BTC_USD": "98000",
        "BTC_USDT": "98010",
        "BTC_EUR": "90000",
        "USDT_USD": "0.9999",
        "SOL_USD": "100",
        "SOL_BTC": "0.00102",
        "ETH_USD": "3000",
        "DOGE_USD": "0.1",
        "BTCUSD-PERP": "98050",
        "PEPEUSD-PERP": "0.00000812",
        "HYPEUSD-PERP": "40",
    }.items()
]


def symbols(wanted: AccountScope) -> set[str]:
    return {price.symbol for price in normalise_prices(answer(*LISTED), wanted, {}).rows}


def test_a_ticker_is_read_whole() -> None:
    wanted = AccountScope(frozenset({"BTC"}))
    assert normalise_prices(answer(ticker_row()), wanted, {}).rows == (
        Price(
            symbol="BTC/USD",
            base="BTC",
            quote="USD",
            last=Decimal("98000.00"),
            bid=Decimal("97999.00"),
            ask=Decimal("98001.00"),
            change_24h=Decimal("-0.0125"),
        ),
    )


def test_volume_is_in_the_quote_currency_and_a_closed_market_is_closed() -> None:
    """The field vv counts dollars, also of a book in euros: 0.4 bitcoin at 90,000 euros are 36,000 euros."""
    euros = ticker_row(i="BTC_EUR", a="90000", v="0.4", vv="39000")
    closed = {"BTC_EUR": Market("BTC_EUR", "BTC/EUR", "BTC", "EUR", MarketType.SPOT, is_active=False)}
    (price,) = normalise_prices(answer(euros), AccountScope(), {}).rows
    assert (price.volume, price.is_active) == (Decimal(40_000), True)
    (price,) = normalise_prices(answer(euros), AccountScope(), closed).rows
    assert (price.is_active, price.best) == (False, None)


def test_only_requested_prices_are_kept() -> None:
    money = {"BTC/USD", "BTC/USDT", "BTC/EUR", "USDT/USD"}
    assert symbols(AccountScope()) == money
    assert symbols(AccountScope(frozenset({"SOL"}))) == money | {"SOL/USD", "SOL/BTC"}
    assert symbols(AccountScope(symbols=frozenset({"BTC/USD:USD"}))) == money | {"BTC/USD:USD"}


def test_the_coins_of_what_is_ordered_are_priced_too() -> None:
    for name in ("SOL_BTC", "SOL/BTC"):
        assert {"SOL/BTC", "SOL/USD"} <= symbols(AccountScope(symbols=frozenset({name})))


def test_a_coin_without_a_spot_book_is_priced_by_its_contract() -> None:
    assert "PEPE/USD:USD" in symbols(AccountScope(frozenset({"PEPE"})))
    assert "HYPE/USD:USD" not in symbols(AccountScope(frozenset({"PEPE"})))


def test_every_display_currency_can_be_converted() -> None:
    prices = normalise_prices(answer(*LISTED), AccountScope(frozenset({"SOL"})), {}).rows
    rates = Rates(prices)
    assert all(rates.rate("SOL", currency) is not None for currency in ("USD", "EUR", "BTC"))


def test_a_null_in_a_ticker_is_unknown() -> None:
    (price,) = normalise_prices(answer(ticker_row(a=None, b=None, k="", c=None)), AccountScope(), {}).rows
    assert (price.last, price.bid, price.ask, price.change_24h, price.best) == (None,) * 5


def test_an_odd_ticker_hides_no_other() -> None:
    odd = [ticker_row(a="high"), ticker_row(i=None), None]
    success = normalise_prices(answer(*odd, ticker_row(i="BTC_EUR")), AccountScope(), {})
    assert [price.symbol for price in success.rows] == ["BTC/EUR"]
    assert len(success.unreadable) == 3


def test_an_empty_ticker_list_is_refused() -> None:
    with pytest.raises(BadPayload, match="no ticker"):
        normalise_prices(answer(), AccountScope(), {})


def test_candles_are_read_and_odd_ones_left_out() -> None:
    good = {"o": "1.0", "h": "3", "l": "0.5", "c": "2", "v": None, "t": "1764000000000"}
    (candle,) = normalise_candles(answer(good, good | {"t": None}, good | {"c": "x"}), "SOL/USD", "1h")
    assert candle.at == datetime(2025, 11, 24, 16, tzinfo=UTC)
    assert (str(candle.open), str(candle.close), candle.volume) == ("1.0", "2", None)


def test_stated_history_is_read() -> None:
    payload = answer({"t": 1764000000000, "c": "811.621851"}, {"t": 1764003600000, "c": None})
    assert normalise_history(payload) == ((datetime(2025, 11, 24, 16, tzinfo=UTC), Decimal("811.621851")),)


def test_the_stated_history_contains_the_cash_of_isolated_positions() -> None:
    """The change log of 2026-01-08 adds "i" to private/user-balance-history. CryptoCom.Net calls it their balance."""
    rows = [{"t": 1764000000000, "c": "100.5", "i": "8.96326705"}, {"t": 1764003600000, "c": "100.5", "i": "0"}]
    values = [value for _, value in normalise_history({"code": 0, "result": {"data": rows}})]
    assert values == [Decimal("109.46326705"), Decimal("100.5")]


@pytest.mark.parametrize(
    ("name", "symbol", "base", "quote", "kind"),
    [
        ("BTC_USD", "BTC/USD", "BTC", "USD", MarketType.SPOT),
        ("USD_STABLE_COIN_USD", "USD_STABLE_COIN_USD", None, None, MarketType.UNKNOWN),
        ("BTCUSD-PERP", "BTC/USD:USD", "BTC", "USD", MarketType.PERPETUAL),
        ("1000SATSUSD-PERP", "1000SATS/USD:USD", "1000SATS", "USD", MarketType.PERPETUAL),
        ("ETHUSD-260626", "ETH/USD:USD-260626", "ETH", "USD", MarketType.FUTURE),
        ("BTCUSD-210528m2", "BTCUSD-210528m2", "BTC", "USD", MarketType.FUTURE),
        ("BTCUSD-230630-CW30000", "BTCUSD-230630-CW30000", "BTC", "USD", MarketType.OPTION),
        ("BTCUSD", "BTCUSD", "BTC", "USD", MarketType.UNKNOWN),
        ("USD", "USD", None, None, MarketType.UNKNOWN),
        ("_USD", "_USD", None, None, MarketType.UNKNOWN),
        ("WHAT-PERP", "WHAT-PERP", None, None, MarketType.UNKNOWN),
        ("?", "?", None, None, MarketType.UNKNOWN),
    ],
)
def test_an_unlisted_instrument_is_parsed_from_its_name(
    name: str, symbol: str, base: str | None, quote: str | None, kind: MarketType
) -> None:
    assert market_named(name, {}) == Market(name, symbol, base, quote, kind)


def test_a_listed_instrument_has_the_fields_that_the_exchange_states() -> None:
    listed = markets_of([{"id": "ODD", "symbol": "A/B", "base": "A", "quote": "B", "type": "spot"}, {"id": None}])
    assert market_named("ODD", listed) == Market("ODD", "A/B", "A", "B", MarketType.SPOT)
    (halted,) = markets_of([{"id": "ODD", "symbol": "A/B", "active": False}]).values()
    assert halted.is_active is False
