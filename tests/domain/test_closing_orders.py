"""Stops of several positions of one side: each protects the position that it names, against a model of all worlds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.closing_orders import closed_by
from domain.markets import Side
from domain.orders import Order, Role
from domain.positions import Position, PositionSide
from domain.protection import ProtectionState, protection_of_positions
from tests.factories import position, snapshot, stop

MARKET = "BTC/USD:USD"
CROSS = position(MARKET, "1", side=PositionSide.LONG, margin_mode="cross")
ISOLATED = replace(CROSS, key=f"{CROSS.key}/19848526", margin_mode="isolated", position_id="19848526")
OTHER = replace(ISOLATED, key=f"{CROSS.key}/19848527", position_id="19848527")
UNKNOWN = replace(CROSS, key=f"{CROSS.key}/unknown", margin_mode=None)
SELLS: dict[str, Any] = {"side": Side.SELL, "symbol": MARKET, "role": Role.STOP_LOSS}


def states(positions: list[Position], *orders: Order) -> list[str]:
    shown = protection_of_positions(snapshot(positions=positions, orders=orders))
    return [str(shown[held.key].state) for held in positions]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cross", ["protected", "unprotected", "unprotected"]),
        ("19848526", ["unprotected", "protected", "unprotected"]),
        ("19848527", ["unprotected", "unprotected", "protected"]),
        ("isolated", ["unprotected", "unknown", "unknown"]),
        ("777", ["unprotected"] * 3),
        (None, ["unknown"] * 3),
    ],
)
def test_a_stop_protects_the_position_that_it_names(name: str | None, expected: list[str]) -> None:
    """Crypto.com states `isolation_id` of an order and of a position ("private/get-open-orders")."""
    assert states([CROSS, ISOLATED, OTHER], stop(amount="1", position_name=name, **SELLS)) == expected


@pytest.mark.parametrize("name", [None, "cross", "19848526"])
def test_a_position_whose_margin_mode_is_unknown_may_have_any_name(name: str | None) -> None:
    """As in versions that were stored before positions had ids."""
    named = stop(amount="1", position_name=name, **SELLS)
    assert states([UNKNOWN], named) == ["protected"]
    assert states([UNKNOWN, replace(UNKNOWN, key="2")], named) == ["unknown", "unknown"]


def test_two_stops_protect_the_two_positions_that_they_name() -> None:
    stops = [stop("1", amount="1", position_name="cross", **SELLS),
             stop("2", amount="0.5", position_name="19848526", **SELLS)]  # fmt: skip
    assert states([CROSS, ISOLATED], *stops) == ["protected", "partly"]


def test_a_stop_of_the_other_margin_mode_protects_nothing() -> None:
    assert states([CROSS], stop(amount="1", position_name="isolated", **SELLS)) == ["unprotected"]
    assert states([ISOLATED], stop(amount="1", position_name="cross", **SELLS)) == ["unprotected"]


def test_a_named_stop_of_a_hedged_market_closes_its_own_side() -> None:
    short = replace(CROSS, key="short", side=PositionSide.SHORT)
    sells = stop(amount="1", position_name="cross", **SELLS)
    assert closed_by(sells, [CROSS, short]) == (CROSS,)
    assert closed_by(replace(sells, position_side=PositionSide.SHORT), [CROSS, short]) == ()


@dataclass(frozen=True)
class Held:
    """A position as a trader knows it. The exchange may not state its mode or id."""

    mode: str
    number: str
    states_mode: bool
    states_id: bool

    def shown(self, key: str) -> Position:
        mode = self.mode if self.states_mode else None
        number = self.number if self.states_id and self.mode == "isolated" else None
        return replace(CROSS, key=key, margin_mode=mode, position_id=number)


@dataclass(frozen=True)
class Named:
    """A stop for some tenths of one position, which it names by mode, by id or not at all."""

    tenths: int
    by: str | None


HELD = st.builds(
    Held, st.sampled_from(["cross", "isolated"]), st.sampled_from(["7", "8"]), st.booleans(), st.booleans()
)
NAMED = st.builds(Named, st.sampled_from([1, 5, 10]), st.sampled_from([None, "cross", "isolated", "7", "8", "9"]))


def fits(by: str | None, held: Held) -> bool:
    """True if a stop of this name may be about this position, by what the exchange states of the position."""
    if by is None:
        return True
    if by in ("cross", "isolated"):
        return by == held.mode or not held.states_mode
    if held.mode == "cross":
        return not held.states_mode
    return by == held.number or not held.states_id


def worlds(positions: list[Held], stops: list[Named]) -> Iterator[list[Fraction]]:
    """The covered share of each position, for each way in which each stop closes one of those that it may close."""
    choices: list[list[int | None]] = [
        [n for n, held in enumerate(positions) if fits(named.by, held)] or [None] for named in stops
    ]
    for chosen in product(*choices):
        shares = [Fraction(0) for _ in positions]
        for named, n in zip(stops, chosen, strict=True):
            if n is not None:
                shares[n] = min(shares[n] + Fraction(named.tenths, 10), Fraction(1))
        yield shares


@settings(max_examples=150)
@given(st.lists(HELD, min_size=1, max_size=3), st.lists(NAMED, max_size=3))
def test_each_position_is_as_protected_as_in_every_world(positions: list[Held], stops: list[Named]) -> None:
    shown = [held.shown(str(n)) for n, held in enumerate(positions)]
    orders = [stop(str(n), amount=str(named.tenths / 10), position_name=named.by, **SELLS)
              for n, named in enumerate(stops)]  # fmt: skip
    protections = protection_of_positions(snapshot(positions=shown, orders=orders))
    possible = list(worlds(positions, stops))
    for n, held in enumerate(shown):
        shares = {world[n] for world in possible}
        protection = protections[held.key]
        if len(shares) > 1:
            assert (protection.state, protection.share) == (ProtectionState.UNKNOWN, None)
        else:
            assert protection.share == shares.pop()
