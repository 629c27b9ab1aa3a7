"""Write watched markets."""

from collections.abc import Collection

from sqlalchemy import Engine, text


def write_watched_market(
    engine: Engine, owner: str | None, venue: str, symbol: str, added_by: str | None = None
) -> bool:
    """Watch a market, added by its owner if nobody else is named. False if its owner watched it already."""
    row = {"owner": owner, "venue": venue, "symbol": symbol, "by": owner if added_by is None else added_by}
    with engine.begin() as connection:
        return connection.execute(text(_WATCH), row).rowcount == 1


def delete_watched_market(engine: Engine, owner: str | None, venue: str, symbol: str) -> bool:
    """Watch a market no longer. False if it was not watched, or stands in the configuration file."""
    row = {"owner": owner, "venue": venue, "symbol": symbol}
    with engine.begin() as connection:
        return connection.execute(text(_UNWATCH), row).rowcount == 1


def write_configured_markets(engine: Engine, markets: Collection[tuple[str, str]]) -> None:
    """Watch the markets of the configuration file, by venue and symbol, and none that stood there before."""
    rows = {"venues": [venue for venue, _ in markets], "symbols": [symbol for _, symbol in markets]}
    with engine.begin() as connection:
        connection.execute(text(_FORGET), rows)
        connection.execute(text(_CONFIGURED), rows)


_WATCH = """
INSERT INTO watched_market (owner, exchange, symbol, origin, added_by)
VALUES (:owner, :venue, :symbol, 'app', :by)
ON CONFLICT DO NOTHING
"""
_UNWATCH = """
DELETE FROM watched_market
WHERE owner IS NOT DISTINCT FROM :owner AND exchange = :venue AND symbol = :symbol AND origin = 'app'
"""
_FORGET = """
DELETE FROM watched_market
WHERE origin = 'configuration' AND (exchange, symbol) NOT IN (
    SELECT * FROM unnest(CAST(:venues AS text[]), CAST(:symbols AS text[]))
)
"""
_CONFIGURED = """
INSERT INTO watched_market (exchange, symbol, origin)
SELECT venue, symbol, 'configuration'
FROM unnest(CAST(:venues AS text[]), CAST(:symbols AS text[])) AS listed (venue, symbol)
ON CONFLICT (owner, exchange, symbol) DO UPDATE SET origin = 'configuration'
"""
