"""Read the value of one fill or transfer at its own moment, as it is stored."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, text

from domain.moment_rates import RateSource


@dataclass(frozen=True, slots=True)
class OwnValue:
    """Value and fee in `currency`, the base currency of the account, and in US dollars. None is unknown.

    `source` is that of the least certain rate, and `rate_at` the time of its price.
    """

    currency: str
    value: Decimal | None
    value_usd: Decimal | None
    fee: Decimal | None
    fee_usd: Decimal | None
    source: RateSource
    rate_at: datetime | None


def read_fill_value(connection: Connection, account_id: int, key: str) -> OwnValue | None:
    """The value of a fill: price times amount. None while it is not worked out."""
    return _read(connection, "fill_value", account_id, key)


def read_transfer_value(connection: Connection, account_id: int, key: str) -> OwnValue | None:
    """The value of a transfer, with its sign. None while it is not worked out."""
    return _read(connection, "transfer_value", account_id, key)


def _read(connection: Connection, table: str, account_id: int, key: str) -> OwnValue | None:
    row = connection.execute(text(_VALUE.format(table=table)), {"account": account_id, "key": key}).one_or_none()
    if row is None:
        return None
    values = row._asdict()
    return OwnValue(**{**values, "source": RateSource(values["source"])})


_VALUE = """
SELECT currency, value, value_usd, fee, fee_usd, source, rate_at
FROM {table}
WHERE account_id = :account AND key = :key
"""
