"""An account of the model, served over real HTTP and read by the real reader into the real database."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from db.reads.snapshots import read_snapshot
from db.stopping import Stop
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.snapshot import Snapshot
from domain.sources import SourceKind
from exchanges.contracts import AccountReader
from refresher.present.account_refresh import AccountRefresher
from refresher.present.source_fetcher import SourceFetcher
from tests.exchanges.harness import Venue, reader_of
from tests.exchanges.model.account import Account
from tests.exchanges.model.renderers import Renderer
from tests.exchanges.payload_server import PayloadServer, Reply, Request, serving
from tests.postgres import Database

BUDGETS: Mapping[SourceKind, float] = dict.fromkeys(SourceKind, 30.0)
CURRENCY = "USD"


@dataclass
class StandIn:
    """A server that answers as one exchange for the account it holds at the moment."""

    renderer: Renderer
    server: PayloadServer
    account: Account | None = None

    def reply(self, request: Request) -> Reply:
        payload = None if self.account is None else self.renderer.respond(self.account, request)
        if payload is None:
            return Reply(json.dumps({"code": "404", "msg": "no such path"}), 404)
        return payload if isinstance(payload, Reply) else Reply(json.dumps(payload))

    @property
    def unknown_paths(self) -> list[str]:
        """Requests without an answer, for the author of a renderer."""
        account = self.account
        assert account is not None
        missing = [r for r in self.server.requests if self.renderer.respond(account, r) is None]
        return sorted({f"{r.method} {r.path} {dict(r.query)} {r.body[:200]}" for r in missing})


@contextmanager
def stand_in(renderer: Renderer) -> Iterator[StandIn]:
    """The exchange of a renderer, listening for as long as the block lasts."""
    with serving() as server:
        exchange = StandIn(renderer, server)
        server.fallback = exchange.reply
        yield exchange


def snapshot_of(exchange: StandIn, account: Account, database: Database) -> Snapshot:
    """Refresh an account, write it and read the snapshot back."""
    exchange.account = account
    exchange.server.requests.clear()
    renderer = exchange.renderer
    markets = renderer.markets if renderer.listed is None else renderer.listed(account)
    venue = Venue(renderer.exchange, markets, list, (), options=renderer.options, hosts=renderer.hosts)
    reader = reader_of(venue, exchange.server.url)
    try:
        return _refreshed(reader, renderer, database)
    finally:
        reader.close()


def _refreshed(reader: AccountReader, renderer: Renderer, database: Database) -> Snapshot:
    account_row = write_accounts(database.writer, [_setting_of(reader, renderer)])[renderer.name]
    refresher = AccountRefresher(account_row, SourceFetcher(reader, BUDGETS, Stop()), [CURRENCY])
    for _ in range(renderer.refreshes):
        observation = refresher.refresh_account()
    write_refresh(database.writer, observation)
    with database.reader.connect() as connection:
        return read_snapshot(connection, account_row, observation.taken_at)


def _setting_of(reader: AccountReader, renderer: Renderer) -> AccountSetting:
    return AccountSetting(
        name=renderer.name,
        exchange=renderer.exchange,
        sources=reader.sources,
        refresh_seconds=60,
        base_currency=CURRENCY,
        not_readable=reader.not_readable,
    )
