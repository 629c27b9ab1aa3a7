"""The position that an order acts on, by the fields that each exchange documents for its orders and positions."""

from typing import Any

import pytest

from domain.positions import MARGIN_MODES
from domain.sources import Source, Success
from exchanges.connection.listed_markets import Listed
from exchanges.unified.orders import normalise_unified_orders
from exchanges.unified.positions import read_positions
from exchanges.venues.registry import declared_exchanges, venue_of
from tests.exchanges.harness import spot, swap

CROSS, ISOLATED = "cross", "isolated"


@pytest.mark.parametrize(
    ("exchange", "row", "name"),
    [
        ("okx", {"tdMode": "cross"}, CROSS),
        ("okx", {"tdMode": "isolated"}, ISOLATED),
        ("okx", {"tdMode": "cash"}, None),
        ("myokx", {"tdMode": "isolated"}, ISOLATED),
        ("bitget", {"marginMode": "crossed"}, CROSS),
        ("bitget", {"marginMode": "isolated"}, ISOLATED),
        ("htx", {"margin_mode": "cross"}, CROSS),
        ("htx", {}, None),
        ("mexc", {"openType": 1, "positionId": 0}, ISOLATED),
        ("mexc", {"openType": "2", "positionId": "0"}, CROSS),
        ("mexc", {"positionId": "1394650"}, "1394650"),
        ("bingx", {"positionID": 0}, None),
        ("bingx", {"positionID": 1792480725958881280}, "1792480725958881280"),
        ("blofin", {"marginMode": "isolated"}, ISOLATED),
        ("kucoin", {"marginMode": "ISOLATED"}, ISOLATED),
        ("coinbase", {"margin_type": "CROSS"}, CROSS),
        ("coinbase", {"margin_type": "UNKNOWN_MARGIN_TYPE"}, None),
        ("deepcoin", {"tdMode": "cross"}, CROSS),
        ("poloniex", {"mgnMode": "ISOLATED"}, ISOLATED),
        ("digifinex", {"margin_mode": "crossed"}, CROSS),
        ("btse", {"positionId": "BTC-PERP-USDT|7"}, "BTC-PERP-USDT|7"),
        ("xt", {"positionType": "ISOLATED"}, ISOLATED),
        ("gate", {"pos_margin_mode": "isolated"}, ISOLATED),  # stated in split mode only
        ("gate", {}, None),
        ("gate", {"pos_margin_mode": "cross", "position_mode": "dual"}, None),
        ("gate", {"pos_margin_mode": "cross", "position_mode": "dual_plus"}, CROSS),
        ("bitstamp", {"margin_mode": "CROSS"}, CROSS),
        ("bybit", {"positionIdx": 1}, None),  # one margin mode for the whole account
        ("binance", {"positionSide": "LONG"}, None),  # one position of a side
    ],
)
def test_an_order_names_its_position_in_the_documented_field(
    exchange: str, row: dict[str, Any], name: str | None
) -> None:
    assert venue_of(exchange).order_names.name_in(row) == name


@pytest.mark.parametrize("content", ["", "--", None, {}, [], True, 1.5, "x" * 5_000])
def test_odd_content_names_no_position(content: Any) -> None:
    for exchange in ("okx", "mexc", "btse"):
        row = dict.fromkeys(("tdMode", "openType", "marginMode"), content)
        assert venue_of(exchange).order_names.name_in(row) is None


def test_names_are_declared_in_the_words_of_the_domain() -> None:
    modes = [venue_of(exchange).order_names.modes or {} for exchange in declared_exchanges()]
    assert {mode for words in modes for mode in words.values()} <= MARGIN_MODES


SPOT, SWAP = spot("BTC/USDT", "BTC_USDT"), swap("BTC/USDT:USDT", "BTC-USDT")
LISTED = Listed({market["symbol"]: market for market in (SPOT, SWAP)})


def _position(**values: Any) -> dict[str, Any]:
    """A row of BingX's positions (GET /openApi/swap/v2/user/positions)."""
    row = {"positionId": "71", "positionSide": "LONG", "isolated": True, "positionAmt": "0.2", "avgPrice": "60000"}
    return {"symbol": SWAP["symbol"], "info": row | values}


def _keys(*rows: dict[str, Any]) -> list[str]:
    success = read_positions(rows, venue_of("bingx").position_row, LISTED)
    assert success.unreadable == ()
    return [position.key for position in success.rows]


def test_several_positions_of_one_side_are_told_apart_by_their_ids() -> None:
    """In BingX's separate isolated mode. A position alone keeps the key that it always had."""
    alone, other, short = _position(), _position(positionId="72"), _position(positionId="73", positionSide="SHORT")
    (key,) = _keys(alone)
    assert _keys(alone, alone, short) == [key, key.replace("long", "short")]
    assert _keys(alone, other, short) == [f"{key}/71", f"{key}/72", key.replace("long", "short")]


def _orders(market: dict[str, Any], **values: Any) -> Success[Any]:
    row = {"id": "1", "symbol": market["symbol"], "side": "sell", "type": "limit", "price": "70000", "amount": "1",
               "status": "open", "filled": "0", "info": {"mgnMode": "ISOLATED"}}  # fmt: skip
    return normalise_unified_orders([row | values], "main", "poloniex", venue_of("poloniex"), Source.ORDERS, LISTED)


def test_an_order_of_spot_names_no_position() -> None:
    assert [order.position_name for order in _orders(SWAP).rows] == ["isolated"]
    assert [order.position_name for order in _orders(SPOT).rows] == [None]


def test_a_take_profit_that_hangs_on_an_order_names_its_position() -> None:
    hanging = _orders(SWAP, takeProfitPrice="80000").rows
    assert {order.position_name for order in hanging} == {"isolated"}
