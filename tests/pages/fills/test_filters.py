"""The filters of Fills: choices in the address."""

from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import control_of, controls_of
from tests.pages.events import choose
from tests.pages.fills.test_page import a_round, ids, opened


def test_each_filter_is_a_choice_of_the_address_and_begins_at_the_newest_fill(pages: Pages):
    a_round(pages)
    app = opened(pages, before="2026-01-01T00:00:00Z~1~1")
    for name, values, found in (
        ("fill_symbol", ["BTC/USD"], ["sold", "bought"]),
        ("fill_side", ["Sell"], ["sold"]),
        ("fill_side", [], ["sold", "bought"]),
        ("liquidity", ["Maker"], ["bought"]),
        ("liquidity", [""], ["sold", "bought"]),
        ("order_id", ["7"], ["bought"]),
        ("order_id", [""], ["sold", "bought"]),
        ("period", ["All"], ["sold", "bought", "old"]),
    ):
        choose(app, "fill_controls", name, *values)
        assert ids(app) == found, (name, values)
        assert "before" not in app.query_params
    assert app.query_params["fill_symbol"] == "BTC/USD"
    assert control_of(app, "fill_symbol")["chosen"] == ["BTC/USD"]
    assert {"fill_side", "liquidity", "order_id"}.isdisjoint(app.query_params)


def test_a_symbol_of_a_link_stays_among_the_choices_without_a_fill(pages: Pages):
    a_round(pages)
    app = opened(pages, fill_symbol="GONE/USD")
    assert control_of(app, "fill_symbol")["options"] == [["BTC/USD"] * 2, ["GONE/USD"] * 2]
    assert "No fills match the filters" in words_of(app)
    assert "clear" not in [control["name"] for control in controls_of(opened(pages))]
