"""A stage whose messages go to a receiver that Telegram stands for."""

from dataclasses import replace
from datetime import datetime

from pydantic import SecretStr

from domain.alerts import DeliveryState
from refresher.alerts.sender import Sender
from refresher.configuration.alert_settings import AlertSettings, ChannelSettings
from tests.factories import NOON, later
from tests.postgres import Database
from tests.refresher.alerts.receivers import CHAT, TOKEN, TelegramServer
from tests.refresher.alerts.stage import Stage


class Desk:
    """A stage whose messages go to a receiver. Time stands where the test puts it."""

    def __init__(self, database: Database, telegram: TelegramServer) -> None:
        self.telegram = telegram
        self.settings = AlertSettings(channels=(phone(telegram.url),))
        self.stage = Stage(database, [channel.state for channel in self.settings.channels])
        self.moment: datetime = NOON

    def send(self, seconds: float, **changed: object) -> int:
        self.moment = later(seconds)
        settings = replace(self.settings, **changed)  # type: ignore[arg-type]
        return Sender(self.stage.database.writer, settings, now=lambda: self.moment).run()

    def outcomes(self) -> list[tuple[DeliveryState, str | None]]:
        return [(message.state, message.reason) for message in self.stage.messages()]


def phone(url: str, **values: object) -> ChannelSettings:
    address = SecretStr(f"tgram://{TOKEN}/{CHAT}")
    return replace(ChannelSettings("phone", address, "tgram", base_url=url), **values)  # type: ignore[arg-type]
