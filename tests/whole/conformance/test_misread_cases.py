"""Responses of exchanges that were once read wrongly, with the right reading. They are kept outside the repository."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from domain.net_value import computed_valuation
from domain.order_groups import merge_duplicates
from domain.prices import Price, Rates
from domain.protection import protection_of_positions
from domain.snapshot import Refresh, Snapshot
from domain.sources import Source, SourceKind, SourceState
from domain.triggers import with_trigger_state
from exchanges.contracts import AccountReader, AccountScope
from tests.exchanges.harness import Venue, reader_of, spot, swap
from tests.exchanges.payload_server import PayloadServer, Reply, Request, serving
from tests.factories import account
from tests.whole.conformance.conftest import SAMPLES

CASES = Path(os.environ.get("STILLFRAME_MISREAD") or SAMPLES.parent / "misread-cases")
FILES = sorted(CASES.glob("*.json"))
MOMENT = datetime(2025, 11, 30, 12, 0, tzinfo=UTC)
# The exchange's own names of BTC/USDT spot and of its BTC contracts, and the size of a linear contract.
MARKETS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "backpack": (spot("BTC/USDC", "BTC_USDC"), swap("BTC/USDC:USDC", "BTC_USDC_PERP")),
    "bingx": (spot("BTC/USDT", "BTC-USDT"), swap("BTC/USDT:USDT", "BTC-USDT")),
    "binance": (spot("BTC/USDT", "BTCUSDT"), swap("BTC/USDT:USDT", "BTCUSDT")),
    "bitfinex": (spot("BTC/USDT", "tBTCUST"), swap("BTC/USDT:USDT", "tBTCF0:USTF0")),
    "bitget": (spot("BTC/USDT", "BTCUSDT"), swap("BTC/USDT:USDT", "BTCUSDT")),
    "blofin": (swap("BTC/USDT:USDT", "BTC-USDT", "0.001"),),
    "bybit": (spot("BTC/USDT", "BTCUSDT"), swap("BTC/USDT:USDT", "BTCUSDT")),
    "gate": (spot("BTC/USDT", "BTC_USDT"), swap("BTC/USDT:USDT", "BTC_USDT", "0.0001")),
    "htx": (
        spot("BTC/USDT", "btcusdt"),
        swap("BTC/USDT:USDT", "BTC-USDT", "0.001"),
        swap("BTC/USD:BTC", "BTC-USD", "100"),
    ),
    "hyperliquid": (spot("BTC/USDC", "UBTC/USDC"), swap("BTC/USDC:USDC", "0", baseName="BTC")),
    "kraken": (spot("BTC/USD", "XXBTZUSD"),),
    "krakenfutures": (swap("BTC/USD:USD", "PF_XBTUSD"), swap("BTC/USD:BTC", "PI_XBTUSD")),
    "kucoin": (spot("BTC/USDT", "BTC-USDT"), swap("BTC/USDT:USDT", "XBTUSDTM", "0.001")),
    "kucoinfutures": (swap("BTC/USDT:USDT", "XBTUSDTM", "0.001"),),
    "mexc": (spot("BTC/USDT", "BTCUSDT"), swap("BTC/USDT:USDT", "BTC_USDT", "0.0001")),
    "okx": (spot("BTC/USDT", "BTC-USDT"), swap("BTC/USDT:USDT", "BTC-USDT-SWAP", "0.01")),
    "weex": (spot("BTC/USDT", "BTCUSDT"), swap("BTC/USDT:USDT", "cmt_btcusdt")),
    "xt": (spot("BTC/USDT", "btc_usdt"), swap("BTC/USDT:USDT", "btc_usdt", "0.001")),
}


def answer_of(answers: Mapping[str, Any]) -> Callable[[Request], Reply]:
    """Answers as a case tells: one for every path, or by the longest part of a path and its query that matches."""

    def answer(request: Request) -> Reply:
        if "every_path" in answers:
            return Reply(json.dumps(answers["every_path"]))
        query = "&".join(f"{name}={value}" for name, values in request.query.items() for value in values)
        place = f"{request.path}?{query}" if query else request.path
        found = [part for part in answers["by_path"] if part in place or part in request.path]
        return Reply(json.dumps(answers["by_path"][max(found, key=len)])) if found else Reply("{}", 404)

    return answer


@contextmanager
def reader_answered(case: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[AccountReader]:
    """The real reader of the case's exchange, answered over HTTP."""
    exchange = case["exchange"]
    venue = Venue(exchange, MARKETS[exchange], list, (), options=case.get("ccxt_options") or {})
    with serving() as server:
        _route(server, answer_of(answers))
        reader = reader_of(venue, server.url)
        yield reader
        reader.close()


