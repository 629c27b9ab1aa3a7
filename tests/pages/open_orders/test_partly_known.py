"""The realised profit of an ended order that sold coins of known and of unknown cost."""

from decimal import Decimal
from typing import Any

from domain.endings import Ending, Evidence, Outcome
from domain.markets import Side
from domain.sources import Source
from tests.factories import fill, order
from tests.pages.conftest import Pages, words_of
from tests.pages.factories import ago, seen
from tests.pages.open_orders.test_ended_orders import listed, opened
from tests.pages.past import ended, traded, with_past


def test_the_known_part_of_a_profit_is_shown_with_the_rest_in_words(pages: Pages) -> None:
    """One coin bought at 100 and sold at 120 gains 20. Two more were sold, and no buy of theirs is known."""
    (account,) = with_past(pages.writer)
    sold = order("9", side=Side.SELL)
    seen(pages.writer, account, ago(minutes=30), orders=[sold])
    seen(pages.writer, account, ago(minutes=20))
    filled = Outcome(
        account.name, Source.ORDERS, "9", Ending.FILLED, ago(minutes=20), Evidence.FILLS, filled=Decimal(3)
    )
    ended(pages.writer, account, filled)
    traded(pages.writer, account, [
        fill("b", amount="1", price="100", order_id="1", at=ago(minutes=90)),
        fill("s", Side.SELL, amount="3", price="120", order_id=sold.order_id, at=ago(minutes=21)),
    ])  # fmt: skip
    seen(pages.writer, account)
    rows: Any = listed(opened(pages, ended="all")).set_index("order_id")
    assert list(rows.loc["9", ["realised", "remark"]]) == ["+20.00", "without 2 of unknown cost"]
    assert rows.loc["9", "card"].startswith("+20.00 in part · ")
    assert "<dd>+$20.00, without 2 of unknown cost</dd>" in words_of(opened(pages, order="9"))
