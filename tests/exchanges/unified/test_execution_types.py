"""Fills of every type: exchanges that filter executions by a parameter, as their documentation describes it."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.sources import Source
from tests.exchanges.harness import MOMENT, STEP, Venue, reader_of
from tests.exchanges.payload_server import Reply, Request, serving
from tests.exchanges.venues import bybit, phemex
from tests.exchanges.venues._bybit_fills import x

ETH_OPTION = {
    "id": "ETH-26DEC25-4000-C-USDT", "symbol": "ETH/USDT:USDT-251226-4000-C", "base": "ETH", "baseId": "ETH",
    "type": "option", "swap": False, "option": True,
}  # fmt: skip
PHEMEX_FILL = {
    "transactTimeNs": 1764000000000000000, "symbol": "BTCUSD", "currency": "BTC", "action": "New", "side": "Sell",
    "execQty": 1200, "execPriceEp": 600_000_000, "orderQty": 1200, "priceEp": 600_000_000, "execValueEv": 2_000_000,
    "feeRateEr": 0, "execFeeEv": 0, "ordType": "Market", "orderID": "b63bc982", "clOrdID": "",
    "execStatus": "TakerFill",
}  # fmt: skip


def _bybit(request: Request) -> Reply:
    """Get Trade History: `execType` and `baseCoin` filter. The default of `baseCoin` for options is BTC."""
    rows = [x(execId="trade"), x(execId="liquidation", execType="BustTrade", side="Sell")]
    if request.query["category"] == ["option"]:
        rows = [x(execId="eth", symbol=ETH_OPTION["id"])] if request.query.get("baseCoin") == ["ETH"] else []
    kind = request.query.get("execType")
    rows = [row for row in rows if kind is None or [row["execType"]] == kind]
    return Reply(json.dumps(bybit.VENUE.wrap(rows)))


def _phemex(request: Request) -> Reply:
    """Query user trade: `tradeType` filters trades, liquidations and funding."""
    rows = [PHEMEX_FILL | {"execID": kind, "tradeType": kind} for kind in ("Trade", "LiqTrade", "AdlTrade", "Funding")]
    kind = request.query.get("tradeType")
    rows = [row for row in rows if kind is None or [row["tradeType"]] == kind]
    return Reply(json.dumps({"code": 0, "msg": "OK", "data": {"total": len(rows), "rows": rows}}))


def _ids(venue: Venue, source: str, path: str, answer: Callable[[Request], Reply]) -> list[str]:
    with serving() as server:
        server.answers[path] = answer
        for other, payload in venue.others.items():
            server.answers[other] = Reply(json.dumps(payload))
        reader = reader_of(venue, server.url)
        assert reader.history is not None
        pages = list(reader.history.fetch_fills(Source(source), MOMENT - timedelta(days=1), MOMENT + STEP))
        reader.close()
        assert [row for page in pages for row in page.unreadable] == []
        return sorted(fill.key.rpartition("/")[2] for page in pages for fill in page.rows)


@pytest.mark.parametrize("source", ["fills:linear-all", "fills:spot"])
def test_a_liquidation_on_bybit_is_a_fill(source: str) -> None:
    assert _ids(bybit.VENUE, source, "/v5/execution/list", _bybit) == ["liquidation", "trade"]


def test_fills_of_options_on_eth_are_read_from_bybit() -> None:
    [option] = [market for market in bybit.VENUE.markets if market["option"]]
    venue = Venue(
        exchange="bybit", markets=[option | ETH_OPTION], wrap=bybit.VENUE.wrap, cases=(), others=bybit.VENUE.others
    )
    assert _ids(venue, "fills:option-eth", "/v5/execution/list", _bybit) == ["eth"]


def test_a_liquidation_of_an_inverse_contract_on_phemex_is_a_fill() -> None:
    found = _ids(phemex.VENUE, "fills:BTC/USD:BTC", "/exchange/order/trade", _phemex)
    assert found == ["AdlTrade", "LiqTrade", "Trade"]
