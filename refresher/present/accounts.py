"""Accounts: from settings to accounts that are stored in the database and have a reader each."""

import hashlib
import hmac
import math
from collections.abc import Iterable, Mapping

from sqlalchemy import Engine

from db.leases import Leases
from db.reads.accounts import read_accounts
from db.stopping import Stop
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.key_salt import write_key_salt
from db.writes.stated_costs import write_stated_costs
from domain.sources import Source, SourceKind
from exchanges.contracts import AccountConnection, AccountReader, AccountScope
from exchanges.open import SharedMarkets, fills_count_from_settlement, open_reader, settles
from logs.lines import log
from refresher.configuration.settings import AccountSettings, Settings
from refresher.jobs.history import HistoryJob
from refresher.present.served_account import ServedAccount
from refresher.present.source_fetcher import SourceFetcher
from refresher.process.database_watch import DatabaseWatch
from refresher.process.fetch_threads import FetchThreads

# The reader gives up a little before its budget ends, so that its own message is recorded instead of "no answer".
READER_SHARE = 0.9


def open_readers(settings: Settings) -> dict[str, AccountReader]:
    """The reader of each account, by name. Makes no request yet. Accounts of one exchange share its markets."""
    shared = SharedMarkets()
    return {
        account.name: open_reader(connection_of(account, settings.budgets), shared) for account in settings.accounts
    }


def open_accounts(
    settings: Settings, readers: Mapping[str, AccountReader], writer: Engine, leases: Leases, stop: Stop
) -> tuple[ServedAccount, ...]:
    """Store the accounts and the stated costs of their deposits in the database, ready to be served.

    Raises AccountRefused when a known name is now configured on another exchange, or a known key under another name.
    """
    with writer.connect() as connection:
        previous_names = {account.id: account.name for account in read_accounts(connection)}
    salt = write_key_salt(writer)
    accounts = write_accounts(writer, [_setting_of(a, readers[a.name], settings, salt) for a in settings.accounts])
    for account in accounts.values():
        write_stated_costs(writer, account.id, settings.costs.get(account.name, ()))
        if previous_names.get(account.id, account.name) != account.name:
            previous = previous_names[account.id]
            log().info("account renamed: it keeps its history", account=account.name, previous=previous)
    threads = FetchThreads()
    return tuple(
        ServedAccount(
            account=accounts[name],
            reader=readers[name],
            fetcher=SourceFetcher(readers[name], settings.budgets, stop, threads),
            writer=writer,
            leases=leases,
            display_currencies=settings.display_currencies,
        )
        for name in (account.name for account in settings.accounts)
    )


def history_jobs(
    accounts: Iterable[ServedAccount], writer: Engine, watch: DatabaseWatch, stop: Stop
) -> list[HistoryJob]:
    """The history job of each account whose exchange offers any history."""
    return [
        HistoryJob(served, past, writer, watch, stop, served.scope)
        for served in accounts
        if (past := served.reader.history) is not None
    ]


def connection_of(account: AccountSettings, budgets: Mapping[SourceKind, float]) -> AccountConnection:
    """The connection parameters of an account, with its secrets unwrapped."""
    return AccountConnection(
        name=account.name,
        exchange=account.exchange,
        api_key=account.api_key.get_secret_value(),
        api_secret=account.api_secret.get_secret_value(),
        passphrase=account.passphrase.get_secret_value() if account.passphrase else None,
        base_url=account.base_url,
        options=account.options,
        markets=frozenset(account.markets),
        budgets={kind: seconds * READER_SHARE for kind, seconds in budgets.items()},
    )


def fingerprint_of(account: AccountSettings, salt: bytes) -> str:
    """A fingerprint that tells an account's key from every other key without revealing it (HMAC-SHA256)."""
    return hmac.new(salt, "\n".join(account.key_identity).encode(), hashlib.sha256).hexdigest()


def _setting_of(account: AccountSettings, reader: AccountReader, settings: Settings, salt: bytes) -> AccountSetting:
    return AccountSetting(
        name=account.name,
        exchange=account.exchange,
        sources=reader.sources,
        refresh_seconds=account.refresh_seconds,
        base_currency=settings.base_currency,
        display_currencies=settings.display_currencies,
        is_demo=account.is_demo,
        history=_history_of(reader),
        history_seconds=account.history_seconds,
        not_readable=reader.not_readable,
        unread_transfers=frozenset() if reader.history is None else reader.history.unread_transfers,
        cost_method=account.cost_method,
        least_seconds={source: math.ceil(seconds) for source, seconds in reader.least_seconds.items()},
        origin=account.origin,
        settles=settles(account.exchange),
        fills_count_from_settlement=fills_count_from_settlement(account.exchange),
        key_fingerprint=fingerprint_of(account, salt),
    )


def _history_of(reader: AccountReader) -> tuple[Source, ...]:
    """The sources of history that this reader offers. A kind with one call per symbol is listed once."""
    past = reader.history
    if past is None:
        return ()
    return tuple(call for kind in past.kinds for call in past.calls(kind, AccountScope()) or (Source.of(kind),))
