"""Every documented sample of the exchanges that are read through ccxt: no crash, and every stated field is read."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.orders import OrderKind
from domain.sources import Source
from exchanges.connection.exact import exact_json
from exchanges.connection.listed_markets import Listed
from exchanges.unified.ended_rows import read_ended
from exchanges.unified.fills import read_fills
from exchanges.unified.orders import normalise_unified_orders
from exchanges.unified.positions import read_positions
from exchanges.unified.transfers import RowOwner, read_movements
from exchanges.unified.wallet import read_ccxt_wallet
from exchanges.venues.registry import venue_of
from tests.exchanges.harness import Venue, reader_of, spot, swap
from tests.whole.conformance.conftest import SAMPLES

EXCHANGES = {"binance-spot": "binance", "binance-usdm": "binance", "bitget": "bitget", "bybit": "bybit"}
FILES = sorted(path for folder in EXCHANGES for path in (SAMPLES / folder).glob("*.json"))
QUOTES = ("USDT", "USDC", "USD", "BTC", "BNB", "ETH")
# They name the orders of a list without further facts.
LISTS_OF_LISTS = frozenset({"get_api_v3_allorderlist", "get_api_v3_openorderlist", "get_api_v3_orderlist"})
IDS = ("orderId", "algoId", "ordId")
TRIGGERS = ("triggerPrice", "stopPrice")
SIZES = ("origQty", "qty", "size", "quantity")


def rows_in(payload: Any) -> list[dict[str, Any]]:
    """Every object in a payload that holds no list of objects itself."""
    if isinstance(payload, list):
        return [row for part in payload for row in rows_in(part)]
    if not isinstance(payload, dict):
        return []
    inner = [row for value in payload.values() if isinstance(value, list | dict) for row in rows_in(value)]
    return [payload, *inner]


def markets_of(rows: list[dict[str, Any]], is_spot: bool) -> list[dict[str, Any]]:
    names = {str(row["symbol"]) for row in rows if row.get("symbol")} | {"BTCUSDT"}
    markets = []
    for name in sorted(names):
        quote = next((q for q in QUOTES if name.upper().endswith(q) and len(name) > len(q)), None)
        if quote is not None:
            base = name.upper().removesuffix(quote)
            listed = spot(f"{base}/{quote}", name) if is_spot else swap(f"{base}/{quote}:{quote}", name)
            markets.append(listed)
    return list({market["symbol"]: market for market in markets}.values())


def parsing(path: Path, rows: list[dict[str, Any]]) -> tuple[Any, Listed]:
    """ccxt behind the gateway, with the markets of the sample."""
    is_spot = "spot" in path.as_posix()
    venue = Venue(EXCHANGES[path.parent.name], markets_of(rows, is_spot), list, ())
    reader = reader_of(venue, "http://127.0.0.1:9")
    listed = vars(reader)["listed"]() if "listed" in vars(reader) else reader.listed()  # type: ignore[attr-defined]
    return vars(vars(reader)["_gateway"])["_Gateway__exchange"], listed


def is_set(row: dict[str, Any], *fields: str) -> bool:
    return any(str(row.get(field) or "0").strip("0.") not in ("", "-1") for field in fields)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_sample_is_readable(path: Path) -> None:
    payload = exact_json(path.read_text())
    rows = rows_in(payload)
    exchange, listed = parsing(path, rows)
    name = EXCHANGES[path.parent.name]
    orders = [row for row in rows if any(row.get(f) for f in IDS) and row.get("side") and is_set(row, *SIZES)]
    trades = ("trade" in path.stem and "order" not in path.stem) or "fill" in path.stem or "execution" in path.stem
    kind = Source("triggers" if "plan" in path.stem else "orders")
    if trades:
        executed = exchange.parse_trades([row for row in rows if is_set(row, "price", "priceAvg", "execPrice")])
        fills, odd = read_fills(executed, "main", name, venue_of(name), listed)
        assert fills
        assert not odd
        return
    assert orders or "order" not in path.stem or path.stem in LISTS_OF_LISTS
    for row, parsed in zip(orders, exchange.parse_orders(orders), strict=True):
        success = normalise_unified_orders([parsed], "main", name, venue_of(name), kind, listed)
        (ended,), odd = read_ended([parsed], venue_of(name), listed, kind is Source.TRIGGERS)
        assert not odd
        assert (ended.ending is None) == (parsed.get("status") == "open")
        if parsed.get("status") == "open":
            assert success.rows, (success.unreadable, row)
            (first, *_) = success.rows
            assert first.kind is not OrderKind.UNKNOWN
            assert first.amount is not None
            assert first.trigger_price is not None or not is_set(row, *TRIGGERS)
    movements = [
        row
        for row in rows
        if is_set(row, "amount", "size")
        and ("deposit" in path.stem or "withdraw" in path.stem)
        and "subaccount" not in path.stem
    ]
    moved, odd = read_movements(exchange.parse_transactions(movements), RowOwner("main", name))
    assert moved or not movements
    if "position" in path.stem:
        held = [row for row in rows if is_set(row, "positionAmt", "size", "total") and row.get("symbol")]
        parse = exchange.parse_position_risk if name == "binance" else exchange.parse_position
        positions = read_positions([parse(row) for row in held], None, listed)
        assert positions.rows


def test_the_spot_account_is_read() -> None:
    path = SAMPLES / "binance-spot" / "get_api_v3_account.json"
    exchange, _ = parsing(path, [])
    (payload,) = exact_json(path.read_text())
    balances = read_ccxt_wallet(exchange.parse_balance_custom(payload, "spot"), "spot")
    stated = {row["asset"]: row["free"] for row in json.loads(path.read_text())[0]["balances"]}
    assert {balance.asset: str(balance.total) for balance in balances.balances} == stated
