"""A refresh failed wholly if no source of the account itself answered."""

from collections.abc import Mapping
from typing import Any

import pytest

from db.writes.refresh import Written
from domain.snapshot import Observation
from domain.sources import Failure, Source, Success
from refresher.present.served_account import Refreshed
from tests.factories import NOON, account, failure

Results = Mapping[Source, Success[Any] | Failure]
ANSWERED: Success[Any] = Success(())
FAILED = failure()


@pytest.mark.parametrize(
    ("results", "failed"),
    [
        ({Source.BALANCES: ANSWERED, Source.ORDERS: FAILED, Source.PRICES: FAILED}, False),
        ({Source.BALANCES: FAILED, Source.ORDERS: FAILED, Source.PRICES: ANSWERED}, True),
        ({Source.PRICES: ANSWERED}, False),  # nothing else was due
        ({Source.PRICES: FAILED}, False),
    ],
)
def test_a_refresh_fails_wholly_when_nothing_of_the_account_answers(results: Results, failed: bool) -> None:
    served = account()
    observation = Observation(served, NOON, results, None, not_due=frozenset(served.sources) - frozenset(results))
    assert Refreshed(observation, Written(0, 0, ())).failed_wholly is failed
