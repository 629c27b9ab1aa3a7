"""The shape of the configuration: every setting with its type, default, bounds and description."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from exchanges.open import is_read_by_address
from refresher.configuration.alert_shape import AlertsShape, ChannelShape, RuleShape
from refresher.configuration.candle_shape import CandlesShape
from refresher.configuration.cost_shape import CostShape
from refresher.configuration.exchange_names import exchange_problem, markets_problem
from refresher.configuration.fields import Currency, Shape, Zone, no_boolean, refused
from refresher.configuration.references import Origin, Secret

DEMO_NAME = "demo"
LEAST_REFRESH_SECONDS = 5

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_PRIVATE_KEY = re.compile(r"(0x)?[0-9a-fA-F]{64}")


def _exchange(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise refused("exchange", 'not the name of an exchange; write e.g. exchange = "cryptocom"')
    if (problem := exchange_problem(value)) is not None:
        raise refused("exchange", problem)
    return value


def _account_name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise refused("name", 'not a name; use letters from a to z, digits, blanks and . _ - only, e.g. name = "main"')
    if value == DEMO_NAME:
        raise refused("name", "is the name of the demonstration account; choose another, so that neither is mistaken")
    return value


def _split(value: object) -> object:
    """A list from one comma-separated text, as the environment gives it."""
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


Budget = Annotated[float, Field(ge=1, le=120)]


class AccountShape(Shape):
    """One [[accounts]] table."""

    name: Annotated[str, BeforeValidator(_account_name)] = Field(
        description="What the account is called on screen and in links; each account its own."
    )
    exchange: Annotated[str, BeforeValidator(_exchange)] = Field(description="The exchange, by its ccxt name.")
    api_key: Secret = Field(description='The key: "env:NAME" or "file:/path", never the key itself.')
    api_secret: Secret = Field(description='The secret: "env:NAME" or "file:/path", never the secret itself.')
    passphrase: Secret | None = Field(
        default=None,
        description="The passphrase, memo or user id that some exchanges ask for; written as the secret is.",
    )
    base_url: Origin | None = Field(
        default=None,
        description="Replaces the origin of every URL of the exchange; paths stay. Prices from there are kept apart "
        "from the exchange's own, and an account that is known already cannot move there.",
    )
    options: dict[str, str | bool | int] = Field(
        default_factory=dict, description="ccxt's options, where an exchange needs some, e.g. { uta = true } on bitget."
    )
    markets: tuple[str, ...] = Field(
        default=(),
        description='Only these are asked, e.g. ["spot"] where the key may not read contracts; all if none is named.',
    )
    refresh_seconds: int = Field(
        default=30, ge=LEAST_REFRESH_SECONDS, le=86_400, description="How often the account is asked, in seconds."
    )
    history_seconds: int = Field(
        default=60,
        ge=LEAST_REFRESH_SECONDS,
        le=86_400,
        description="The shortest time between two history runs, in seconds. A run comes after changes, "
        "and once in ten such times at least.",
    )
    cost_method: Annotated[Literal["average", "fifo"], BeforeValidator(_lower)] = Field(
        default="average",
        description="What a sale sells of a holding: a part of everything, or the oldest first.",
    )

    @field_validator("markets", mode="before")
    @classmethod
    def _known_markets(cls, value: object, info: ValidationInfo) -> object:
        exchange = info.data.get("exchange")
        if not isinstance(value, list) or not all(isinstance(market, str) and market for market in value):
            raise refused("markets", 'not a list of markets; write e.g. markets = ["spot"]')
        if exchange is not None and (problem := markets_problem(exchange, value)) is not None:
            raise refused("markets", problem)
        return tuple(dict.fromkeys(value))

    @field_validator("api_key", "api_secret")
    @classmethod
    def _wallet_address(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        """Refuse a private key where an address is enough, because a private key can empty the account."""
        exchange = info.data.get("exchange")
        if exchange is None or not is_read_by_address(exchange):
            return value
        secret = value.get_secret_value()
        if _PRIVATE_KEY.fullmatch(secret):
            raise refused("private_key", "is a private key, which has no place here; api_key is the wallet's address")
        if info.field_name == "api_key" and not _ADDRESS.fullmatch(secret):
            raise refused("address", "is no address of a wallet; it begins with 0x and has 40 digits of 0 to f")
        return value


class BudgetShape(Shape):
    """The [budgets] table: how many seconds each source may take before the refresh continues without it."""

    balances: Budget = Field(default=8, description="Seconds that balances may take.")
    positions: Budget = Field(default=8, description="Seconds that positions may take.")
    orders: Budget = Field(default=8, description="Seconds that open orders may take.")
    triggers: Budget = Field(default=8, description="Seconds that trigger orders may take.")
    prices: Budget = Field(default=8, description="Seconds that prices may take.")
    fills: Budget = Field(default=30, description="Seconds that fills may take.")
    transfers: Budget = Field(default=30, description="Seconds that deposits and withdrawals may take.")
    endings: Budget = Field(default=30, description="Seconds that finding out how orders ended may take.")


class Configuration(BaseSettings):
    """The whole configuration file. Each setting outside [[accounts]] may come from the environment instead."""

    model_config = SettingsConfigDict(
        env_prefix="STILLFRAME_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        enable_decoding=False,
    )
    _numbers = field_validator("*", mode="before")(no_boolean)

    base_currency: Currency = Field(
        default="USD",
        description="The currency of totals. Where an exchange has no book between two dollars, each counts as one "
        "dollar, marked as assumed.",
    )
    display_currencies: Annotated[tuple[Currency, ...], BeforeValidator(_split)] = Field(
        default=("USD", "EUR", "BTC"), description="The currencies that pages may convert to."
    )
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = Field(
        default="console", description="How log lines look: for a person, or one JSON object a line."
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = Field(
        default="info", description="The least important lines that are still written."
    )
    keep_attempts_days: int = Field(
        default=30, ge=1, le=3650, description="Days that failed attempts and job runs are kept. History always stays."
    )
    keep_audit_days: int = Field(
        default=730, ge=1, le=36500, description="Days that audit rows are kept: who signed in, changed or requested."
    )
    metrics_port: int | None = Field(
        default=None, ge=1, le=65_535, description="The port of the refresher's `/metrics` for Prometheus."
    )
    metrics_address: str = Field(
        default="127.0.0.1",
        description="The address of that port. Another one than this machine's needs `STILLFRAME_METRICS_TOKEN`.",
    )
    keep_full_days: int = Field(
        default=7, ge=2, le=36500, description="Days with every point of the past. Older points are thinned out."
    )
    keep_five_minutes_days: int = Field(
        default=90, ge=2, le=36500, description="Days with a point every five minutes, and all that figures rest on."
    )
    keep_hourly_days: int = Field(
        default=730, ge=2, le=36500, description="Days with a point every hour. Older ones stay daily, for ever."
    )
    zones: Annotated[tuple[Zone, ...], BeforeValidator(_split)] = Field(
        default=("UTC",), description="The time zones whose day starts keep their points, as in Europe/Zurich."
    )
    demo_url: Origin | None = Field(
        default=None, description="Where the demonstration exchange answers; used when no account is configured."
    )
    budgets: BudgetShape = Field(default=BudgetShape(), description="Time budgets of the sources.")
    accounts: tuple[AccountShape, ...] = Field(default=(), description="The accounts to be asked.")
    costs: tuple[CostShape, ...] = Field(default=(), description="What deposits of unknown cost had cost.")
    alerts: AlertsShape = Field(default=AlertsShape(), description="When and how messages are sent.")
    candles: CandlesShape = Field(default=CandlesShape(), description="How far back candles are kept.")
    channels: tuple[ChannelShape, ...] = Field(default=(), description="Where messages go.")
    rules: tuple[RuleShape, ...] = Field(default=(), description="Rules, read-only in the app.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, so that a container can override a mounted file."""
        return env_settings, init_settings
