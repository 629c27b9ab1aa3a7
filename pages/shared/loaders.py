"""Loaders: the pages get all data from here, past.py, order_history.py and Status, and it is cached here.

A past moment never changes. So entries are cached by refresh without expiry, up to a limit. Only `load_latest` looks
again, once per second for all sessions.

Results are cached by `cache_data`. Large or long-lived objects use `cache_resource` and are shared by sessions without
a copy: the newest refreshes, snapshots, curves, and the frames and figures built from them. All of them are frozen or
never changed. Copying ten thousand orders for each run would take longer than drawing them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from db.reads.equity import read_first_at
from db.reads.moments import read_moments
from db.reads.order_versions import OrderVersion, read_order_versions
from db.reads.refreshes import NoSuchRefresh
from db.refresh_requests import insert_edit_request, insert_refresh_request
from domain.edits import EditKind
from domain.snapshot import Account, Snapshot
from domain.sources import Source
from pages.shared.cache_budget import SIZE_OF, bytes_of
from pages.shared.caches import cache_data, cache_resource
from pages.shared.database import DatabaseUnavailable, NotUnderstood, Question, SightChanged
from pages.shared.held_snapshots import HeldSnapshots
from pages.shared.latest import FRESH_SECONDS, Latest, LatestKnown
from pages.shared.scene import Scene
from pages.shared.view import View
from pages.shared.viewer import sight_check, the_database, within_sight

Found = TypeVar("Found")

# An order in memory, as listed and with its role, and its place in a list.
ORDER_BYTES, POINTER_BYTES = 1600, 8
# Ten thousand orders are 14 MB as a snapshot. So the cache holds few large snapshots and many small ones.
MANY_ORDERS = 1000
# So many different sets of visible accounts are kept apart at once.
SIGHTS = 200
# A refresh is written shortly after its moment. The past is settled when a later refresh is this much newer.
SETTLED_AFTER = timedelta(minutes=2)


@cache_resource(max_entries=SIGHTS, counted=False)
def latest_refreshes() -> LatestKnown:
    """The newest refreshes known to this process."""
    return LatestKnown(the_database(), within_sight=within_sight)


def ask(question: Question[Found]) -> Found:
    """Run a query. Raises DatabaseUnavailable, at once during a known outage."""
    if (outage := _latest_or_none()) is not None and outage.outage is not None:
        raise outage.outage.error()
    try:
        return the_database().ask(within_sight(question))
    except (NotUnderstood, SightChanged):
        raise
    except DatabaseUnavailable as error:
        latest_refreshes().note(error)
        raise


def load_latest(fresh_seconds: float = FRESH_SECONDS) -> Latest:
    """All accounts and their newest refreshes, at most this old. Raises DatabaseUnavailable if never known."""
    return latest_refreshes().latest(fresh_seconds)


def load_scene(view: View, now: datetime | None = None) -> Scene:
    """All data that the view asks for. Accounts that cannot be read are `unread`.

    Raises DatabaseUnavailable only if nothing was ever known.
    """
    latest = load_latest()
    at = view.as_of or now or datetime.now(UTC)
    accounts = tuple(a for a in latest.accounts if (a.name in view.accounts if view.accounts else a.is_configured))
    try:
        moments = latest.moments if view.as_of is None else load_moments(view.as_of, accounts)
    except DatabaseUnavailable:
        return Scene(view, accounts, (), at, (), accounts, load_latest().outage, latest.progress)
    snapshots, unseen, unread = [], [], []
    for account in accounts:
        taken_at = moments.get(account.id)
        if taken_at is None:
            unseen.append(account)
            continue
        try:
            snapshots.append(_snapshot_at(account, taken_at, view.as_of))
        except DatabaseUnavailable:
            last_shown = _held().shown.get(account.id) if view.as_of is None else None
            if last_shown is None:
                unread.append(account)
            else:
                snapshots.append(last_shown)
    if view.as_of is None:
        _held().shown.update({s.account.id: s for s in snapshots})
    missing = (tuple(unseen), tuple(unread))
    unread_at = {account.id: moments[account.id] for account in unread}
    return Scene(view, accounts, tuple(snapshots), at, *missing, load_latest().outage, latest.progress, unread_at)


def _snapshot_at(account: Account, taken_at: datetime, as_of: datetime | None) -> Snapshot:
    """The snapshot of a moment. A refresh that was thinned out since is replaced by the one before it."""
    try:
        return load_snapshot(account, taken_at)
    except NotUnderstood as error:
        if as_of is None or not isinstance(error.__cause__, NoSuchRefresh):
            raise
        moments = _ask_moments(as_of, (account.id,))
        if moments.get(account.id) in (None, taken_at):
            raise
        return load_snapshot(account, moments[account.id])


@cache_resource(max_entries=SIGHTS, counted=False)
def _held() -> HeldSnapshots:
    return HeldSnapshots()


def load_moments(as_of: datetime, accounts: Sequence[Account]) -> Mapping[int, datetime]:
    """The last refresh of each of these accounts at or before a past moment. Raises DatabaseUnavailable.

    Cached for good only once every account was refreshed well after that moment. Before that, one may still be written.
    """
    newest = load_latest().moments
    ids = tuple(sorted(account.id for account in accounts))
    is_past = all(id_ in newest and newest[id_] - as_of > SETTLED_AFTER for id_ in ids)
    return _settled_moments(as_of, ids) if is_past else _recent_moments(as_of, ids)


def is_settled(until: datetime) -> bool:
    """True if everything until a moment has been written. An answer read earlier may still change."""
    return datetime.now(UTC) - until > SETTLED_AFTER


@cache_data(max_entries=500)
def _settled_moments(as_of: datetime, ids: tuple[int, ...]) -> Mapping[int, datetime]:
    return _ask_moments(as_of, ids)


@cache_data(max_entries=100, ttl=1)
def _recent_moments(as_of: datetime, ids: tuple[int, ...]) -> Mapping[int, datetime]:
    return _ask_moments(as_of, ids)


def _ask_moments(as_of: datetime, ids: tuple[int, ...]) -> Mapping[int, datetime]:
    moments = ask(lambda connection: read_moments(connection, as_of))
    return {id_: moments[id_] for id_ in ids if id_ in moments}


def load_snapshot(account: Account, taken_at: datetime) -> Snapshot:
    """Everything of one account at one refresh. Raises DatabaseUnavailable.

    It is cached with all that is known of the account: a renamed one has its new name in past moments too.
    """
    large, snapshot = _large_accounts(), None
    if account.id not in large:
        try:
            return _snapshot(repr(account), taken_at, account)
        except _LargeSnapshot as found:
            large.add(account.id)
            snapshot = found.snapshot
    return _snapshot_large(repr(account), taken_at, account, snapshot)


class _LargeSnapshot(Exception):
    """A snapshot too large for the cache of small ones."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot


