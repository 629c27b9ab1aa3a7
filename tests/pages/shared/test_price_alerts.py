"""The price alerts of a market that "Tell me at a price" lists: the viewer's own, whatever else is filed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from db.credentials import new_token, token_hash
from db.viewing import viewing
from db.writes.rules import write_rule
from db.writes.sessions import insert_session
from db.writes.sign_in_mode import write_sign_in_mode
from db.writes.viewers import insert_viewer
from domain.rules import RuleDefinition, RuleOrigin
from domain.viewers import Mode
from pages.shared.loaders import load_scene
from pages.shared.price_alerts import price_alert_words, price_rule
from pages.shared.rule_edits import file_removal, file_rule
from pages.shared.view import View
from tests.pages.conftest import Pages, forget_everything
from tests.pages.factories import ago, configured, seen

MARKET = ("cryptocom", "BTC/USD")


def at_price(name: str, price: str) -> RuleDefinition:
    return RuleDefinition(name, f"price >= {price}", (MARKET[1],))


def listed() -> dict[str, str]:
    return dict(price_alert_words(load_scene(View()), MARKET).alerts)


def test_an_administrator_has_no_alerts_of_others_to_remove(pages: Pages, database: Any) -> None:
    """Bob's alerts stood among "your alerts", and a tap said that they were removed, though nobody may remove them."""
    seen(pages.writer, configured(pages.writer), ago(seconds=3))
    write_sign_in_mode(database.owner, Mode.PASSWORD)
    tokens = {name: new_token() for name in ("root", "bob")}
    with pages.writer.begin() as connection:
        for name, token in tokens.items():
            insert_viewer(connection, name, True, None)
            insert_session(connection, token_hash(token), name, timedelta(hours=1))
    for name, price in (("root", "1000"), ("bob", "2000")):
        write_rule(pages.writer, name, at_price(f"plan of {name}", price), RuleOrigin.APP, name)
    with viewing(tokens["bob"]):
        assert file_rule(at_price("new plan of bob", "3000")) == ""
        assert listed() == {"plan of bob": "rises to 2,000", "new plan of bob": "rises to 3,000"}
    with viewing(tokens["root"]):
        assert listed() == {"plan of root": "rises to 1,000"}


def test_a_filed_rule_without_a_readable_price_is_no_price_alert(pages: Pages) -> None:
    """An edit holds any text until the refresher reads it. The menu failed with this one."""
    seen(pages.writer, configured(pages.writer), ago(seconds=3))
    assert file_rule(RuleDefinition("plan", "price <= 1.2.3", (MARKET[1],))) == ""
    assert listed() == {}


def test_alerts_of_the_file_of_other_markets_and_of_other_values_are_not_listed(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer), ago(seconds=3))
    of_file, of_ether, of_candles = at_price("of the file", "1"), at_price("of ether", "2"), at_price("of candles", "3")
    write_rule(pages.writer, None, of_file, RuleOrigin.CONFIGURATION)
    write_rule(pages.writer, None, replace(of_ether, subjects=("ETH/USD",)), RuleOrigin.APP)
    write_rule(pages.writer, None, replace(of_candles, text='close("1d") >= 3'), RuleOrigin.APP)
    write_rule(pages.writer, None, replace(at_price("mine", "4"), text="price <= 4"), RuleOrigin.APP)
    assert file_rule(replace(of_ether, subjects=("ETH/USD",))) == ""
    assert listed() == {"mine": "falls to 4"}


def test_the_newest_change_of_an_alert_counts_until_the_refresher_has_answered(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer), ago(seconds=3))
    steps = ((at_price("plan", "1"), 1), (None, 0), (at_price("plan", "2"), 2))
    for rule, price in steps:
        assert (file_removal("plan") if rule is None else file_rule(rule)) == ""
        forget_everything()
        assert listed() == ({"plan": f"rises to {price}"} if price else {})
    with pages.writer.begin() as connection:
        connection.execute(text("UPDATE edit_request SET state = 'refused', answer = 'no' WHERE id = 3"))
    forget_everything()
    assert listed() == {}


def test_a_change_that_waited_for_a_minute_is_left_to_the_rules(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer), ago(seconds=3))
    assert file_rule(at_price("plan", "1")) == ""
    with pages.writer.begin() as connection:
        connection.execute(text("UPDATE edit_request SET filed_at = filed_at - interval '2 minutes'"))
    forget_everything()
    assert listed() == {}


def test_the_name_of_an_alert_has_a_sign_between_thousands() -> None:
    rule = price_rule("ETH/USDT", Decimal(3128), Decimal(3000))
    assert (rule.name, rule.text) == ("ETH/USDT at 3,128", "price >= 3128")
