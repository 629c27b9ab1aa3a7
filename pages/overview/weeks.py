"""Weeks: the prices of the last seven days of each coin, as small curves. Cached until another candle is stored."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from db.reads.candle_closes import read_candle_closes
from domain.charted_markets import market_of_coin
from domain.timeframes import opened_before
from pages.overview.tables import Weeks
from pages.overview.view import Facts
from pages.shared.caches import cache_data
from pages.shared.database import DatabaseUnavailable
from pages.shared.loaders import ask
from pages.shared.market_figures import range_version
from pages.shared.scene import Scene

_SPAN = timedelta(days=7)
# Every fourth of the hourly candles is enough for a curve of 84 pixels.
_EVERY = 4


def load_weeks(scene: Scene, facts: Facts) -> Weeks:
    """The curves of the holdings. A coin without stored candles has none."""
    weeks: dict[tuple[str, str], tuple[float, ...]] = {}
    closed_at = opened_before(scene.at, "1h")
    for snapshot in scene.snapshots:
        name = snapshot.account.name
        assets = [h.asset for h in facts.holdings if h.account == name]
        markets = {asset: symbol for asset in assets if (symbol := market_of_coin(asset, snapshot.prices)) is not None}
        if not markets:
            continue
        try:
            venue, symbols = snapshot.account.venue, tuple(sorted(markets.values()))
            closes = _closes(venue, symbols, closed_at, range_version(venue))
        except DatabaseUnavailable:
            return {}
        weeks |= {(name, asset): closes[symbol] for asset, symbol in markets.items() if symbol in closes}
    return weeks


# The version changes as long as candles arrive: those of a new coin, and that of the hour that closed last.
@cache_data(max_entries=100, ttl=120)
def _closes(venue: str, symbols: tuple[str, ...], closed_at: datetime, version: str) -> Mapping[str, tuple[float, ...]]:
    closes = ask(lambda connection: read_candle_closes(connection, venue, symbols, "1h", closed_at - _SPAN, closed_at))
    return {symbol: values[::-_EVERY][::-1] for symbol, values in closes.items()}
