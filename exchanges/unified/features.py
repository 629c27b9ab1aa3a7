"""Features: what ccxt says of the calls of an exchange, by type of market."""

from collections.abc import Mapping
from typing import Any

from exchanges.venues._shared.order_call import INVERSE, LINEAR


def told(features: Mapping[str, Any], call: str) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """The types of market of which ccxt says something about a call: part, parameters, and what it says."""
    swap = features.get("swap") or {}
    places = [
        ("spot", {"type": "spot"}, features.get("spot")),
        ("linear", LINEAR, swap.get("linear")),
        ("inverse", INVERSE, swap.get("inverse")),
    ]
    return [(part, params, said) for part, params, of in places if of and (said := of.get(call)) is not None]
