"""Each declared call sends the committed parameters, so that a lost parameter is noticed."""

from collections import Counter

import pytest

from tests.exchanges.declared_requests import FILE, lines_of, name_of
from tests.exchanges.harness import Venue, venues

HISTORY = ("fills:", "transfers:")


@pytest.mark.parametrize("venue", venues(), ids=name_of)
def test_every_call_sends_the_declared_params(venue: Venue) -> None:
    """A trigger list requested without its flag would be the list of normal orders again."""
    starts = tuple(
        f"{name_of(venue)} {kind}" for kind in ("balances", "positions", "orders", "triggers", "ended:", *HISTORY)
    )
    assert lines_of(venue) == [line for line in FILE.read_text().splitlines() if line.startswith(starts)]


@pytest.mark.parametrize("venue", venues(), ids=name_of)
def test_no_two_wallets_or_lists_of_positions_make_the_same_request(venue: Venue) -> None:
    """Two calls that ask the same question would count its answer twice."""
    for kind in ("balances", "positions"):
        lines = [line for line in FILE.read_text().splitlines() if line.startswith(f"{name_of(venue)} {kind}")]
        # ccxt's request for the account type comes first.
        requests = Counter(line.split(": ", 1)[1].split(" , ")[-1] for line in lines)
        assert [request for request, times in requests.items() if times > 1] == []
