"""Configuration: the settings of stillframe.toml and the environment, all checked before anything starts."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import SecretStr, ValidationError

from db.secret_files import SecretText, SecretUnreadable
from db.writes.accounts import same_key_line
from domain.cost_method import CostMethod
from domain.retention import Retention
from domain.sources import SourceKind
from domain.stated_cost import StatedCost
from exchanges.open import api_of, is_read_by_address
from refresher.configuration.alert_settings import AlertSettings, alert_settings
from refresher.configuration.candle_shape import CandlesShape
from refresher.configuration.environment import (
    FILE_VARIABLE,
    METRICS_TOKEN,
    is_loopback,
    metrics_token,
    secret_files,
    unknown_variables,
)
from refresher.configuration.problems import (
    ConfigurationError,
    duplicate_names,
    problems_of,
    problems_of_costs,
    problems_of_rules,
    read_toml,
)
from refresher.configuration.shape import DEMO_NAME, AccountShape, Configuration

DEFAULT_FILE = "stillframe.toml"

# The simulator's credentials. They are no secret, because they open nothing but the demo.
DEMO_KEY, DEMO_SECRET, DEMO_EXCHANGE, DEMO_SECONDS = "demo", "demo-secret", "cryptocom", 5
DEMO_HISTORY_SECONDS = 15
# Options of ccxt that select a testnet or demo environment.
TESTNET_OPTIONS = ("sandbox", "testnet", "sandboxMode", "enableDemoTrading")

__all__ = ["FILE_VARIABLE", "AccountSettings", "ConfigurationError", "Settings", "load_settings"]


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """One configured account with its secrets resolved. Neither repr nor log shows them."""

    name: str
    exchange: str
    api_key: SecretStr
    api_secret: SecretStr
    passphrase: SecretStr | None = None
    base_url: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    markets: tuple[str, ...] = ()
    refresh_seconds: int = 30
    is_demo: bool = False
    history_seconds: int = 60
    cost_method: CostMethod = CostMethod.AVERAGE

    @property
    def origin(self) -> str | None:
        """The server that stands in for the exchange. None for the exchange itself.

        The demo has a constant name, because its address differs at every start.
        """
        if self.is_demo:
            return "demo"
        if self.base_url is not None:
            return self.base_url.rstrip("/").lower()
        return "testnet" if any(self.options.get(name) for name in TESTNET_OPTIONS) else None

    @property
    def key_identity(self) -> tuple[str, str, str]:
        """The API that the key belongs to, the server that stands in for it, and the key. Never shown or stored as it
        is.
        """
        key = self.api_key.get_secret_value()
        is_address = is_read_by_address(self.exchange)
        return api_of(self.exchange), self.origin or "", key.lower() if is_address else key

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets of this account, for redaction only."""
        given = (self.api_key, self.api_secret, self.passphrase)
        return tuple(secret.get_secret_value() for secret in given if secret is not None)


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """The metrics of the refresher. Without a `port` it serves none. Another machine needs the token."""

    port: int | None = None
    address: str = "127.0.0.1"
    token: SecretText | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration. `is_demo` without accounts: nothing is configured and no demo exchange is known yet."""

    base_currency: str
    display_currencies: tuple[str, ...]
    accounts: tuple[AccountSettings, ...]
    is_demo: bool
    demo_url: str | None
    log_format: Literal["console", "json"]
    log_level: str
    budgets: Mapping[SourceKind, float]  # seconds
    file: Path | None  # None if there is no file
    retention: Retention = field(default_factory=Retention)
    costs: Mapping[str, tuple[StatedCost, ...]] = field(default_factory=dict)  # of deposits, by account
    metrics: MetricsSettings = MetricsSettings()
    alerts: AlertSettings = field(default_factory=AlertSettings)
    candles: Mapping[str, timedelta] = field(default_factory=lambda: CandlesShape().spans())  # by timeframe
    secret_files: tuple[Path, ...] = ()


def load_settings() -> Settings:
    """Read and check the configuration. Raises ConfigurationError with every problem at once."""
    path = _path()
    raw = read_toml(path) if path is not None else {}
    label = str(path) if path is not None else "environment"
    try:
        shape = Configuration(**raw)
    except ValidationError as error:
        # `from None`, because pydantic's error would carry the rejected input, which may be a secret, into a traceback.
        problems = (*problems_of(error, raw, label), *duplicate_names(raw, label), *unknown_variables(raw))
        raise ConfigurationError(problems) from None
    if problems := (*duplicate_names(raw, label), *unknown_variables(raw)):
        raise ConfigurationError(problems)
    settings = replace(_settings_of(shape, path), secret_files=secret_files(raw))
    names = [account.name for account in settings.accounts]
    of_rules = problems_of_rules(shape.rules, shape.channels, names, label)
    if problems := (*duplicate_keys(settings.accounts), *problems_of_costs(shape.costs, names, label), *of_rules):
        raise ConfigurationError(problems)
    return settings


def duplicate_keys(accounts: Iterable[AccountSettings]) -> tuple[str, ...]:
    """A line for each account with the key of another account."""
    names: dict[tuple[str, str, str], str] = {}
    pairs = [(names.setdefault(account.key_identity, account.name), account.name) for account in accounts]
    return tuple(same_key_line(first, other) for first, other in pairs if first != other)


def _path() -> Path | None:
    """The configuration file. A file named in the environment must exist. The default file may be missing."""
    if named := os.environ.get(FILE_VARIABLE):
        return Path(named)
    default = Path(DEFAULT_FILE)
    return default if default.exists() else None


def _settings_of(shape: Configuration, path: Path | None) -> Settings:
    accounts = tuple(_account_of(account) for account in shape.accounts)
    is_demo = not accounts
    if is_demo and shape.demo_url is not None:
        accounts = (_demo_account(shape.demo_url),)
    return Settings(
        base_currency=shape.base_currency,
        display_currencies=tuple(dict.fromkeys((shape.base_currency, *shape.display_currencies))),
        accounts=accounts,
        is_demo=is_demo,
        demo_url=shape.demo_url,
        log_format=shape.log_format,
        log_level=shape.log_level,
        budgets={SourceKind(name): seconds for name, seconds in shape.budgets.model_dump().items()},
        file=path,
        retention=_retention_of(shape),
        costs={account.name: tuple(_costs_of(account.name, shape)) for account in accounts},
        metrics=_metrics_of(shape),
        alerts=alert_settings(shape.alerts, shape.channels, shape.rules),
        candles=shape.candles.spans(),
    )


def _metrics_of(shape: Configuration) -> MetricsSettings:
    try:
        token = metrics_token()
    except SecretUnreadable as error:
        raise ConfigurationError((f"environment: {METRICS_TOKEN}: {error}",)) from None
    if shape.metrics_port is not None and token is None and not is_loopback(shape.metrics_address):
        raise ConfigurationError(
            (f"metrics_address = {shape.metrics_address!r}: other machines could read it; set {METRICS_TOKEN}",)
        )
    return MetricsSettings(shape.metrics_port, shape.metrics_address, token)


def _retention_of(shape: Configuration) -> Retention:
    return Retention(
        full=timedelta(days=shape.keep_full_days),
        five_minutes=timedelta(days=shape.keep_five_minutes_days),
        hourly=timedelta(days=shape.keep_hourly_days),
        zones=tuple(map(ZoneInfo, shape.zones)),
        attempts=timedelta(days=shape.keep_attempts_days),
        audit=timedelta(days=shape.keep_audit_days),
    )


def _costs_of(account: str, shape: Configuration) -> Iterator[StatedCost]:
    for cost in shape.costs:
        if cost.account == account:
            yield StatedCost(cost.deposit, cost.cost, cost.currency or shape.base_currency, cost.acquired)


def _account_of(account: AccountShape) -> AccountSettings:
    return AccountSettings(
        name=account.name,
        exchange=account.exchange,
        api_key=account.api_key,
        api_secret=account.api_secret,
        passphrase=account.passphrase,
        base_url=account.base_url,
        options=account.options,
        markets=account.markets,
        refresh_seconds=account.refresh_seconds,
        history_seconds=account.history_seconds,
        cost_method=CostMethod(account.cost_method),
    )


def _demo_account(url: str) -> AccountSettings:
    return AccountSettings(
        name=DEMO_NAME,
        exchange=DEMO_EXCHANGE,
        api_key=SecretStr(DEMO_KEY),
        api_secret=SecretStr(DEMO_SECRET),
        base_url=url,
        refresh_seconds=DEMO_SECONDS,
        history_seconds=DEMO_HISTORY_SECONDS,
        is_demo=True,
    )
