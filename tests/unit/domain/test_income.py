"""What an account earned and paid other than by trading; what is merely moved is neither."""

from decimal import Decimal
from typing import Any

import pytest

from domain.income import income_of
from domain.transfers import Transfer, TransferKind, TransferStatus
from tests.factories import NOON


def transfer(kind: TransferKind, amount: str, key: str = "1", **values: Any) -> Transfer:
    known: dict[str, Any] = {"account": "main", "exchange": "bybit", "status": TransferStatus.DONE, "asset": "USDT"}
    return Transfer(key=key, kind=kind, amount=Decimal(amount), at=NOON, raw={}, **known | values)


@pytest.mark.parametrize("kind", [TransferKind.DEPOSIT, TransferKind.WITHDRAWAL, TransferKind.INTERNAL])
def test_what_is_merely_moved_is_neither_gained_nor_lost_but_its_fee_is(kind):
    """Lesson 17."""
    assert income_of([transfer(kind, "1000")]).amounts == {}
    paid = transfer(kind, "-1000", fee=Decimal("0.0005"), fee_currency="BTC")
    assert income_of([paid]).amounts == {(TransferKind.FEE, "BTC"): Decimal("-0.0005")}


def test_funding_interest_and_rebates_are_summed_by_kind_and_asset_with_their_signs():
    """Lesson 14."""
    found = income_of(
        [
            transfer(TransferKind.FUNDING, "-3"),
            transfer(TransferKind.FUNDING, "1"),
            transfer(TransferKind.FUNDING, "0.1", asset="BTC"),
            transfer(TransferKind.INTEREST, "-2"),
            transfer(TransferKind.REBATE, "0.5"),
            transfer(TransferKind.FEE, "-0.25"),
        ]
    )
    assert found.unclear == ()
    assert found.amounts == {
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
def test_what_may_or_may_not_be_a_gain_is_named_and_counted_as_neither(unclear):
    """Lesson 13."""
    found = income_of([unclear, transfer(TransferKind.REBATE, "1", "2")])
    assert (found.amounts, found.unclear) == ({(TransferKind.REBATE, "USDT"): 1}, ("1",))


@pytest.mark.parametrize("status", [TransferStatus.PENDING, TransferStatus.FAILED])
def test_what_has_not_happened_earned_nothing(status):
    assert income_of([transfer(TransferKind.REBATE, "1", status=status)]).amounts == {}
