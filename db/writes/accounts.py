"""Accounts: making the configured accounts known to the database, without their credentials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine, text

from db.copying import json_text
from db.reads.accounts import read_accounts
from domain.cost_method import CostMethod
from domain.snapshot import Account, venue_of
from domain.sources import Source, SourceKind
from domain.transfers import TransferKind


@dataclass(frozen=True, slots=True)
class AccountSetting:
    """One configured account, as far as the database may know it."""

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

    @property
    def venue(self) -> str:
        """As of the Account that it makes."""
        return venue_of(self.exchange, self.origin)


class AccountMoved(Exception):
    """An account's name now stands for another exchange, or a stand-in of it: its past would be a mixture of two."""


def write_accounts(engine: Engine, settings: Sequence[AccountSetting]) -> dict[str, Account]:
    """Make the configured accounts known; the others keep their past and are no longer expected to be fresh.

    Raises AccountMoved when a known name is configured with another exchange, or another origin.
    """
    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE"))
        known = {account.name: account for account in read_accounts(connection)}
        for setting in settings:
            former = known.get(setting.name)
            if former is not None and former.venue != setting.venue:
                raise AccountMoved(
                    f"account {setting.name!r} is known on {former.venue}, not on {setting.venue}: "
                    "give the new account a name of its own"
                )
            connection.execute(text(_UPSERT), _parameters(setting))
        connection.execute(
            text("UPDATE account SET is_configured = false WHERE is_configured AND name <> ALL (:names)"),
            {"names": [setting.name for setting in settings]},
        )
        now_known = {account.name: account for account in read_accounts(connection)}
    return {setting.name: now_known[setting.name] for setting in settings}


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
    }


_UPSERT = """
INSERT INTO account (name, exchange, sources, refresh_seconds, base_currency, is_demo,
                     history, history_seconds, not_readable, unread_transfers, cost_method, display_currencies,
                     origin, least_seconds)
VALUES (:name, :exchange, :sources, :refresh_seconds, :base_currency, :is_demo,
        CAST(:history AS text[]), :history_seconds, CAST(:not_readable AS text[]),
        CAST(:unread_transfers AS text[]), :cost_method, CAST(:display_currencies AS text[]), :origin,
        CAST(:least_seconds AS jsonb))
ON CONFLICT (name) DO UPDATE SET
    sources = excluded.sources, refresh_seconds = excluded.refresh_seconds,
    base_currency = excluded.base_currency, is_demo = excluded.is_demo, is_configured = true,
    history = excluded.history, history_seconds = excluded.history_seconds,
    not_readable = excluded.not_readable, unread_transfers = excluded.unread_transfers,
    cost_method = excluded.cost_method, display_currencies = excluded.display_currencies,
    least_seconds = excluded.least_seconds
"""
