"""Shared by the tests of the API: the API on one test database, served over HTTP, and its accounts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.reader import Reader
from api.routes import routes
from api.settings import ApiSettings
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.snapshot import Account
from domain.sources import Failure, Source, Success
from domain.valuation import Valuation
from tests.api.serving import Served, serving
from tests.factories import ASKED, observation


@pytest.fixture
def api(database: Any) -> Iterator[Served]:
    reader = Reader(lambda: database.reader, prompt_seconds=60)
    with serving(routes(reader, ApiSettings())) as served:
        yield served
    reader.close()


def known(database: Any, *names: str, sources: Sequence[Source] = ASKED, **values: Any) -> list[Account]:
    """Configured accounts of these names."""
    given: dict[str, Any] = {"exchange": "cryptocom", "refresh_seconds": 30, "base_currency": "USD"} | values
    found = write_accounts(
        database.writer, [AccountSetting(name=name, sources=tuple(sources), **given) for name in names]
    )
    return [found[name] for name in names]


def refreshed(
    database: Any,
    account: Account,
    ago: float = 0,
    worth: Valuation | None = None,
    results: Mapping[Source, Failure] | None = None,
    **rows: Sequence[Any] | Failure,
) -> datetime:
    """Write a refresh from `ago` seconds before now. Sources without an argument succeeded and were empty."""
    taken_at = datetime.now(UTC) - timedelta(seconds=ago)
    given = {Source(name): r if isinstance(r, Failure) else Success(tuple(r)) for name, r in rows.items()}
    write_refresh(database.writer, observation(account, taken_at, {**given, **(results or {})}, worth))
    return taken_at
