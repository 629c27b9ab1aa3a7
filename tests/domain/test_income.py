"""Income: earnings and costs other than by trading. Moving funds is neither."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.income import EARNED, Income
from domain.income import income_of as income_of_groups
from domain.transfers import Transfer, TransferKind, TransferStatus
from tests.factories import NOON, flows_of, sum_of_one


def income_of(transfers: list[Transfer]) -> Income:
    return income_of_groups(map(sum_of_one, transfers))


def transfer(kind: TransferKind, amount: str, key: str = "1", **values: Any) -> Transfer:
    fields: dict[str, Any] = {"account": "main", "exchange": "bybit", "status": TransferStatus.DONE, "asset": "USDT"}
    return Transfer(key=key, kind=kind, amount=Decimal(amount), at=NOON, raw={}, **fields | values)


@pytest.mark.parametrize(
    "kind",
    [TransferKind.DEPOSIT, TransferKind.WITHDRAWAL, TransferKind.INTERNAL, TransferKind.LOAN, TransferKind.SETTLEMENT],
)
def test_moved_amounts_are_neither_gain_nor_loss_but_their_fees_are(kind):
    assert income_of([transfer(kind, "1000")]).amounts == {}
    paid = transfer(kind, "-1000", fee=Decimal("0.0005"), fee_currency="BTC")
    assert income_of([paid]).amounts == {(TransferKind.FEE, "BTC"): Decimal("-0.0005")}


def test_funding_interest_and_rebates_are_summed_by_kind_and_asset_with_their_signs():
    income = income_of(
        [
            transfer(TransferKind.FUNDING, "-3"),
            transfer(TransferKind.FUNDING, "1"),
            transfer(TransferKind.FUNDING, "0.1", asset="BTC"),
            transfer(TransferKind.INTEREST, "-2"),
            transfer(TransferKind.REBATE, "0.5"),
            transfer(TransferKind.FEE, "-0.25"),
        ]
    )
    assert income.unclear == 0
    assert income.of(TransferKind.FUNDING, TransferKind.INTEREST) == {"USDT": -4, "BTC": Decimal("0.1")}
    assert income.amounts == {
        (TransferKind.FUNDING, "USDT"): -2,
        (TransferKind.FUNDING, "BTC"): Decimal("0.1"),
        (TransferKind.INTEREST, "USDT"): -2,
        (TransferKind.REBATE, "USDT"): Decimal("0.5"),
        (TransferKind.FEE, "USDT"): Decimal("-0.25"),
    }


@pytest.mark.parametrize(
    "unclear",
    [
        transfer(TransferKind.OTHER, "5"),
        transfer(TransferKind.FUNDING, "5", status=TransferStatus.UNKNOWN),
        transfer(TransferKind.WITHDRAWAL, "-5", fee=Decimal(1)),
    ],
    ids=["kind", "status", "currency of the fee"],
)
def test_a_transfer_that_may_be_a_gain_is_counted_as_unclear(unclear):
    income = income_of([unclear, transfer(TransferKind.REBATE, "1", "2")])
    assert (income.amounts, income.unclear) == ({(TransferKind.REBATE, "USDT"): 1}, 1)


@pytest.mark.parametrize("status", [TransferStatus.PENDING, TransferStatus.FAILED])
def test_pending_and_failed_transfers_earn_nothing(status):
    assert income_of([transfer(TransferKind.REBATE, "1", status=status)]).amounts == {}


def test_a_deposit_of_unknown_status_is_no_gain_whatever_became_of_it():
    assert income_of([transfer(TransferKind.DEPOSIT, "5", status=TransferStatus.UNKNOWN)]).unclear == 0


AMOUNTS = st.decimals(-1000, 1000, places=8)
ALL = st.lists(
    st.builds(
        transfer,
        st.sampled_from([kind for kind in TransferKind if kind is not TransferKind.OTHER]),
        AMOUNTS.map(str),
        st.integers().map(str),
        status=st.sampled_from([TransferStatus.DONE, TransferStatus.PENDING, TransferStatus.FAILED]),
        asset=st.sampled_from(["BTC", "USDT"]),
        fee=st.none() | st.decimals(0, 1, places=8),
        fee_currency=st.sampled_from(["BTC", "USDT"]),
    )
)
NEITHER = (TransferKind.INTERNAL, TransferKind.LOAN, TransferKind.SETTLEMENT)


@given(ALL)
def test_every_transfer_is_a_flow_or_income_or_neither_and_never_two_of_them(transfers):
    """For each asset, flows, income, internal transfers, loans and settlements add up to all transfers."""
    groups = [sum_of_one(moved) for moved in transfers]
    earned = income_of(transfers).of(*EARNED)
    for asset in ("BTC", "USDT"):
        happened = [moved for moved in transfers if moved.status is TransferStatus.DONE]
        total = sum((moved.amount for moved in happened if moved.asset == asset), Decimal(0))
        total -= sum((moved.fee or Decimal(0) for moved in happened if moved.fee_currency == asset), Decimal(0))
        neither = sum(
            (moved.amount for moved in happened if moved.kind in NEITHER and moved.asset == asset), Decimal(0)
        )
        assert flows_of(groups).get(asset, 0) + earned.get(asset, 0) + neither == total