@cache_resource(max_entries=SIGHTS, counted=False)
def _large_accounts() -> set[int]:
    """The accounts with a large snapshot."""
    return set()


@cache_resource(max_entries=120)
def _snapshot(account_text: str, taken_at: datetime, _account: Account) -> Snapshot:
    snapshot = _read_snapshot(_account, taken_at)
    if len(snapshot.orders) > MANY_ORDERS:
        raise _LargeSnapshot(snapshot)
    return snapshot


@cache_resource(max_entries=12)
def _snapshot_large(account_text: str, taken_at: datetime, _account: Account, _read: Snapshot | None) -> Snapshot:
    return _read or _read_snapshot(_account, taken_at)


def _read_snapshot(account: Account, taken_at: datetime) -> Snapshot:
    """The snapshot, checked before others get it too."""
    return ask(partial(_held().read, account=account, taken_at=taken_at, check=sight_check()))


def _snapshot_bytes(snapshot: Snapshot) -> int:
    """The bytes of a snapshot. Orders that the snapshot shown last holds too are counted there."""
    newest, orders = _held().shown.get(snapshot.account.id), snapshot.open_orders
    shared = {} if newest is None or newest.open_orders is None else newest.open_orders.by_symbol
    of_symbols = {} if orders is None else orders.by_symbol
    alone = sum(len(of.listed) for symbol, of in of_symbols.items() if shared.get(symbol) is not of)
    others = bytes_of((snapshot.balances, snapshot.positions, snapshot.prices, snapshot.sources, snapshot.refresh))
    return others + len(snapshot.orders) * POINTER_BYTES + alone * ORDER_BYTES


