"""Which service delivers the messages of a channel."""

from typing import Protocol

from refresher.alerts.services.answers import Answer, Refused
from refresher.alerts.services.by_apprise import ByApprise
from refresher.alerts.services.telegram import SCHEMES, telegram_from
from refresher.configuration.alert_settings import ChannelSettings


class Service(Protocol):
    """Sends one message at a time."""

    def send(self, title: str, body: str) -> Answer:
        """Send a message, or say why not. Never raises, and never names the address."""


class _Misspelt:
    def send(self, title: str, body: str) -> Answer:
        return Refused("the address is no tgram://token/chat")


def open_service(channel: ChannelSettings) -> Service:
    """The service of a channel. One with a wrong address refuses each message."""
    url = channel.url.get_secret_value()
    if channel.service in SCHEMES:
        return telegram_from(url, channel.base_url) or _Misspelt()
    return ByApprise(url, channel.service)
