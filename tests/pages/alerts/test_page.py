"""The alerts page: what fires, what was sent, and rules that are tried and explained."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from db.reads.edits import read_edits_without_account
from db.reads.rules import read_rules
from db.writes.alerts import AlertWrite, write_alert, write_mute
from db.writes.outbox import finish_sent, write_channels
from db.writes.rules import write_rule
from db.writes.watchlist import write_watched_market
from domain.alert_states import AlertState, State
from domain.alerts import AlertEventKind, ChannelState, SubjectKey
from domain.condition_words import Telling
from domain.edits import EditKind, EditState
from domain.rule_terms import Subject
from domain.rules import RuleDefinition, RuleOrigin, Severity
from domain.snapshot import Account
from pages.alerts.editor import EXAMPLES
from pages.alerts.words import values_text
from refresher.edits.alerts import WITHOUT_ACCOUNT
from tests.api.test_alerts import resolved, with_alert
from tests.factories import balance, price
from tests.pages.conftest import Pages, again, forget_everything, words_of
from tests.pages.drawn_tables import control_of, has_piece, payloads_of, sheet_of, tables_of
from tests.pages.events import choose, send
from tests.pages.factories import ago, configured, seen
from tests.pages.watchlist.test_page import rising

BTC = SubjectKey(Subject.MARKET, "cryptocom", "BTC/USD")


def show() -> None:
    from pages.alerts.page import show_alerts

    show_alerts()


def held(pages: Pages) -> Account:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(hours=9), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "900")])
    seen(pages.writer, account, ago(seconds=3), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "1000")])
    return account


def database(pages: Pages) -> SimpleNamespace:
    return SimpleNamespace(writer=pages.writer, reader=pages.writer)


def rule(pages: Pages, text: str, origin: RuleOrigin = RuleOrigin.APP, **values: Any) -> None:
    write_rule(pages.writer, None, RuleDefinition("mine", text, **values), origin)


def applied(pages: Pages, kind: EditKind) -> str:
    """The answer of the refresher to the only edit of a kind."""
    with pages.writer.connect() as connection:
        (edit,) = read_edits_without_account(connection, [kind])
    verdict = WITHOUT_ACCOUNT[kind](pages.writer, edit)
    assert verdict.state is EditState.APPLIED, verdict.answer
    return verdict.answer


def test_nothing_fires_is_not_the_same_as_nothing_is_configured(pages: Pages) -> None:
    held(pages)
    words = words_of(pages.page(show))
    assert "Nothing fires" in words
    assert "Nothing is pending" in words
    assert "No channel is configured, so no message is sent" in words_of(pages.page(show, tab="Messages"))


def test_a_firing_alert_names_the_values_and_its_mute(pages: Pages) -> None:
    with_alert(database(pages), held(pages))
    write_mute(pages.writer, None, "rule", "high", datetime.now(UTC) + timedelta(hours=1), None)
    app = pages.page(show)
    frame, columns = tables_of(app)[0], {column["key"]: column for column in payloads_of(app)[0]["columns"]}
    assert (columns["subject"]["texts"][0], frame["values"][0]) == (
        "BTC/USD",
        "Price was 101, above 100",
    )
    assert columns["subject"]["links"] == ["coin?coin=BTC&market=BTC%2FUSD+%C2%B7+cryptocom&currency=USD"]
    assert frame["card"][0] == "BTC/USD: price was 101 when it fired, above 100"
    assert frame["state"][0] == "firing, muted"
    assert frame["muted"][0].startswith("until ")


def test_the_values_of_an_alert_are_those_of_its_moment_in_the_base_currency(pages: Pages) -> None:
    """The list said "Value is 6,036.88" an hour later, while Overview showed the value of now."""
    account, fired = held(pages), datetime.now(UTC) - timedelta(hours=3)
    rule(pages, "value > 5000")
    with pages.writer.connect() as connection:
        (stored,) = read_rules(connection)
    subject = SubjectKey(Subject.HOLDING, account.name, "BTC")

    def step(version: int | None, state: State, at: datetime, value: float, event: AlertEventKind | None) -> None:
        tree = {"text": "value > 5000", "outcome": "yes" if value > 5000 else "no", "left": value, "right": 5000.0}
        after = AlertState(state, at, fired)
        assert write_alert(pages.writer, AlertWrite(stored, subject, account.id, version, after, at, tree, None, event))

    step(None, State.FIRING, fired, 6036.88, AlertEventKind.FIRED)
    row = tables_of(pages.page(show))[0]
    assert row["values"][0] == "Value was 6,036.88 USD, above 5,000"
    assert row["card"][0] == "main BTC: value was 6,036.88 USD when it fired, above 5,000"
    assert tables_of(pages.page(show, tab="History"))[0]["values"][0] == row["values"][0]
    step(1, State.RECOVERING, datetime(2026, 1, 2, 3, 4, tzinfo=UTC), 4900.0, None)
    forget_everything()
    recovering = "Value was 4,900 USD at 2 Jan 2026, 03:04:00 UTC, not above 5,000"
    assert tables_of(pages.page(show))[0]["values"][0] == recovering


def test_a_mute_of_the_coin_is_shown_as_the_sender_obeys_it(pages: Pages) -> None:
    with_alert(database(pages), held(pages))
    write_mute(pages.writer, None, "symbol", "BTC", datetime.now(UTC) + timedelta(hours=1), None)
    assert tables_of(pages.page(show))[0]["state"][0] == "firing, muted"


def test_the_mute_of_one_alert_is_shown_on_its_row_and_in_the_list(pages: Pages) -> None:
    with_alert(database(pages), held(pages))
    end = datetime.now(UTC) + timedelta(hours=1)
    write_mute(pages.writer, None, "alert", "high", end, None, replace(BTC, place="okx"))
    assert tables_of(pages.page(show))[0]["state"][0] == "firing"
    write_mute(pages.writer, None, "alert", "high", end, None, BTC)
    forget_everything()
    app = pages.page(show)
    assert tables_of(app)[0]["state"][0] == "firing, muted"
    (mutes,) = [table for table in tables_of(app) if "scope" in table]
    assert (list(mutes["scope"]), list(mutes["name"])) == (["Alert"] * 2, ["high (BTC/USD)"] * 2)
    send(app, "mutes", "acted", "unmute\n2")
    assert applied(pages, EditKind.MUTE) == "The alert high (BTC/USD) is muted no longer."


def test_a_mute_of_an_account_says_nothing_of_a_market_with_its_name(pages: Pages) -> None:
    with_alert(database(pages), held(pages))
    write_mute(pages.writer, None, "account", "BTC/USD", datetime.now(UTC) + timedelta(hours=1), None)
    assert tables_of(pages.page(show))[0]["state"][0] == "firing"


def test_a_channel_is_tested(pages: Pages) -> None:
    with_alert(database(pages), held(pages))
    app = pages.page(show, tab="Messages")
    choose(app, "channel_tests", "channel_tests", "phone")
    assert applied(pages, EditKind.TEST_CHANNEL).startswith("A test message to phone is on its way.")


def test_a_past_moment_shows_what_fired_then(pages: Pages) -> None:
    account, now = held(pages), datetime.now(UTC)
    with_alert(database(pages), account, now - timedelta(hours=3))
    resolved(database(pages), now - timedelta(hours=1))
    assert "Nothing fires" in words_of(pages.page(show))
    app = pages.page(show, as_of=(now - timedelta(hours=2)).isoformat())
    assert list(tables_of(app)[0]["rule"]) == ["high"]
    assert "Pending" not in words_of(app)
    history = tables_of(pages.page(show, tab="History"))[0]
    assert list(history["event"]) == ["resolved", "fired"]
    assert history["messages"][0] == "phone waiting"


def test_hidden_amounts_are_in_no_value_about_an_account(pages: Pages) -> None:
    held(pages)
    rule(pages, "quantity > 0.5")
    words = words_of(pages.page(show, tab="Rules", rule="mine", hide_amounts="true"))
    assert "✓ quantity is ••••, above 0.5 <" in words
    tree = {"text": "quantity > 0.5", "left": 1.0}
    assert values_text(tree, Telling(hidden=True)) == "Quantity is ••••, above 0.5"
    of_order = {"text": "age > 1h", "order": {"words": "sell stop", "amounts": "1 BTC at 90000"}}
    assert values_text(of_order, Telling(hidden=True)) == "Sell stop. Age of the order is above 1h"
    assert values_text(of_order, Telling()) == "Sell stop of 1 BTC at 90000. Age of the order is above 1h"


def test_messages_say_their_state(pages: Pages) -> None:
    with_alert(database(pages), held(pages))
    app = pages.page(show, tab="Messages")
    assert "phone (telegram, info and above)" in words_of(app)
    frame, (link,) = tables_of(app)[0], payloads_of(app)[0]["links"]
    assert (frame["subject"][0], frame["state"][0], frame["channel"][0]) == ("high: BTC/USD", "waiting", "phone")
    assert link.startswith("alerts?tab=Messages&message=")


def test_a_message_that_was_not_sent_says_so(pages: Pages) -> None:
    with_alert(database(pages), held(pages))
    assert "Nothing: the message is waiting." in words_of(pages.page(show, tab="Messages", message="1"))


@pytest.mark.parametrize(("hides", "texts"), [("false", ["FIRING: high, BTC/USD"]), ("true", [])])
def test_the_text_of_a_sent_message_is_shown_unless_amounts_are_hidden(
    pages: Pages, hides: str, texts: list[str]
) -> None:
    with_alert(database(pages), held(pages))
    finish_sent(pages.writer, [1], "FIRING: high, BTC/USD", datetime.now(UTC))
    app = pages.page(show, tab="Messages", message="1", hide_amounts=hides)
    assert re.findall('<pre class="sf-text">(.*?)</pre>', words_of(app)) == texts
    assert ("Hidden while amounts are hidden." in words_of(app)) is (hides == "true")


def test_a_mute_is_filed_and_ended(pages: Pages) -> None:
    held(pages)
    write_mute(pages.writer, None, "account", "main", datetime.now(UTC) + timedelta(hours=1), None)
    app = pages.page(show)
    send(app, "mutes", "acted", "unmute\n1")
    assert applied(pages, EditKind.MUTE) == "The account main is muted no longer."


def test_something_is_muted_for_a_while(pages: Pages) -> None:
    """Nothing can be muted before it is chosen, and the choice is empty again after that."""
    held(pages)
    app = pages.page(show)
    assert len(control_of(app, "mute_span")["disabled"]) == 4
    choose(app, "mute_form", "mute_target", "account main")
    assert "disabled" not in control_of(app, "mute_span")
    choose(app, "mute_form", "mute_span", "240")
    assert control_of(app, "mute_target")["chosen"] == [""]
    assert "main · Pending." in words_of(app)
    assert applied(pages, EditKind.MUTE).startswith("The account main is muted until ")
    forget_everything()
    app = pages.page(show)
    (mutes,) = [table for table in tables_of(app) if "scope" in table]
    assert list(mutes["name"]) == ["main"]


def test_a_rule_is_muted_on_its_page(pages: Pages) -> None:
    held(pages)
    rule(pages, "price > 5")
    app = pages.page(show, tab="Rules", rule="mine")
    choose(app, "rule_mute", "mute_span", "60")
    assert "mine · Pending." in words_of(app)
    assert applied(pages, EditKind.MUTE).startswith("The rule mine is muted until ")


def test_a_rule_of_the_file_can_be_read_and_not_changed(pages: Pages) -> None:
    held(pages)
    rule(pages, "price > 5", RuleOrigin.CONFIGURATION)
    app = pages.page(show, tab="Rules", rule="mine")
    assert "It can be read here, and changed in stillframe.toml." in words_of(app)
    assert "rule_save" not in {button.key for button in app.button}
    assert list(tables_of(pages.page(show, tab="Rules"))[0]["origin"]) == ["stillframe.toml"]


def test_the_list_of_rules_says_when_each_fires_in_words(pages: Pages) -> None:
    held(pages)
    rule(pages, "covered <= 0 % and value > 5000")
    frame = tables_of(pages.page(show, tab="Rules"))[0]
    words = "No stop covers it and value is above 5,000"
    assert (frame["text"][0], frame["card"][0]) == (words, words)


def test_a_rule_is_sent_to_the_channels_that_are_chosen(pages: Pages) -> None:
    held(pages)
    rule(pages, "price > 5", channels=("phone",))
    write_channels(pages.writer, [ChannelState(name, None, "ntfy", Severity.INFO) for name in ("mail", "phone")])
    app = pages.page(show, tab="Rules", rule="mine")
    channels = app.multiselect(key="rule_channels_mine_1")
    assert (channels.options, channels.value) == (["mail", "phone"], ["phone"])
    channels.set_value(["mail"])
    again(app)
    app.button(key="rule_save").click()
    again(app)
    applied(pages, EditKind.RULE)
    with pages.writer.connect() as connection:
        (stored,) = read_rules(connection)
    assert (stored.definition.channels, stored.definition.accounts) == (("mail",), ())


def test_the_rule_of_an_alert_is_tried_and_explained_for_the_subject_of_the_alert(pages: Pages) -> None:
    """A tap on an alert about ETH led to a trial of BTC."""
    account = held(pages)
    write_watched_market(pages.writer, None, account.venue, "ETH/USD")
    rule(pages, "price > 5", subjects=("BTC/USD", "ETH/USD"))
    subject = str(SubjectKey(Subject.MARKET, account.venue, "ETH/USD"))
    app = pages.page(show, tab="Rules", rule="mine", about=subject)
    assert [control_of(app, name)["chosen"] for name in ("trial_on", "why_about")] == [["ETH/USD"]] * 2
    assert has_piece(sheet_of(app), "why_about")  # the reason stands above the editor
    app = pages.page(show, tab="Rules", rule="mine")
    assert [control_of(app, name)["chosen"] for name in ("trial_on", "why_about")] == [["BTC/USD"]] * 2
    assert not has_piece(sheet_of(app), "why_about")


def test_an_error_of_a_rule_names_the_place_at_once(pages: Pages) -> None:
    held(pages)
    app = pages.page(show, tab="Rules", rule="new rule")
    app.text_input(key="rule_name__0").set_value("dip")
    app.text_area(key="rule_text__0").set_value("pric > 5")
    again(app)
    assert "column 1" in app.error[0].value.lower()
    assert "price" in app.error[0].value
    assert app.button(key="rule_save").disabled
    app.text_area(key="rule_text__0").set_value("price < 30 and price >= 30")
    again(app)
    assert "can never hold" in app.warning[0].value
    app.text_area(key="rule_text__0").set_value("price < 30")
    again(app)
    app.button(key="rule_save").click()
    again(app)
    assert applied(pages, EditKind.RULE) == "The rule dip is written."
    with pages.writer.connect() as connection:
        (stored,) = read_rules(connection)
    assert (stored.definition.text, stored.definition.subjects) == ("price < 30", ("held",))


def test_a_rule_about_net_value_says_that_withdrawals_count(pages: Pages) -> None:
    held(pages)
    app = pages.page(show, tab="Rules", rule="new rule")
    for text, is_warned in (('drawdown("30d") > 10 %', True), ("key_can_trade", False)):
        app.text_area(key="rule_text__0").set_value(text)
        again(app)
        (caption,) = [caption.value for caption in app.caption if caption.value.startswith("For each account: ")]
        assert caption.endswith(". A withdrawal lowers net value too.") == is_warned


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_is_a_rule_that_is_read_aloud(pages: Pages, name: str) -> None:
    held(pages)
    app = pages.page(show, tab="Rules", rule="new rule")
    app.selectbox(key="rule_example").set_value(name)
    again(app)
    assert app.text_area(key="rule_text__0").value == EXAMPLES[name]
    assert not app.error
    assert sum(caption.value.startswith("For each ") for caption in app.caption) == 1


def test_a_rule_is_read_aloud_in_the_words_of_its_messages(pages: Pages) -> None:
    held(pages)
    app = pages.page(show, tab="Rules", rule="new rule")
    app.text_area(key="rule_text__0").set_value('covered <= 0 % and rsi(14, "4h") < 30')
    again(app)
    assert "For each holding: no stop covers it and RSI 14 of 4h is below 30." in [c.value for c in app.caption]


def test_why_not_shows_the_values_and_the_nearest_obstacle(pages: Pages) -> None:
    account = held(pages)
    rising(pages, account, "BTC/USD", 300)
    rule(pages, 'close("1h") > 1100 and sma(50, "1h") > 900')
    words = words_of(pages.page(show, tab="Rules", rule="mine"))
    assert "<b>✗ Not all of these hold</b>" in words
    obstacle = "✗ close of 1h is 1,000, not above 1,100: not yet, 9.1 % away"
    assert f'{obstacle} <span class="sf-note">close(&quot;1h&quot;) &gt; 1100</span>' in words
    assert "In the way, the nearest first: close of 1h is not above 1,100" in words
    assert "The alert is normal." in words
    assert "No channel is configured, so no message is sent." in words


def test_why_marks_a_condition_under_not_by_what_it_does_to_the_rule(pages: Pages) -> None:
    held(pages)
    rule(pages, "value > 500 and not (value < 2000 or value > 5000)")
    words = words_of(pages.page(show, tab="Rules", rule="mine"))
    assert "<b>✗ Not all of these hold</b>" in words
    assert "✓ value is 1,000 USD, above 500 (100.0 % over) <span" in words
    assert "<b>✗ This must not hold, but does</b>" in words
    assert "<b>✗ At least one of these holds</b>" in words
    assert "✗ value is 1,000 USD, below 2,000 (50.0 % under) <span" in words
    assert "✓ value is 1,000 USD, not above 5,000, 80.0 % away <span" in words
    assert "In the way, the nearest first: value is below 2,000 (must not hold)<" in words


def test_why_reads_like_sentences(pages: Pages) -> None:
    """It read "✓ value > 500 holds, left 1,000, right 500, +100.00 % apart", and "app" beside the name."""
    held(pages)
    rule(pages, "covered <= 0 % and value > 500 and not value < 400")
    words = words_of(pages.page(show, tab="Rules", rule="mine"))
    assert "<b>✓ All of these hold</b>" in words
    assert "✓ no stop covers it (0 % covered) <span" in words
    assert "✓ value is 1,000 USD, above 500 (100.0 % over) <span" in words
    assert "<b>✓ This must not hold, and does not</b>" in words
    assert "✓ value is 1,000 USD, not below 400, 150.0 % away <span" in words
    assert "written in the app" in words