SIZE_OF[Snapshot] = _snapshot_bytes


@cache_data(max_entries=100, ttl=60)
def load_first_at(account_id: int) -> datetime | None:
    """The first moment with a known net value. It may become earlier when history is filled in."""
    return ask(lambda connection: read_first_at(connection, account_id))


def load_order_versions(account: Account, source: Source, key: str, taken_at: datetime) -> tuple[OrderVersion, ...]:
    """The versions of one order until the refresh at `taken_at`. Raises DatabaseUnavailable."""
    return _order_versions(account.id, source, key, taken_at, account)


@cache_data(max_entries=200)
def _order_versions(
    account_id: int, source: Source, key: str, taken_at: datetime, _account: Account
) -> tuple[OrderVersion, ...]:
    return ask(lambda connection: read_order_versions(connection, _account, source, key, taken_at))


def cached_view(build: Callable[..., Found], scene: Scene, *options: Any, unkeyed: tuple[Any, ...] = ()) -> Found:
    """The result of `build(scene.snapshots, *options, *unkeyed)`, computed once per scene.

    `build` is a module's function. `options` are hashable and few. `unkeyed` arguments only make it quicker. All
    sessions share the result, so frames and figures must not be changed afterwards.
    """
    name = f"{build.__module__}.{build.__qualname__}"
    keep = _built_large if sum(len(s.orders) for s in scene.snapshots) > MANY_ORDERS else _built
    built: Found = keep(name, scene.key, options, build, scene.snapshots, unkeyed)
    return built


@cache_resource(max_entries=300)
def _built(
    name: str,
    key: Any,
    options: Any,
    _build: Callable[..., Any],
    _snapshots: tuple[Snapshot, ...],
    _unkeyed: tuple[Any, ...],
) -> Any:
    return _build(_snapshots, *options, *_unkeyed)


@cache_resource(max_entries=16)
def _built_large(
    name: str,
    key: Any,
    options: Any,
    _build: Callable[..., Any],
    _snapshots: tuple[Snapshot, ...],
    _unkeyed: tuple[Any, ...],
) -> Any:
    return _build(_snapshots, *options, *_unkeyed)


def cached(make: Callable[..., Found], key: Any, *arguments: Any) -> Found:
    """The result of `make(*arguments)`, computed once per `key`.

    The key is hashable and must identify the arguments.
    """
    result: Found = _made(f"{make.__module__}.{make.__qualname__}", key, make, arguments)
    return result


@cache_resource(max_entries=200)
def _made(name: str, key: Any, _make: Callable[..., Any], _arguments: tuple[Any, ...]) -> Any:
    return _make(*_arguments)


def ask_for_refresh(account_id: int | None) -> None:
    """Request a refresh of one account, or of all. Raises DatabaseUnavailable."""
    engine = the_database().engine()
    the_database().ask(lambda _: insert_refresh_request(engine, account_id), seconds=3.0)


def file_edit(kind: EditKind, payload: Mapping[str, object], account_id: int | None) -> None:
    """File an edit for the refresher of an account, or for any (None). Raises DatabaseUnavailable."""
    engine = the_database().engine()
    the_database().ask(lambda _: insert_edit_request(engine, kind, payload, account_id), seconds=3.0)


def _latest_or_none() -> Latest | None:
    try:
        return load_latest()
    except DatabaseUnavailable:
        return None
