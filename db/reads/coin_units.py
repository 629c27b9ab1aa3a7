"""Read the units of the coins of a venue."""

from sqlalchemy import Connection, text

from domain.coin_units import CoinUnit, CoinUnits


def read_coin_units(connection: Connection, venue: str) -> CoinUnits:
    """All units that the venue stated."""
    return CoinUnits(CoinUnit(*row) for row in connection.execute(text(_UNITS), {"venue": venue}))


_UNITS = "SELECT coin, since, unit FROM coin_unit WHERE exchange = :venue"
