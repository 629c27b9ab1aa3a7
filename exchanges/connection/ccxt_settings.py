"""The settings that ccxt gets for an account."""

from typing import Any

from exchanges.connection.exchange_rules import ExchangeRules
from exchanges.contracts import AccountConnection


def ccxt_settings(account: AccountConnection, rules: ExchangeRules) -> dict[str, Any]:
    """ccxt's settings for an account of an exchange."""
    return {
        "apiKey": account.api_key,
        "secret": account.api_secret,
        "password": account.passphrase,
        "accountId": account.passphrase,  # for exchanges on the Orderly network
        "uid": account.passphrase,  # some exchanges call the passphrase a uid
        "walletAddress": account.api_key,  # for exchanges read by a public address
        "number": str,  # never float
        "enableRateLimit": True,
        "timeout": int(account.budget_seconds * 1000),
        "options": {
            "warnOnFetchOpenOrdersWithoutSymbol": False,
            **rules.ccxt_options,
            **account.options,
        },
    }
