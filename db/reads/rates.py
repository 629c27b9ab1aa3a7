"""Read exchange rates between currencies at past moments."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from db.reads.moment_prices import read_price_history
from domain.prices import Rates


def read_rates_at(
    connection: Connection, exchange: str, base: str, quote: str, moments: Iterable[datetime]
) -> dict[datetime, Rates]:
    """Rates between two currencies and the currencies that bridge them, at each moment (domain/moment_rates.py)."""
    moments = list(moments)
    history = read_price_history(connection, exchange, (), (base, quote), moments)
    return {at: history.at(at) for at in moments}
