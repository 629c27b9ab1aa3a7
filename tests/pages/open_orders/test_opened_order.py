"""An opened order: its changes, its group, its facts."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.orders import Contingency, Order, OrderKind, OrderStatus, Role, RoleOrigin
from domain.positions import PositionSide
from domain.sources import Source
from pages.open_orders.opened_order.facts import (
    changes_of,
    closing_facts,
    facts_of,
    group_of,
    market_facts,
    protection_facts,
    timeline_of,
)
from pages.open_orders.opened_order.html import MOST_CHANGES, group_html, headline, timeline_html
from pages.open_orders.opened_order.loading import Found, Opened
from pages.open_orders.opened_order.parts import same_links
from pages.open_orders.stop_facts import StopFacts
from pages.shared.formats import utc_text
from pages.shared.view import View
from pages.shared.widgets_html import facts_html
from tests.factories import NOON, fill, later, order, price, snapshot, stop


def versions(*orders: Order):
    """The versions are a minute apart, and the last one is current."""
    ends = [later(60 * (n + 1)) for n in range(len(orders) - 1)]
    return [(later(60 * n), end, told) for n, (told, end) in enumerate(zip(orders, [*ends, None], strict=True))]


def test_changes_of_an_order_list_old_and_new_values_newest_first():
    changes = changes_of(versions(stop("1", "80000"), stop("1", "81000.5"), stop("1", "81000.5", amount="2")))
    assert [(c.what, c.before, c.after) for c in changes] == [
        ("Quantity", "1", "2"),
        ("Trigger", "80,000", "81,000.5"),
        ("First seen", "", "trigger 80,000, at market"),
    ]
    assert changes[1].at == later(60)


def test_every_changed_field_is_listed():
    before = order("1", filled=Decimal(0), status=OrderStatus.OPEN)
    after = order("1", filled=Decimal("0.4"), status=OrderStatus.PARTIALLY_FILLED, limit_price=Decimal("90000.1"))
    told = {c.what: (c.before, c.after) for c in changes_of(versions(before, after))}
    assert told["Filled"] == ("0", "0.4")
    assert told["Status"] == ("Open", "Partly filled")
    assert told["Limit"] == ("90,000", "90,000.1")


def test_a_stop_says_what_is_lost_if_it_is_hit_and_what_it_closes():
    stop_facts = StopFacts(None, Decimal("0.25"), Decimal("0.66"), Decimal("-12.5"), is_held=True)
    texts = ["−$12.50 against cost", "25.0 % of what is held", "66 % covered"]
    assert [text for _, text in closing_facts(stop_facts, View())] == texts
    unknown = StopFacts(None, None, None, None, is_held=True)
    assert [text for _, text in closing_facts(unknown, View())] == ["–", "–", "–"]
    assert closing_facts(None, View()) == ()


def test_an_order_that_left_and_came_back_shows_both():
    first, second = (NOON, later(60), order("1")), (later(300), None, order("1"))
    assert [c.what for c in changes_of([first, second])] == ["Open again", "No longer open", "First seen"]


def test_an_order_that_is_gone_says_when_it_left():
    (left, _) = changes_of([(NOON, later(60), order("1"))])
    assert (left.what, left.at) == ("No longer open", later(60))


def test_an_order_without_versions_has_no_past():
    assert changes_of([]) == ()
    assert "<li>" not in timeline_html((), View(), NOON)


def test_hidden_amounts_are_in_no_change():
    changes = changes_of(versions(order("1", amount="7"), order("1", amount="9")), hide_amounts=True)
    assert [c.what for c in changes] == ["Quantity or filled", "First seen"]
    assert not any("7" in c.before + c.after or c.after == "9" for c in changes)


def test_the_group_of_an_order_has_all_open_legs_of_its_own_account():
    group = {"group_id": "g", "contingency": Contingency.OCO}
    loss, gain = stop("loss", **group), order("gain", **group)
    other = order("other", account="other", group_id="g")
    found = group_of([snapshot(orders=[loss, gain, order("alone")]), snapshot(orders=[other])], loss)
    assert found is not None
    assert {leg.key for leg in found.orders} == {"loss", "gain"}
    html = group_html(found, loss, View(hide_amounts=True))
    (this,) = [leg for leg in html.split("</li>") if "this order" in leg]
    assert "Stop, Price ≤ 80,000" in this
    assert html.count("Sell ••••") == 1
    assert html.count("Buy ••••") == 1
    assert group_of([], order()) is None


def test_facts_say_how_the_role_was_decided_and_leave_out_missing_fields():
    told = stop(role=Role.STOP_LOSS, role_origin=RoleOrigin.INFERRED, role_rule="type of the order")
    facts = dict(facts_of(told, View(), NOON))
    assert facts["Role"] == "Stop loss, concluded: type of the order"
    assert "Client id" not in facts
    stated = dict(facts_of(stop(role=Role.ENTRY, role_origin=RoleOrigin.STATED), View(), NOON))
    assert stated["Role"] == "Entry, stated by the exchange"
    assert "Position" not in facts
    assert "Role not stated" in dict(facts_of(order(), View(), NOON))["Role"]


def test_facts_show_moments_with_their_zone_and_their_age():
    facts = dict(facts_of(order(created_at=NOON - timedelta(hours=2)), View(), NOON))
    assert facts["Created"] == "10:00:00 UTC, 2 h ago"


def test_one_line_says_what_an_order_waits_for_and_does():
    assert headline(order("1", limit_price=Decimal("0.5"))) == "Buy BTC/USD · Limit · at 0.5"
    assert headline(stop("1", "86500")) == "Sell BTC/USD · Stop · Price ≤ 86,500, at market"


def test_the_life_of_an_order_lists_each_change_with_its_time_and_utc_on_hover():
    changes = timeline_of(
        versions(stop("1", "80000"), stop("1", "81000.5")), [fill("f", amount="2", price="99.5")], None
    )
    html = timeline_html(changes, View(), NOON)
    assert "<b>Trigger</b><p>80,000 <i>→</i> 81,000.5</p>" in html
    assert "<b>Fill</b><p>2 at 99.5</p>" in html
    assert f'<time title="{utc_text(later(60))}">' in html


def test_a_very_long_life_shows_the_newest_changes_and_counts_the_rest():
    many = changes_of(versions(*(stop("1", str(80000 + n)) for n in range(MOST_CHANGES + 7))))
    html = timeline_html(many, View(), NOON)
    assert html.count("<li>") == MOST_CHANGES
    assert "7 older ones are not shown" in html


def test_texts_of_an_exchange_are_never_markup_in_the_panel():
    odd = changes_of([(NOON, None, order("1"))])
    odd = (replace(odd[0], after="<script>"),)
    assert "&lt;script&gt;" in timeline_html(odd, View(), NOON)
    assert "<script>" not in timeline_html(odd, View(), NOON)
    assert facts_html([("Client id", "<b>x</b>")]).count("<b>") == 0


def test_an_open_order_shows_the_market_price_and_an_unknown_price_is_not_zero():
    of = order("1", limit_price=Decimal(90))
    assert market_facts(of, price("BTC/USD", "100")) == (("Market", "100; the order stands 10.00 % below"),)
    assert market_facts(of, None) == (("Market", "– no price of BTC/USD is known"),)
    assert market_facts(replace(of, limit_price=None), price("BTC/USD", "100")) == (("Market", "100"),)


def test_a_stop_says_that_it_protects_nothing_while_its_entry_is_open_or_it_is_not_active():
    group = {"group_id": "7", "contingency": Contingency.OTOCO}
    entry = order("1", role=Role.ENTRY, **group)
    loss = stop("2", role=Role.STOP_LOSS, **group)
    assert dict(protection_facts(loss, [entry, loss])) == {
        "Protects": "nothing yet: the entry of its group has not filled"
    }
    assert protection_facts(loss, [loss]) == ()
    assert protection_facts(entry, [entry, loss]) == ()
    trailing = stop("3", role=Role.STOP_LOSS, kind=OrderKind.TRAILING_STOP, is_active=False)
    assert dict(protection_facts(trailing, [trailing])) == {
        "Protects": "nothing yet: its activation price was not reached"
    }


def test_an_order_that_three_lists_name_leads_to_no_order_of_the_same_id():
    """Two links of one key were two buttons of one name, which Streamlit refuses."""
    lists = [Source(f"triggers:{name}") for name in ("linear", "inverse", "spot")]
    others = [(source, "3001/1") for source in lists[1:]] + [(source, "3001/2") for source in lists]
    opened = Opened(Found.ENDED, order=stop("3001/1", source=lists[0]), same=others)
    assert [link.key for link in same_links(opened)] == ["3001/2"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"position_name": "cross"}, "cross margin"),
        ({"position_name": "isolated", "position_side": PositionSide.LONG}, "long, isolated margin"),
        ({"position_name": "19848526"}, "id 19848526"),
        ({"position_side": PositionSide.SHORT}, "short"),
    ],
)
def test_facts_name_the_position_that_an_order_acts_on(values, words):
    assert dict(facts_of(stop(**values), View(), NOON))["Position"] == words


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (order(status=OrderStatus.PENDING), "Accepted, not in the book yet"),
        (stop(status=OrderStatus.PENDING), "Waiting for trigger"),
        (order(status=OrderStatus.OPEN), "Open"),
    ],
)
def test_an_accepted_order_waits_for_no_trigger(shown, words):
    assert dict(facts_of(shown, View(), NOON))["Status"] == words
