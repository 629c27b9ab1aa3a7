"""Ended details: how an exchange is asked for one order that left the open list, and where it cannot be."""

from collections.abc import Mapping
from typing import Any

from domain.sources import Source
from exchanges.connection.reading_paths import SPOKEN_BY
from exchanges.unified.features import told
from exchanges.venues._shared.order_call import CLASSIC, TRIGGERS

# How one order is asked for, by the source that it was read of or its kind: what is said besides its id and symbol.
# None where ccxt asks for no such order: nothing is asked.
Details = Mapping[str, Mapping[str, Any] | None]
_TRIGGER: Mapping[str, Any] = {"trigger": True}
DETAILS: Mapping[str, Details] = {
    "binance": {"orders": {}, "orders:margin": {"type": "margin"}, "triggers": _TRIGGER},
    # ccxt wants to be told that an order may be too old to be found.
    "bybit": {
        "orders": {"acknowledged": True},
        "triggers": {"acknowledged": True, "trigger": True},
        "triggers:spot-tpsl": {"acknowledged": True, "orderFilter": "tpslOrder"},
    },
    "okx": {"orders": {}, "triggers": _TRIGGER},
    "bitget": {"orders": CLASSIC, "triggers": None},
    "gate": {
        "orders": {},
        "orders:margin": {"type": "margin", "marginMode": "isolated"},
        "triggers": _TRIGGER,
    },
    "htx": {
        "orders": {},
        "triggers:linear-trigger": _TRIGGER,
        "triggers:linear-tpsl": {"stopLossTakeProfit": True},
        "triggers:linear-tp": {"takeProfit": True},
        "triggers:linear-sl": {"stopLoss": True},
        "triggers:linear-trailing": {"trailing": True},
        "triggers": None,
    },
    "kucoin": {
        "orders:spot": {"uta": False, "hf": True},
        "triggers:spot": {"uta": False, "hf": False, "trigger": True},
        "orders:swap": {"uta": False},
        "triggers:swap": {"uta": False},
    },
    # Those that ended are told for five seconds only; until then it is the one thing that tells of cancelled ones.
    "krakenfutures": {"orders": {}},
    "mexc": {"orders": {}, "triggers": None},
    "bingx": {"orders": {}, "orders:linear-twap": {"twap": True}},
    "woo": {"orders": {}, "triggers": _TRIGGER},
    "xt": {
        "orders": {},
        "triggers": _TRIGGER,
        "triggers:linear-tpsl": {"stopLossTakeProfit": True},
        "triggers:inverse-tpsl": {"stopLossTakeProfit": True},
        "triggers:linear-trailing": {"trailing": True},
        "triggers:inverse-trailing": {"trailing": True},
    },
    # What ccxt asks for one order looks among the open ones alone.
    "bitfinex": {"orders": None},
    "bitstamp": {"orders": {}},
}
UNIFIED_DETAILS: Mapping[str, Details] = {"bitget": {"orders": {"uta": True}, "triggers": None}}


def detail_params(
    exchange: str, source: Source, features: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> Mapping[str, Any] | None:
    """What is said when an order of this source is asked for; None where ccxt cannot ask for one of its kind."""
    unified = UNIFIED_DETAILS.get(exchange) if (options or {}).get("uta") is True else None
    declared = unified or DETAILS.get(exchange) or DETAILS.get(SPOKEN_BY.get(exchange, ""))
    if declared is not None:
        return declared.get(str(source), declared.get(source.kind))
    if source.kind is not TRIGGERS:
        return {}
    said = [feature for _, _, feature in told(features, "fetchOrder")]
    return _TRIGGER if not said or any(one.get("trigger") is True for one in said) else None
