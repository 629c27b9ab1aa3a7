"""Lists on a phone: the most important columns fit beside each other, without scrolling sideways."""

from decimal import Decimal
from typing import Any

import pytest

from db.reads.fills import FillRow
from db.reads.transfers import TransferRow
from domain.endings import Ending, Outcome
from domain.markets import Side
from domain.sources import Source
from domain.transfers import TransferKind
from pages.fills.columns import fill_columns
from pages.fills.view import fills_frame
from pages.open_orders.columns import ENDED_COLUMNS
from pages.open_orders.endings import ShownEnding, ended_frame
from pages.shared.tables import longest_of
from pages.shared.view import ZONE_UTC, View
from pages.shared.widgets import column_config
from pages.transfers.columns import transfer_columns
from pages.transfers.view import transfers_frame
from tests.factories import NOON, fill, later, order, transfer

ROOM = 390 - 2 * 13  # pixels between the margins of a phone
TICKS = 40  # the boxes that select rows
VIEW = View(zone=ZONE_UTC, currency="USD")
# All rows are of another day, so times have their longest text.
LATER = later(30 * 24 * 3600)


def fills() -> Any:
    known: dict[str, Any] = {"realised_before_fees_by_market": None, "fee_value": None, "held_after": None}
    known |= {"cost_after": None, "realised_by_market": Decimal("-1234.56"), "unexplained_by_market": Decimal(0)}
    frame = fills_frame([FillRow(fill(side=Side.SELL, symbol="DOGE/USDT"), 1, **known)], VIEW, LATER, False)
    return column_config(fill_columns(ZONE_UTC), VIEW.inks, longest_of(frame)), list(frame.columns)


def transfers() -> Any:
    row = TransferRow(transfer(kind=TransferKind.SETTLEMENT, amount="-0.12181304"), 1)
    frame = transfers_frame([row], VIEW, LATER, False)
    return column_config(transfer_columns(ZONE_UTC), VIEW.inks, longest_of(frame)), list(frame.columns)


def ended() -> Any:
    outcome = Outcome("main", Source.ORDERS, "1", Ending.CANCELLED, NOON)
    frame = ended_frame(
        [ShownEnding(order("1", symbol="DOGE/USDT", limit_price=Decimal("94747.88")), outcome)], VIEW, LATER
    )
    return column_config(ENDED_COLUMNS, VIEW.inks, longest_of(frame)), list(frame.columns)


@pytest.mark.parametrize(
    ("listed", "first", "ticks"),
    [
        (fills, ["time", "symbol", "side", "realised"], 0),
        (transfers, ["time", "kind", "amount"], 0),
        (ended, ["symbol", "side", "ending"], TICKS),
    ],
)
def test_a_phone_shows_the_first_columns_in_full(listed: Any, first: list[str], ticks: int) -> None:
    columns, order_of = listed()
    assert order_of[: len(first)] == first
    assert ticks + sum(columns[name]["width"] for name in first) <= ROOM


def test_the_column_of_reasons_is_shown_only_if_an_order_has_one() -> None:
    outcome = Outcome("main", Source.ORDERS, "1", Ending.CANCELLED, NOON)
    told = Outcome("main", Source.ORDERS, "2", Ending.CANCELLED, NOON, reason="its sibling 1 filled")
    assert "reason" not in ended_frame([ShownEnding(order("1"), outcome)], VIEW, NOON)
    both = ended_frame([ShownEnding(order("1"), outcome), ShownEnding(order("2"), told)], VIEW, NOON)
    assert list(both["reason"]) == ["", "its sibling 1 filled"]
