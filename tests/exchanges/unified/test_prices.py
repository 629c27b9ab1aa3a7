"""Which tickers are requested, by what an exchange has."""

import json
from decimal import Decimal

from domain.sources import Source
from exchanges.contracts import AccountScope
from tests.exchanges.harness import Venue, reader_of, spot, swap
from tests.exchanges.payload_server import Reply, serving


def test_prices_are_those_of_contracts_where_spot_books_have_no_tickers() -> None:
    markets = [spot("BTC/USDT", "SPOT_BTC_USDT"), swap("BTC/USDT:USDT", "PERP_BTC_USDT")]
    row = {"symbol": "PERP_BTC_USDT", "indexPrice": "59990", "markPrice": "60000", "24hClose": "60010"}
    with serving() as server:
        server.answers["/v3/public/futures"] = Reply(json.dumps({"success": True, "data": {"rows": [row]}}))
        reader = reader_of(Venue("woo", markets, list, ()), server.url)
        prices = reader.fetch(Source.PRICES, AccountScope(assets=frozenset({"BTC"}))).success.rows
        reader.close()
    assert [(price.symbol, price.base, price.mark) for price in prices] == [("BTC/USDT:USDT", "BTC", Decimal("60000"))]
