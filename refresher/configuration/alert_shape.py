"""The shapes of [alerts], [[channels]] and [[rules]]."""

import re
from datetime import time, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from analysis.rules.arguments import span_in
from analysis.rules.errors import RuleError
from analysis.rules.parsed import parsed_rule
from domain.alert_states import Timing
from domain.delivery import QuietHours
from domain.rules import RuleDefinition, Severity
from refresher.configuration.fields import Shape, Zone, refused
from refresher.configuration.references import Origin, Secret, SecretAddress

_LONGEST_NAME = 80
# Names of a list: symbols, coins, order ids, sources, accounts or channels.
MOST_NAMES, _LONGEST_OF_LIST = 500, 200
_SCHEME = re.compile(r"[a-z0-9]{2,20}://\S+", re.I)


def _name(value: object) -> str:
    if not isinstance(value, str) or not is_name(value, _LONGEST_NAME):
        raise refused("name", 'not a name; write up to 80 characters, e.g. name = "phone"')
    return value


def is_name(value: str, longest: int) -> bool:
    """True if a screen shows all of a name: no control characters, and more than blanks."""
    return len(value) <= longest and value.isprintable() and bool(value.strip())


def _span(value: object) -> timedelta:
    if value in ("0m", 0):
        return timedelta(0)
    try:
        return span_in(str(value), None)
    except RuleError as error:
        raise refused("span", f'{error}, e.g. for = "15m"') from None


def _rule_text(value: object) -> str:
    if not isinstance(value, str):
        raise refused("text", 'not a text; write a condition in quotes, e.g. text = "price < 100"')
    try:
        parsed_rule(value)
    except RuleError as error:
        raise refused("rule", str(error)) from None
    return value


def _time(value: object) -> time:
    try:
        moment = value if isinstance(value, time) else time.fromisoformat(str(value))
    except ValueError:
        raise refused("time", 'not a time of day; write it as "22:00"') from None
    if moment.tzinfo is not None:
        raise refused("time", 'a time of day without an offset is needed; write it as "22:00", and name the `zone`')
    return moment


def _names(value: object) -> object:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple):
        return names
    if len(names) > MOST_NAMES:
        raise refused("names", f"{len(names)} names; write at most {MOST_NAMES}")
    wrong = [name for name in names if isinstance(name, str) and not is_name(name, _LONGEST_OF_LIST)]
    if wrong:
        raise refused("names", f"{wrong[0]!r:.60} is not a name; write up to {_LONGEST_OF_LIST} visible characters")
    return names


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Span = Annotated[timedelta, BeforeValidator(_span)]
TimeOfDay = Annotated[time, BeforeValidator(_time)]
Level = Literal["info", "warning", "critical"]


class ChannelShape(Shape):
    """One [[channels]] table."""

    name: Annotated[str, BeforeValidator(_name)] = Field(description="The name of the channel; each its own.")
    url: Secret = Field(
        description='The address, as Apprise writes it: "env:NAME" or "file:/path" of e.g. tgram://token/chat.'
    )
    owner: str | None = Field(default=None, description="The viewer whose alerts it gets; those of no viewer if none.")
    severity: Level = Field(default="info", description="The least severity that it takes.")
    base_url: Origin | None = Field(default=None, description="Replaces the server of Telegram, for a local one.")
    digest: StrictBool = Field(default=False, description="True to send the daily digest there.")

    @model_validator(mode="after")
    def _address(self) -> "ChannelShape":
        if not _SCHEME.fullmatch(self.url.get_secret_value()):
            raise refused(
                "url", f"the url of channel {self.name!r} is no address; write one such as tgram://token/chat"
            )
        return self

    @property
    def service(self) -> str:
        """The kind of service, without anything secret."""
        return self.url.get_secret_value().partition("://")[0].lower()


class RuleShape(Shape):
    """One [[rules]] table."""

    name: Annotated[str, BeforeValidator(_name)] = Field(description="The name of the rule; each its own.")
    text: Annotated[str, BeforeValidator(_rule_text)] = Field(description="The condition (docs/alerts.md).")
    resolves: Annotated[str, BeforeValidator(_rule_text)] | None = Field(
        default=None, description="The condition that ends the alert; the opposite of `text` if not stated."
    )
    subjects: Names = Field(
        default=("held",), description="`held`, `watched`, `all`, or names: symbols, coins, order ids, sources."
    )
    accounts: Names = Field(default=(), description="Names of accounts; all if none is named.")
    for_: Span = Field(default=timedelta(0), alias="for", description="How long it must hold before it fires.")
    keep_for: Span = Field(default=timedelta(0), description="How long it must be resolved before the alert ends.")
    severity: Level = Field(default="warning", description="How much it matters.")
    channels: Names = Field(default=(), description="Names of channels; all if none is named.")
    enabled: StrictBool = Field(default=True, description="False to keep a rule without evaluating it.")

    @model_validator(mode="after")
    def _fits(self) -> "RuleShape":
        try:
            parsed_rule(self.text, self.resolves)
        except RuleError as error:
            raise refused("rule", f"rule {self.name!r}: {error}") from None
        return self

    def definition(self) -> RuleDefinition:
        """The rule as it is stored."""
        return RuleDefinition(
            self.name,
            self.text,
            self.subjects,
            self.accounts,
            self.resolves,
            Timing(self.for_, self.keep_for),
            Severity(self.severity),
            self.channels,
            self.enabled,
        )


class AlertsShape(Shape):
    """The [alerts] table."""

    wait_seconds: int = Field(
        default=15, ge=0, le=3600, description="How long a message waits for others, to be sent together."
    )
    per_hour: int = Field(default=20, ge=1, le=1000, description="Messages of a channel in an hour, at most.")
    remind_hours: int = Field(default=24, ge=0, le=720, description="Hours between reminders. 0 sends none.")
    info_hours: int = Field(
        default=6,
        ge=0,
        le=24,
        description="Hours between messages of severity info, such as filled orders. 0 sends each at once.",
    )
    quiet_from: TimeOfDay | None = Field(default=None, description="The begin of quiet hours, as in 22:00.")
    quiet_until: TimeOfDay | None = Field(default=None, description="Their end. Critical alerts are sent in them too.")
    zone: Zone = Field(default="UTC", description="The time zone of quiet hours, the digest and times in messages.")
    digest_at: TimeOfDay = Field(
        default=time(8), description="When the daily digest is sent, to channels with `digest = true`."
    )
    amounts: bool = Field(default=True, description="False to leave values and thresholds out of messages.")
    link: Origin | None = Field(default=None, description="The address of the pages, for links in messages.")
    ping_url: SecretAddress | None = Field(default=None, description="Requested each minute while the refresher works.")
    watched: Names = Field(default=(), description="Symbols on the watchlist, e.g. BTC/USD.")

    @model_validator(mode="before")
    @classmethod
    def _both(cls, value: Any) -> Any:
        if isinstance(value, dict) and (value.get("quiet_from") is None) is not (value.get("quiet_until") is None):
            raise refused("quiet", "quiet hours have only one end; write quiet_from and quiet_until")
        return value

    def quiet_hours(self) -> QuietHours | None:
        """The quiet hours, None without them."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return QuietHours(self.quiet_from, self.quiet_until, self.zone)
