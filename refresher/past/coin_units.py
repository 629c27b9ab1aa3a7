"""Coin units: keep what the exchange states as the smallest amount of each coin, for the books."""

import time
from datetime import UTC, datetime

from sqlalchemy import Engine

from db.writes.coin_units import write_coin_units
from exchanges.connection.errors import ExchangeError
from exchanges.contracts import AccountReader
from logs.lines import log

# As often as the lists of markets are renewed.
EVERY_SECONDS = 6 * 3600.0
# After a failure, and while the markets are still being loaded.
AGAIN_SECONDS = 300.0


class KeptUnits:
    """The units of one account's venue. Without an answer the last ones stay."""

    def __init__(self, venue: str, reader: AccountReader, writer: Engine) -> None:
        self._venue = venue
        self._reader = reader
        self._writer = writer
        self._next_at = 0.0

    def bring_up_to_date(self) -> None:
        """Write what changed, if it is due."""
        if time.monotonic() < self._next_at:
            return
        self._next_at = time.monotonic() + AGAIN_SECONDS
        try:
            units = self._reader.coin_units()
        except ExchangeError as error:
            log().info("units of coins unknown", venue=self._venue, error=str(error))
            return
        if units:
            write_coin_units(self._writer, self._venue, units, datetime.now(UTC))
            self._next_at = time.monotonic() + EVERY_SECONDS
