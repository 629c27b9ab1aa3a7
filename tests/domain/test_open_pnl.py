"""Open P&L of coins and positions, and its change between two moments."""

from decimal import Decimal
from typing import Any

from domain.change import NetValueChange
from domain.cost_basis import CostBasis
from domain.open_pnl import OpenChange, OpenPnl, added, change_between, change_over, open_pnl_of
from domain.positions import PositionSide
from tests.factories import position, snapshot, valuation

NOTHING = OpenPnl(None, None)


def coin(asset: str, unrealised: str | None, explained: str = "1") -> CostBasis:
    gain = None if unrealised is None else Decimal(unrealised)
    return CostBasis(asset, "USD", Decimal(1), Decimal(explained), Decimal(10), Decimal(10), gain, Decimal(0))


def of(*costs: CostBasis, **seen: Any) -> OpenPnl:
    return open_pnl_of(snapshot(**seen), costs, "USD")


def test_coins_count_as_far_as_their_cost_is_known() -> None:
    """Coins of unknown cost have no P&L at all, so a price that moves changes nothing."""
    assert of(coin("BTC", "7"), coin("ETH", "-2"), coin("DOGE", None, explained="0")) == OpenPnl(Decimal(5), None)
    assert of(coin("DOGE", None, explained="0")) == NOTHING


def test_positions_count_from_entry_also_what_a_settlement_has_paid() -> None:
    """-350 since entry, of which -359 were paid, so the exchange states +9."""
    values: dict[str, Any] = {"unrealised_pnl": Decimal(-350), "session_pnl": Decimal(9)}
    held = position("BTC/USD:USD", "1", side=PositionSide.SHORT, **values)
    assert of(positions=[held], worth=valuation("1000", unrealised_pnl=Decimal(9))) == OpenPnl(None, Decimal(-350))


def test_a_change_counts_all_that_is_known_at_both_moments() -> None:
    """A coin that was bought and a position that was closed since are zero at the other end."""
    before, now = OpenPnl(None, Decimal(30)), added([OpenPnl(Decimal(4), None), NOTHING])
    assert change_between(before, now) == OpenChange(Decimal(-26))
    assert change_between(NOTHING, NOTHING) == OpenChange(Decimal(0))


def test_a_coin_without_a_price_at_one_end_makes_the_change_unknown() -> None:
    """Its whole P&L would count as the change of today."""
    before, now = of(coin("BTC", "7"), coin("ETH", None)), of(coin("BTC", "9"), coin("ETH", "40"))
    assert change_between(before, now) == OpenChange(None, "the P&L of ETH is not known at both ends")
    assert change_between(before, of(coin("BTC", "9"), coin("ETH", None))) == OpenChange(Decimal(2))


def test_a_change_is_unknown_where_the_gain_is_and_then_nothing_is_read() -> None:
    def before() -> list[OpenPnl]:
        raise AssertionError("read for nothing")

    gain = NetValueChange(None, None, None, why="a deposit is being valued")
    assert change_over(gain, before, NOTHING) == OpenChange(None, "a deposit is being valued")


def test_a_change_needs_the_beginning_of_each_account() -> None:
    gain, now = NetValueChange(Decimal(1), None, None), OpenPnl(Decimal(9), None)
    before = OpenPnl(Decimal(4), None), OpenPnl(None, Decimal(2))
    assert change_over(gain, lambda: before, now) == OpenChange(Decimal(3))
    assert change_over(gain, lambda: (*before, None), now) == OpenChange(None, "no refresh is known at that time")


def test_positions_that_count_from_a_settlement_have_no_known_change() -> None:
    since = of(
        positions=[position("BTC/USD:USD", "1", session_pnl=Decimal(9))], worth=valuation(unrealised_pnl=Decimal(9))
    )
    assert since.positions == 9
    assert change_between(since, since).amount is None
