"""Withdrawals that no own account has credited yet: in transit for a day, never counted twice."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.reads.spans import read_transits
from domain.snapshot import Account
from domain.transfers import TransferKind
from tests.db.test_spans import HOUR, SINCE, accounts_of, change, flowed, worth
from tests.factories import NOON, transfer

LEFT = SINCE + 20 * HOUR


def one_leaves(database: Any, *, fallen_at: datetime = LEFT, arrived_at: datetime | None = None) -> list[Account]:
    """1 BTC worth 100,000 leaves an account 4 h before noon. Another account holds 5,000 dollars."""
    one, other = accounts_of(database, "one", "other")
    for hours in range(25):
        at = SINCE + hours * HOUR
        has_left, has_come = at > fallen_at, arrived_at is not None and at >= arrived_at
        worth(database, one, at, "0" if has_left else "100000", "0" if has_left else "1")
        worth(database, other, at, "105000" if has_come else "5000", "1" if has_come else "0")
    sent = transfer("withdrawal/1", kind=TransferKind.WITHDRAWAL, amount="-1", account="one", at=LEFT + HOUR / 2)
    flowed(database, one, sent, value="-100000")
    flowed(database, other)
    return [one, other]


def transit_at(database: Any, accounts: list[Account], at: datetime = NOON) -> list[Decimal | None]:
    with database.reader.connect() as connection:
        return [transit.value for transit in read_transits(connection, accounts, at, at, "USD")]


def test_a_withdrawal_that_was_not_credited_yet_is_part_of_net_value(database: Any) -> None:
    accounts = one_leaves(database)
    assert transit_at(database, accounts) == [100000]
    found = change(database, accounts, "5000")
    assert (found.amount, found.flows, found.fraction) == (0, 0, 0)
    assert found.in_transit == "1 BTC from one, not credited yet"


def test_it_does_not_count_twice_once_a_balance_rose(database: Any) -> None:
    """The other account holds the coin before its deposit was read."""
    accounts = one_leaves(database, arrived_at=NOON - HOUR)
    assert transit_at(database, accounts) == []


def test_it_does_not_count_twice_before_the_account_lost_it(database: Any) -> None:
    accounts = one_leaves(database, fallen_at=NOON)
    sent = transfer("withdrawal/2", kind=TransferKind.WITHDRAWAL, amount="-3", account="one", at=NOON + HOUR / 2)
    flowed(database, accounts[0], sent, until=NOON + HOUR, value="-300000")
    assert transit_at(database, accounts, NOON + HOUR)[1:] == []


def test_a_single_account_has_nothing_in_transit(database: Any) -> None:
    accounts = one_leaves(database)
    assert transit_at(database, accounts[:1]) == []
    assert change(database, accounts[:1], "0").flows == -100000


@pytest.mark.parametrize(("days", "values"), [(0.5, [100000]), (1.5, [])])
def test_after_a_day_it_counts_as_a_withdrawal_to_elsewhere(database: Any, days: float, values: list[int]) -> None:
    accounts = one_leaves(database)
    later = NOON + timedelta(days=days)
    for account, value, held in zip(accounts, ("0", "5000"), ("0", "0"), strict=True):
        worth(database, account, later, value, held)
    assert transit_at(database, accounts, later) == values
    assert transit_at(database, accounts) == values  # the past is read alike


def test_money_that_goes_to_a_bank_is_not_in_transit(database: Any) -> None:
    one, other = accounts_of(database, "one", "other")
    for hours in range(25):
        worth(database, one, SINCE + hours * HOUR, "100")
        worth(database, other, SINCE + hours * HOUR, "100")
    sent = transfer("w", kind=TransferKind.WITHDRAWAL, asset="EUR", amount="-1", account="one", at=NOON - HOUR)
    flowed(database, one, sent, value="-1")
    assert transit_at(database, [one, other]) == []
