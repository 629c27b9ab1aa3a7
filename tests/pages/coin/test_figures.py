"""The figures of the coin page."""

from typing import Any

import pytest

from domain.sources import Source
from pages.coin.figures import coin_kpis
from pages.coin.view import coin_facts
from pages.overview.view import facts_of
from pages.shared.view import View
from tests.factories import balance, position, snapshot


@pytest.mark.parametrize("held", [{"balances": [balance("BTC", "1")]}, {"positions": [position()]}])
@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({}, "no stop"),
        ({"carried": {Source.TRIGGERS: None}}, "not all orders could be read"),
        ({"unreadable": {Source.TRIGGERS: 1}}, "not all orders could be read"),
    ],
)
def test_no_stop_is_only_said_if_every_order_was_read(
    held: dict[str, Any], missing: dict[str, Any], words: str
) -> None:
    """A list that was never read, or a row that was not understood, may hold a stop."""
    snapshots = [snapshot(**held, **missing)]
    facts = coin_facts(snapshots, facts_of(snapshots, "USD"), {}, "BTC")
    notes = {kpi.label: kpi.note for kpi in coin_kpis(facts, None, None, View())}
    assert notes["Closest stop"] == words
