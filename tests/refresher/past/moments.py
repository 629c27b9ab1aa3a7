"""Steps of the tests about history."""

from datetime import UTC, datetime, timedelta

from tests.refresher.conftest import WatchedPast
from tests.refresher.past_exchange import Past


def ago(**values: float) -> datetime:
    return datetime.now(UTC) - timedelta(**values)


def leave(main: WatchedPast, past: Past, *paths: str) -> None:
    """Empty these lists for the next refresh."""
    for path in paths:
        past.server.lists(path)
    main.refresh()
