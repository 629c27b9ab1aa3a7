"""Tickers as ccxt unifies them: price, volume in the quote currency, and whether the market is open."""

from decimal import Decimal
from typing import Any

import pytest

from domain.prices import Rates
from exchanges.connection.listed_markets import Listed
from exchanges.unified.prices import normalise_unified_prices


def row(symbol: str, **values: Any) -> dict[str, Any]:
    base, quote = symbol.split("/")
    return {"id": base + quote, "symbol": symbol, "base": base, "quote": quote, "type": "spot"} | values


LISTED = Listed({"LUNA/USD": row("LUNA/USD", active=False), "LUNA/USDT": row("LUNA/USDT"), "USDT/USD": row("USDT/USD")})


def test_a_ticker_has_its_volume_and_the_market_list_decides_if_it_is_open() -> None:
    tickers = [
        {"symbol": "LUNA/USD", "last": "80", "quoteVolume": None, "baseVolume": "0.7"},
        {"symbol": "LUNA/USDT", "last": "0.5", "quoteVolume": "9123456.7", "baseVolume": "18246913.4"},
        {"symbol": "USDT/USD", "last": "1.01"},
    ]
    success = normalise_unified_prices(tickers, LISTED)
    assert [(p.symbol, p.volume, p.is_active) for p in success.rows] == [
        ("LUNA/USD", Decimal(60), False),
        ("LUNA/USDT", Decimal(9_000_000), True),
        ("USDT/USD", None, True),
    ]
    assert Rates(success.rows).rate("LUNA", "USD") == Decimal("0.505")


@pytest.mark.parametrize("field", ["quoteVolume", "baseVolume", "percentage", "bid", "ask", "markPrice"])
def test_a_field_that_only_informs_and_cannot_be_read_is_unknown_and_the_price_stands(field: str) -> None:
    success = normalise_unified_prices([{"symbol": "LUNA/USDT", "last": "0.5", field: "--"}], LISTED)
    assert [(p.last, p.best) for p in success.rows] == [(Decimal("0.5"), Decimal("0.5"))]
    assert success.unreadable == ()
