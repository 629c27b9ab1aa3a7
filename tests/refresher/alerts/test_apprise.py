"""Apprise: long messages arrive in parts that the service takes, and e-mails keep their lines."""

import pytest

from domain.alert_words import EventNews, Wording, body_of, title_of
from domain.alerts import AlertEventKind
from domain.rules import Severity
from refresher.alerts.services.answers import Delivered
from refresher.alerts.services.by_apprise import ByApprise
from tests.factories import NOON
from tests.refresher.alerts.receivers import DiscordServer, discord_server, smtp_server

DISCORD = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"


def filled(number: int) -> EventNews:
    """An event of the built-in alert, with an order id as exchanges write them."""
    tree = {
        "text": 'order_filled("1h")',
        "outcome": "yes",
        "order": {"words": "buy limit", "amounts": "0.3661 BTC at 87311.02"},
    }
    subject = f"main BTC/USD 61429098950427{number:05}"
    return EventNews(AlertEventKind.FIRED, "Order filled", Severity.INFO, subject, NOON, NOON, tree)


def sent_to_discord(monkeypatch: pytest.MonkeyPatch, url: str, events: list[EventNews]) -> tuple[object, DiscordServer]:
    wording = Wording("Europe/Zurich", link="https://desk.example")
    with discord_server() as server:
        monkeypatch.setattr("apprise.plugins.discord.NotifyDiscord.notify_url", server.url)
        answer = ByApprise(url, "discord").send(title_of(events), body_of(events, wording))
    return answer, server


@pytest.mark.slow
def test_a_message_longer_than_discord_takes_arrives_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    events = [filled(number) for number in range(13)]
    answer, server = sent_to_discord(monkeypatch, DISCORD, events)
    assert (answer, server.refused) == (Delivered(), 0)
    assert len(server.texts) > 1
    assert all(sum(event.subject in text for text in server.texts) == 1 for event in events)


def test_the_address_may_name_another_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    events = [filled(number) for number in range(13)]
    answer, server = sent_to_discord(monkeypatch, f"{DISCORD}?overflow=truncate", events)
    assert (answer, len(server.texts)) == (Delivered(), 1)
    answer, server = sent_to_discord(monkeypatch, f"{DISCORD}?overflow=upstream", events)
    assert (answer == Delivered(), server.refused) == (False, 1)


def test_a_service_of_few_characters_gets_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apprise.plugins.discord.NotifyDiscord.body_maxlen", 160)  # a text message
    answer, server = sent_to_discord(monkeypatch, DISCORD, [filled(number) for number in range(13)])
    assert answer == Delivered()
    (beginning,) = server.texts
    assert beginning.startswith("13 firing")


@pytest.mark.parametrize(
    ("extra", "line"),
    [("", "rsi(14) < 30: 28.4 against 30\r\n"), ("&format=html", "rsi(14) &lt; 30: 28.4 against 30<br/>")],
)
def test_a_mail_keeps_its_lines_and_signs(extra: str, line: str) -> None:
    with smtp_server() as smtp:
        url = f"mailto://127.0.0.1:{smtp.port}?from=a@example.com&to=b@example.com&mode=insecure{extra}"
        answer = ByApprise(url, "mailto").send("FIRING: low", "rsi(14) < 30: 28.4 against 30\nwarning")
        (mail,) = smtp.mails
    assert answer == Delivered()
    sections = [section.get_payload(decode=True) for section in mail.walk() if not section.is_multipart()]
    assert isinstance(sections[-1], bytes)
    assert line in sections[-1].decode().replace("&nbsp;", " ")
