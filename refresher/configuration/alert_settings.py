"""The settings of alerts, with the addresses of channels resolved. Neither repr nor log shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from pydantic import SecretStr

from domain.alerts import ChannelState
from domain.delivery import QuietHours
from domain.rules import RuleDefinition, Severity
from refresher.configuration.alert_shape import AlertsShape, ChannelShape, RuleShape


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One channel with its address."""

    name: str
    url: SecretStr
    service: str
    owner: str | None = None
    severity: Severity = Severity.INFO
    base_url: str | None = None
    gets_digest: bool = False

    @property
    def state(self) -> ChannelState:
        """The channel as pages may see it."""
        return ChannelState(self.name, self.owner, self.service, self.severity)


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """When and how messages are sent, and the rules of the configuration file."""

    channels: tuple[ChannelSettings, ...] = ()
    rules: tuple[RuleDefinition, ...] = ()
    wait: timedelta = timedelta(seconds=15)
    per_hour: int = 20
    remind_every: timedelta = timedelta(hours=24)
    info_every: timedelta = timedelta(hours=6)
    quiet: QuietHours | None = None
    zone: str = "UTC"
    digest_at: time = time(8)
    shows_amounts: bool = True
    link: str | None = None
    ping_url: SecretStr | None = None
    watched: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[tuple[str, ...], ...]:
        """Each address, for redaction only, with its parts that identify somebody."""
        secrets = [channel.url for channel in self.channels]
        secrets += [] if self.ping_url is None else [self.ping_url]
        texts = [secret.get_secret_value() for secret in secrets]
        return tuple((text, *_parts(text)) for text in texts)


def _parts(url: str) -> list[str]:
    """The parts of an address that are long enough to be a token or a password."""
    body = url.partition("://")[2].partition("?")[0]
    return [chunk for chunk in body.replace("@", "/").replace(":", "/").split("/") if len(chunk) >= 12]


def alert_settings(alerts: AlertsShape, channels: Sequence[ChannelShape], rules: Sequence[RuleShape]) -> AlertSettings:
    """The settings of the checked shapes."""
    return AlertSettings(
        channels=tuple(
            ChannelSettings(
                channel.name,
                channel.url,
                channel.service,
                channel.owner,
                Severity(channel.severity),
                channel.base_url,
                channel.digest,
            )
            for channel in channels
        ),
        rules=tuple(rule.definition() for rule in rules),
        wait=timedelta(seconds=alerts.wait_seconds),
        per_hour=alerts.per_hour,
        remind_every=timedelta(hours=alerts.remind_hours),
        info_every=timedelta(hours=alerts.info_hours),
        quiet=alerts.quiet_hours(),
        zone=alerts.zone,
        digest_at=alerts.digest_at,
        shows_amounts=alerts.amounts,
        link=alerts.link,
        ping_url=alerts.ping_url,
        watched=alerts.watched,
    )