def _route(server: PayloadServer, answer: Callable[[Request], Reply]) -> None:
    class Everything(dict[str, Any]):
        def get(self, *_: Any) -> Any:
            return answer

    server.answers = Everything()


def rows_of(case: Mapping[str, Any], answers: Mapping[str, Any], source: Source) -> tuple[Any, ...]:
    with reader_answered(case, answers) as reader:
        if source.kind is SourceKind.FILLS:
            history = reader.history
            assert history is not None
            at = datetime.fromtimestamp(case["asked_about_ms"] / 1000, UTC)
            pages = history.fetch_fills(source, at - timedelta(hours=1), at + timedelta(hours=1))
            return tuple({row.key: row for page in pages for row in page.rows}.values())
        rows = reader.fetch(
            source, AccountScope(symbols=frozenset(m["symbol"] for m in MARKETS[case["exchange"]]))
        ).success.rows
        return merge_duplicates(rows) if source.kind in (SourceKind.ORDERS, SourceKind.TRIGGERS) else rows


def same(got: Any, expected: Any) -> bool:
    if isinstance(expected, str) and expected.startswith("not "):
        return str(got) != expected.removeprefix("not ")
    if expected is None or got is None:
        return got is expected
    try:
        return Decimal(str(got)) == Decimal(str(expected))
    except InvalidOperation:
        return str(got) == str(expected)


def net_value_of(case: Mapping[str, Any]) -> Decimal | None:
    balances = rows_of(case, case["balances"], Source.BALANCES)
    positions = rows_of(case, case["positions"], Source.POSITIONS)
    rates = Rates([Price("USDT/USD", "USDT", "USD", Decimal(1)), Price("USDC/USD", "USDC", "USD", Decimal(1))])
    return computed_valuation(balances, positions, rates, case["expected"]["currency"]).net_value


def protection_state_of(case: Mapping[str, Any]) -> str:
    positions, source = rows_of(case, case["positions"], Source.POSITIONS), Source(case["source"])
    market = [Price(m["symbol"], m["base"], m["quote"], None, mark=Decimal(case["mark_price"]))
              for m in MARKETS[case["exchange"]] if "mark_price" in case]  # fmt: skip
    orders = merge_duplicates(
        with_trigger_state(rows_of(case, case["orders"], source), {}, {price.symbol: price for price in market})
    )
    at = SourceState(source, MOMENT, carried=False)
    here = account(exchange=case["exchange"], sources=(source,))
    (position,) = positions
    snapshot = Snapshot(here, Refresh(here.id, MOMENT, 0, None), (), positions, orders, {}, {source: at})
    return str(protection_of_positions(snapshot)[position.key].state)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_an_answer_that_was_misread_comes_out_right(path: Path) -> None:
    case = json.loads(path.read_text())
    expected = case["expected"]
    if isinstance(expected, list):
        rows = rows_of(case, case["answers"], Source(case["source"]))
        assert len(rows) >= len(expected), rows
        got = [{name: getattr(row, name) for name in fields} for row, fields in zip(rows, expected, strict=False)]
        differences = [
            f"{name}: {found[name]!r}, not {value!r}"
            for found, fields in zip(got, expected, strict=True)
            for name, value in fields.items()
            if not same(found[name], value)
        ]
        assert differences == []
    elif "net_value" in expected:
        assert net_value_of(case) == Decimal(expected["net_value"])
    else:
        is_protected = protection_state_of(case) == "protected"
        assert is_protected is (expected["protection"] == "protected")
