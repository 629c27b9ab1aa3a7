"""Buttons on the rows of Alerts: an alert is acknowledged, muted and unmuted where it stands."""

from datetime import UTC, datetime, timedelta

from streamlit.testing.v1 import AppTest

from db.reads.edits import read_edits_without_account
from domain.edits import EditKind
from tests.api.test_alerts import with_alert
from tests.pages.alerts.test_page import applied, database, held, show
from tests.pages.conftest import Pages, forget_everything
from tests.pages.drawn_tables import has_piece, payloads_of, sheet_of
from tests.pages.events import send


def acknowledge() -> None:
    from pages.alerts.firing import act

    act("acknowledge 1", "high\nmarket\tcryptocom\tBTC/USD")


def mute_for_eight_hours() -> None:
    from pages.alerts.firing import act

    act("mute 480", "high\nmarket\tcryptocom\tBTC/USD")


def unmute() -> None:
    from pages.alerts.firing import act

    act("unmute 1", "high\nmarket\tcryptocom\tBTC/USD")


def buttons(app: AppTest) -> list[str]:
    """The words of the buttons of the first row that has some."""
    columns = [column for table in payloads_of(app) for column in table["columns"] if "actions" in column]
    return [words for _, words, _ in columns[0]["actions"][0]] if columns else []


def test_an_alert_is_muted_and_unmuted_on_its_row(pages: Pages) -> None:
    with_alert(database(pages), held(pages))
    assert buttons(pages.page(show)) == ["Acknowledge", "Mute alert 1 h", "8 h", "24 h"]
    pages.page(mute_for_eight_hours)
    assert applied(pages, EditKind.MUTE).startswith("The alert high (BTC/USD) is muted until ")
    forget_everything()
    assert buttons(pages.page(show)) == ["Acknowledge", "Unmute"]
    pages.page(unmute)
    with pages.writer.connect() as connection:
        newest = max(read_edits_without_account(connection, [EditKind.MUTE]), key=lambda edit: edit.id)
    subject = {"kind": "market", "place": "cryptocom", "name": "BTC/USD"}
    assert newest.payload == {"scope": "alert", "target": "high", "minutes": 0, "subject": subject}


def test_an_alert_is_acknowledged_on_its_row_once(pages: Pages) -> None:
    with_alert(database(pages), held(pages))
    pages.page(acknowledge)
    assert applied(pages, EditKind.ACKNOWLEDGE).startswith("high, BTC/USD: acknowledged.")
    forget_everything()
    assert buttons(pages.page(show))[0] == "Mute alert 1 h"


def test_a_click_on_an_alert_opens_its_rule_with_the_reason(pages: Pages) -> None:
    """It named the rule in the address and stayed on the list of what fires."""
    with_alert(database(pages), held(pages))
    app = pages.page(show)
    send(app, "firing", "opened", "high\nmarket\tcryptocom\tBTC/USD")
    assert app.query_params == {"tab": "Rules", "rule": "high", "about": "market\tcryptocom\tBTC/USD"}
    assert has_piece(sheet_of(app), "why_about")


def test_a_past_moment_has_no_buttons(pages: Pages) -> None:
    with_alert(database(pages), held(pages))
    past = datetime.now(UTC) - timedelta(minutes=1)
    assert buttons(pages.page(show, as_of=past.isoformat())) == []
