"""Features: what ccxt states about the calls of an exchange, by type of market."""

from collections.abc import Mapping
from typing import Any

from exchanges.venues._shared.parameters import INVERSE, LINEAR


def features_by_market_type(
    features: Mapping[str, Any], call: str
) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """The market types in ccxt's description of a call: name, request parameters, description."""
    swap = features.get("swap") or {}
    types = [
        ("spot", {"type": "spot"}, features.get("spot")),
        ("linear", LINEAR, swap.get("linear")),
        ("inverse", INVERSE, swap.get("inverse")),
    ]
    return [
        (name, params, described[call])
        for name, params, described in types
        if described and described.get(call) is not None
    ]
