"""Write the configured accounts, without their credentials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, text

from db.copying import json_text
from db.reads.accounts import read_accounts
from db.writes.alert_ends import end_alerts_of_former_accounts
from db.writes.origins import adopt_origin
from domain.cost_method import CostMethod
from domain.snapshot import Account, venue_of
from domain.sources import Source, SourceKind
from domain.transfers import TransferKind


@dataclass(frozen=True, slots=True)
class AccountSetting:
    """The configuration of an account, without secrets."""

    name: str
    exchange: str
    sources: tuple[Source, ...]
    refresh_seconds: int
    base_currency: str
    is_demo: bool = False
    history: tuple[Source, ...] = ()
    history_seconds: int = 60
    not_readable: frozenset[SourceKind] = frozenset()
    unread_transfers: frozenset[TransferKind] = frozenset()
    cost_method: CostMethod = CostMethod.AVERAGE
    display_currencies: tuple[str, ...] = ()
    origin: str | None = None
    least_seconds: Mapping[Source, int] = field(default_factory=dict)
    settles: str = ""
    fills_count_from_settlement: bool = False
    key_fingerprint: str | None = None  # None: unknown, so it is not compared with other keys

    @property
    def venue(self) -> str:
        """The venue of the account (Account.venue)."""
        return venue_of(self.exchange, self.origin)


class AccountRefused(Exception):
    """An account cannot be served as configured. The message is one line and says what to do.

    AccountRefused
    ├── AccountMoved: its name now means another exchange or a stand-in. Its history would mix both
    └── KeyTaken: its key belongs to another account. Everything behind the key would count twice
    """


class AccountMoved(AccountRefused):
    """The name of an account is already in use on another exchange."""


class KeyTaken(AccountRefused):
    """The key of an account is already in use under another name."""


def write_accounts(engine: Engine, settings: Sequence[AccountSetting]) -> dict[str, Account]:
    """Insert or update the configured accounts. All others keep their history and become `is_configured` false.

    Alerts about accounts that left or were renamed end.

    A new name with the key of an account that is no longer configured renames that account, with its history.

    Raises AccountMoved if an existing name is configured with another exchange or origin, and KeyTaken if two accounts
    have the same key.
    """
    names = [setting.name for setting in settings]
    _check_keys_of(settings)
    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE"))
        for setting in settings:
            _take_over(connection, setting, names)
        existing = {account.name: account for account in read_accounts(connection)}
        for setting in settings:
            previous = existing.get(setting.name)
            is_moved = previous is not None and previous.venue != setting.venue
            if previous is not None and is_moved and not _is_same_account(connection, previous, setting):
                raise AccountMoved(
                    f"account {setting.name!r} is known on {previous.venue}, not on {setting.venue}: "
                    "give the new account a name of its own"
                )
            connection.execute(text(_UPSERT), _parameters(setting))
        connection.execute(
            text("UPDATE account SET is_configured = false WHERE is_configured AND name <> ALL (:names)"),
            {"names": names},
        )
        end_alerts_of_former_accounts(connection)
        written = {account.name: account for account in read_accounts(connection)}
    return {setting.name: written[setting.name] for setting in settings}


def _is_same_account(connection: Connection, previous: Account, setting: AccountSetting) -> bool:
    """True if only the origin differs because no version wrote it yet. It is written then."""
    return previous.exchange == setting.exchange and adopt_origin(connection, previous, setting.origin)


def _check_keys_of(settings: Sequence[AccountSetting]) -> None:
    """Raises KeyTaken if two configured accounts have the same key."""
    names: dict[str, str] = {}
    for setting in settings:
        if setting.key_fingerprint is None:
            continue
        other = names.setdefault(setting.key_fingerprint, setting.name)
        if other != setting.name:
            raise KeyTaken(same_key_line(other, setting.name))


def same_key_line(name: str, other_name: str) -> str:
    """The error message for two accounts with the same key."""
    return (
        f"accounts {name!r} and {other_name!r} have the same API key, so everything in it would count twice: "
        "remove one of them, or give it a key of its own"
    )


def _take_over(connection: Connection, setting: AccountSetting, names: Sequence[str]) -> None:
    """Give an account its key, even if an account that is no longer configured had it.

    Raises KeyTaken if the other account is still configured.
    """
    holder = connection.execute(
        text("SELECT name FROM account WHERE key_fingerprint = :key_fingerprint AND name <> :name"),
        {"key_fingerprint": setting.key_fingerprint, "name": setting.name},
    ).scalar()
    if holder is None:
        return
    if holder in names:
        raise KeyTaken(
            f"account {setting.name!r} has the API key that {holder!r} used until now, so their histories would mix: "
            f"keep that key for {holder!r}, and give a new key a new name"
        )
    previous = next(account for account in read_accounts(connection) if account.name == holder)
    is_known = any(account.name == setting.name for account in read_accounts(connection))
    if is_known or previous.venue != setting.venue:
        # The name has its own history, or the key was for another venue, so no history moves.
        statement = "UPDATE account SET key_fingerprint = NULL WHERE name = :holder"
    else:
        statement = "UPDATE account SET name = :name WHERE name = :holder"
    connection.execute(text(statement), {"name": setting.name, "holder": holder})


def _parameters(setting: AccountSetting) -> dict[str, object]:
    return {
        "name": setting.name,
        "exchange": setting.exchange,
        "sources": [str(source) for source in setting.sources],
        "refresh_seconds": setting.refresh_seconds,
        "base_currency": setting.base_currency,
        "is_demo": setting.is_demo,
        "history": [str(source) for source in setting.history],
        "history_seconds": setting.history_seconds,
        "not_readable": sorted(setting.not_readable),
        "unread_transfers": sorted(setting.unread_transfers),
        "cost_method": str(setting.cost_method),
        "display_currencies": list(setting.display_currencies),
        "origin": setting.origin,
        "least_seconds": json_text({str(source): seconds for source, seconds in setting.least_seconds.items()}),
        "settles": setting.settles,
        "fills_count_from_settlement": setting.fills_count_from_settlement,
        "key_fingerprint": setting.key_fingerprint,
    }


_UPSERT = """
INSERT INTO account (name, exchange, sources, refresh_seconds, base_currency, is_demo,
                     history, history_seconds, not_readable, unread_transfers, cost_method, display_currencies,
                     origin, least_seconds, settles, fills_count_from_settlement, key_fingerprint)
VALUES (:name, :exchange, :sources, :refresh_seconds, :base_currency, :is_demo,
        CAST(:history AS text[]), :history_seconds, CAST(:not_readable AS text[]),
        CAST(:unread_transfers AS text[]), :cost_method, CAST(:display_currencies AS text[]), :origin,
        CAST(:least_seconds AS jsonb), :settles, :fills_count_from_settlement, :key_fingerprint)
ON CONFLICT (name) DO UPDATE SET
    sources = excluded.sources, refresh_seconds = excluded.refresh_seconds,
    base_currency = excluded.base_currency, is_demo = excluded.is_demo, is_configured = true,
    history = excluded.history, history_seconds = excluded.history_seconds,
    not_readable = excluded.not_readable, unread_transfers = excluded.unread_transfers,
    cost_method = excluded.cost_method, display_currencies = excluded.display_currencies,
    least_seconds = excluded.least_seconds, settles = excluded.settles,
    fills_count_from_settlement = excluded.fills_count_from_settlement,
    key_fingerprint = coalesce(excluded.key_fingerprint, account.key_fingerprint)
"""
