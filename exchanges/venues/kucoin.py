"""KuCoin's orders: the books of spot and futures, and stop orders of each."""

from collections.abc import Mapping
from typing import Any

from domain.markets import Side
from domain.orders import OrderKind, TriggerDirection, TriggerKind
from exchanges.connection.exact import moment, text
from exchanges.venues._shared.order_rows import Ended, Stated, flag_in, id_in, position_side_in, price_in, word_in

_TRIGGER_KINDS = {"TP": TriggerKind.LAST, "MP": TriggerKind.MARK, "IP": TriggerKind.INDEX}
# Futures say which way the price goes; on spot "loss" waits for a fall and "entry" for a rise, whatever the side.
_DIRECTIONS = {
    "UP": TriggerDirection.RISES,
    "DOWN": TriggerDirection.FALLS,
    "ENTRY": TriggerDirection.RISES,
    "LOSS": TriggerDirection.FALLS,
}
_STOPS = {"new": "open", "cancelled": "canceled", "fail": "rejected"}


def stated(row: Mapping[str, Any], unified: Mapping[str, Any]) -> Stated:
    """What a row of the active orders or of the stop orders says."""
    at_market, trigger = word_in(row, "type") == "MARKET", price_in(row, "stopPrice")
    direction = _DIRECTIONS.get(word_in(row, "stop"))
    waits = trigger is not None and not flag_in(row, "stopTriggered")
    is_futures = "closeOrder" in row
    closes = is_futures and bool(flag_in(row, "closeOrder"))
    size = price_in(row, "size")
    return Stated(
        kind=_kind(at_market, direction, str(unified.get("side"))) if waits else _plain(at_market),
        trigger_price=trigger,
        trigger_kind=(_TRIGGER_KINDS.get(word_in(row, "stopPriceType")) if is_futures else TriggerKind.LAST)
        if waits
        else None,
        trigger_direction=direction if waits else None,
        amount=size,
        in_quote=size is None and price_in(row, "funds") is not None,
        reduce_only=True if closes else flag_in(row, "reduceOnly"),
        post_only=flag_in(row, "postOnly"),
        close_position=True if closes and size is None else None,
        position_side=position_side_in(row, "positionSide"),
    )


def _plain(at_market: bool) -> OrderKind:
    return OrderKind.MARKET if at_market else OrderKind.LIMIT


def _kind(at_market: bool, direction: TriggerDirection | None, side: str) -> OrderKind:
    against = TriggerDirection.FALLS if side == Side.SELL else TriggerDirection.RISES
    if direction in (None, against):
        return OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    return OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT


def ended(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Ended:
    """What a row of the orders done says of its end, or a stop order of spot, which ccxt calls cancelled once it has
    triggered. A stop of futures keeps its id in the book, one of spot does not."""
    is_stop_of_spot = "stopTriggered" not in row and id_in(row, "stop") is not None and "status" in row
    said = (text(row, "status") or "").lower()
    return Ended(
        status=_STOPS.get(said, said) if is_stop_of_spot else None,
        ended_at=moment(row, "endAt") or moment(row, "lastUpdatedAt"),
    )
