"""Isolated margin on Crypto.com: an odd position hides no other balance, and its value is unknown, never zero."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.balances import Balance
from domain.sources import Success
from domain.valuation import Valuation
from exchanges.cryptocom.wallet import holds_nothing, normalise_balances
from tests.exchanges.cryptocom.test_wallet import ISOLATED_USD, isolated_row
from tests.exchanges.wire_payloads import account_row, answer, asset_row

OTHER = isolated_row(ISOLATED_USD, isolation_id="2")


def read(*isolated: Any, **values: Any) -> tuple[Success[Balance], Valuation]:
    return normalise_balances(answer(account_row(asset_row(), isolated_positions=list(isolated), **values)))


@pytest.mark.parametrize(
    ("odd", "line", "is_worth_known"),
    [
        ("19848526", "no object", False),
        (isolated_row(ISOLATED_USD, isolation_id=None), "without an id of its own", True),
        (isolated_row(isolation_id="2"), "without an id of its own", False),
        (isolated_row(position_balances=None), "isolated position 19848526: it lists no assets", True),
        (isolated_row(position_balances={}), "it lists no assets", True),
        (isolated_row(ISOLATED_USD, total_cash_balance=None), "its totals are missing", False),
        (isolated_row(ISOLATED_USD, total_session_unrealized_pnl="little"), "its totals are missing", False),
    ],
)
def test_an_odd_isolated_position_hides_no_other_balance(odd: Any, line: str, is_worth_known: bool) -> None:
    success, stated = read(OTHER, odd)
    assert {"main/SOL", "isolated-2/USD"} <= {balance.key for balance in success.rows}
    (unreadable,) = success.unreadable
    assert line in unreadable.error
    assert (stated.net_value is not None, stated.gross) == (is_worth_known, None)
    assert str(stated.margin_balance) == "1325.00"


def test_the_value_contains_the_totals_of_a_position_without_assets() -> None:
    """1,525.00 as the account states, and 8.96326705 less 0.003 of the isolated position."""
    _, stated = read(isolated_row(position_balances=None))
    assert stated.net_value == Decimal("1533.96026705")


def test_a_position_without_totals_leaves_the_value_unknown_and_keeps_its_assets() -> None:
    success, stated = read(isolated_row(ISOLATED_USD, total_cash_balance=None))
    assert [balance.key for balance in success.rows] == ["main/SOL", "isolated-19848526/USD"]
    assert (stated.net_value, stated.cash, stated.unrealised_pnl) == (None, None, None)


def test_isolated_positions_that_are_no_list_are_unreadable() -> None:
    odd = account_row(asset_row(), isolated_positions={"19848526": {}})
    success, stated = normalise_balances(answer(odd))
    assert [unreadable.error for unreadable in success.unreadable] == ["the isolated positions are no list"]
    assert ([balance.key for balance in success.rows], stated.net_value) == (["main/SOL"], None)


def test_a_repeated_position_counts_once() -> None:
    assert read(OTHER) == read(OTHER, OTHER)


def test_an_account_with_an_odd_position_is_not_empty() -> None:
    empty = {"total_cash_balance": "0", "total_session_unrealized_pnl": "0", "total_margin_balance": "0"}
    success, stated = normalise_balances(answer(account_row(isolated_positions=[{}], **empty)))
    assert not holds_nothing(success, stated)


FIELDS = ["isolation_id", "total_cash_balance", "total_session_unrealized_pnl", "position_balances"]
ANYTHING: st.SearchStrategy[Any] = (
    st.none() | st.text(max_size=3) | st.integers() | st.lists(st.integers(), max_size=2) | st.just({})
)


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), ANYTHING) | ANYTHING, max_size=3))
def test_no_isolated_position_fails_the_others(odd: list[Any]) -> None:
    success, _ = read(OTHER, *odd)
    assert {"main/SOL", "isolated-2/USD"} <= {balance.key for balance in success.rows}
