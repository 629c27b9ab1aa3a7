"""Daily digests: one message a day for each channel that gets one, at a time of the user's zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from db.reads.accounts import read_accounts
from db.reads.alerts import read_alerts, read_channels
from db.reads.attribution import read_attribution
from db.reads.ended_orders import read_ended_orders
from db.reads.history_progress import read_history_progress
from db.reads.outbox import read_digested
from db.reads.rule_facts import read_newest_refreshes, read_visible_accounts
from db.reads.snapshots import read_snapshots
from db.reads.spans import read_span, read_transits
from db.writes.outbox import write_digest
from domain.alert_states import State
from domain.alert_words import Wording
from domain.change import NetValueChange, change_over, tolerance_of, why_present_unknown
from domain.digest import Digest, Uncovered, digest_body, digest_title, due_at
from domain.holdings import Holding, Totals, holdings_of, totals_of
from domain.order_ends import OrderEnd
from domain.periods import closing_of
from domain.protection import ProtectionState
from domain.snapshot import Account, Snapshot
from domain.spans import with_known_transit
from logs.lines import log
from refresher.alerts.built_in import FLOOR
from refresher.configuration.alert_settings import AlertSettings
from refresher.process.database_watch import AWAY

DAY = timedelta(days=1)
# A digest waits so long for a refresh of every account, and is left out if it is later than that.
LONGEST_WAIT, LATEST = timedelta(minutes=10), timedelta(hours=6)
_RETRY = timedelta(minutes=15)


@dataclass(slots=True)
class Digests:
    """Writes the digests of a day. The outbox holds one for each channel and day, whoever writes first."""

    writer: Engine
    settings: AlertSettings
    _done: date | None = None
    _retry_at: datetime | None = field(default=None)

    def run(self, now: datetime) -> int:
        """Write the digests that are due. Returns how many. A failure is logged and tried again later."""
        names = {channel.name for channel in self.settings.channels if channel.gets_digest}
        due = due_at(now, self.settings.digest_at, self.settings.zone)
        day = due.astimezone(ZoneInfo(self.settings.zone)).date()
        if not names or self._done == day or now >= due + LATEST:
            return 0
        if self._retry_at is not None and now < self._retry_at:
            return 0
        try:
            return self._write(names, day, due, now)
        except AWAY:
            raise
        except Exception:
            log().exception("the daily digest failed: tried again in 15 minutes")
            self._retry_at = now + _RETRY
            return 0

    def _write(self, names: set[str], day: date, due: datetime, now: datetime) -> int:
        with self.writer.connect() as connection:
            missing = names - read_digested(connection, day)
            channels = [channel for channel in read_channels(connection) if channel.name in missing]
            accounts = [account for account in read_accounts(connection) if account.is_configured] if channels else []
            newest = read_newest_refreshes(connection, [account.id for account in accounts])
            late = [account.name for account in accounts if newest.get(account.id, due - DAY) < due]
            if late and now < due + LONGEST_WAIT:
                return 0
            visible = read_visible_accounts(connection)
            digests = {
                owner: digest_of(connection, _seen(accounts, owner, visible), newest, owner, late, now)
                for owner in {channel.owner for channel in channels}
            }
        wording = Wording(self.settings.zone, self.settings.shows_amounts, self.settings.link)
        count = 0
        for channel in channels:
            digest = digests[channel.owner]
            title, body = digest_title(day), digest_body(digest, wording)
            count += write_digest(self.writer, channel, day, title, body, now)
        self._done = day
        return count


def _seen(accounts: Sequence[Account], owner: str | None, visible: Mapping[str, frozenset[int]]) -> Sequence[Account]:
    return [account for account in accounts if owner is None or account.id in visible.get(owner, frozenset())]


def digest_of(
    connection: Connection,
    accounts: Sequence[Account],
    newest: Mapping[int, datetime],
    owner: str | None,
    late: Sequence[str],
    now: datetime,
) -> Digest:
    """The digest of these accounts over the 24 hours until now."""
    places = [(account, newest[account.id]) for account in accounts if account.id in newest]
    snapshots = list(read_snapshots(connection, places).values())
    currency = accounts[0].base_currency if accounts else ""
    totals = totals_of(snapshots, currency)
    change = _change(connection, snapshots, totals, now)
    moments = (closing_of(now - DAY), max(newest.values(), default=now))
    refreshed = [snapshot.account for snapshot in snapshots]
    explained = read_attribution(connection, refreshed, moments, currency) if refreshed and not change.why else None
    is_same = explained is not None and explained.currency == currency
    return Digest(
        at=now,
        currency=currency,
        net_value=None if totals.missing else _net_value(connection, snapshots, totals),
        change=change,
        attribution=explained.attribution if explained is not None and is_same else None,
        ended=[
            OrderEnd(row.order, row.outcome.ending, row.outcome.gone_at)
            for account, at in places
            for row in read_ended_orders(connection, account, now - DAY, at)
        ],
        uncovered=[row for snapshot in snapshots for row in _uncovered(snapshot, currency)],
        unread=[name for snapshot in snapshots for name in _unread(snapshot, currency)],
        firing=sum(alert.owner == owner for alert in read_alerts(connection, (State.FIRING, State.RECOVERING))),
        late=[account.name for account in accounts if account.name in late and account.id in newest],
        unseen=[account.name for account in accounts if account.id not in newest],
        several_accounts=len(accounts) > 1,
    )


def _net_value(connection: Connection, snapshots: Sequence[Snapshot], totals: Totals) -> Decimal | None:
    """The net value as Overview shows it, with what is between own accounts."""
    at = max((snapshot.refresh.taken_at for snapshot in snapshots), default=None)
    if at is None or len(snapshots) < 2:
        return totals.net_value
    accounts = [snapshot.account for snapshot in snapshots]
    return with_known_transit(totals.net_value, read_transits(connection, accounts, at, at, totals.currency))


def _change(connection: Connection, snapshots: Sequence[Snapshot], totals: Totals, now: datetime) -> NetValueChange:
    """The change of 24 hours, by the rule of Overview."""
    if why := why_present_unknown(snapshots, totals, now, DAY):
        return NetValueChange(None, None, None, why)
    since, until = now - DAY, max(snapshot.refresh.taken_at for snapshot in snapshots)
    accounts = [snapshot.account for snapshot in snapshots]
    progress = read_history_progress(connection)
    span = read_span(connection, accounts, (closing_of(since), until), totals.currency, progress, tolerance_of(DAY))
    return change_over(span, since, totals, until)


def _uncovered(snapshot: Snapshot, currency: str) -> Sequence[Uncovered]:
    """Holdings that stops leave open by more than the floor of the built-in alert."""
    rows = [
        Uncovered(snapshot.account.name, holding.asset, _open_value(holding))
        for holding in holdings_of(snapshot, currency)
        if holding.protection is not None
        and holding.protection.state in (ProtectionState.UNPROTECTED, ProtectionState.PARTLY)
    ]
    return [row for row in rows if row.value is None or row.value > FLOOR]


def _open_value(holding: Holding) -> Decimal | None:
    share = None if holding.protection is None else holding.protection.share
    return None if holding.value is None or share is None else holding.value * (1 - share)


def _unread(snapshot: Snapshot, currency: str) -> Sequence[str]:
    return [
        f"{snapshot.account.name} {holding.asset}"
        for holding in holdings_of(snapshot, currency)
        if holding.protection is not None and holding.protection.state is ProtectionState.UNKNOWN
    ]
