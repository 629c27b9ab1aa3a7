"""Stored values of transfers, for tests of what is computed from them."""

from decimal import Decimal

from sqlalchemy import Engine, text

from domain.snapshot import Account
from domain.transfers import Transfer


def valued(engine: Engine, account: Account, transfer: Transfer, value: str | None, usd: str | None = None) -> None:
    """The value of a transfer at its moment in the account's base currency. None: no price was found."""
    with engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO transfer_value (account_id, key, at, currency, value, value_usd, source, candles)
                VALUES (:account_id, :key, :at, :currency, :value, :usd, :source, '')
            """),
            {
                "account_id": account.id,
                "key": transfer.key,
                "at": transfer.at,
                "currency": account.base_currency,
                "value": None if value is None else Decimal(value),
                "usd": None if value is None else Decimal(usd or value),
                "source": "unknown" if value is None else "minute",
            },
        )
