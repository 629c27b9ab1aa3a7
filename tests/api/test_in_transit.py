"""/api/dashboard/snapshot: what is between own accounts is part of the net value, and named."""

from decimal import Decimal
from typing import Any

from tests.api.serving import Served
from tests.db.test_open_transits import one_leaves
from tests.factories import NOON


def test_the_snapshot_counts_and_names_what_is_in_transit(database: Any, api: Served) -> None:
    one_leaves(database)
    shown = api.get("/api/dashboard/snapshot", as_of=NOON.isoformat()).json()
    assert Decimal(shown["net_value"]) == 105000
    (moving,) = shown["in_transit"]
    assert (moving["account"], moving["to"], moving["asset"]) == ("one", None, "BTC")
    assert (Decimal(moving["amount"]), Decimal(moving["value"])) == (1, 100000)
    alone = api.get("/api/dashboard/snapshot", as_of=NOON.isoformat(), account="other").json()
    assert (Decimal(alone["net_value"]), alone["in_transit"]) == (5000, [])
