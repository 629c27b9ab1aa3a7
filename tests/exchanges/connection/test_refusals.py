"""The meaning of ccxt's errors: if a retry can help, and how a person can help."""

import ccxt
import pytest

from exchanges.connection.errors import ExchangeError, NotKnown, Permanent, RateLimited, Temporary
from exchanges.connection.refusals import Secrets, library_error


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        # Answers of Kraken, Bitfinex and Kraken Futures to two questions that met on the way.
        (ccxt.InvalidNonce('kraken {"error":["EAPI:Invalid nonce"]}'), Temporary, "later request first"),
        (ccxt.InvalidNonce('bitfinex ["error",10114,"nonce: small"]'), Temporary, "later request first"),
        (ccxt.InvalidNonce('krakenfutures {"error":"nonceBelowThreshold"}'), Temporary, "later request first"),
        (ccxt.InvalidNonce('binance {"code":-1021,"msg":"Timestamp for this request"}'), Permanent, "clock"),
        (ccxt.RestrictedLocation("bybit"), Permanent, "place"),
        (ccxt.ManualInteractionNeeded("htx"), Permanent, "own pages"),
        (ccxt.AccountSuspended("okx"), Permanent, "key"),
        (ccxt.RateLimitExceeded("okx"), RateLimited, "pause"),
        (ccxt.DDoSProtection("okx"), RateLimited, "pause"),
        (ccxt.OnMaintenance("okx"), Temporary, "maintenance"),
        (ccxt.NullResponse("okx"), Temporary, "could not complete"),
        (ccxt.BadSymbol("okx"), Permanent, "rejects the form"),
        (ccxt.OrderNotFound("okx"), NotKnown, "does not know"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_ccxt_error_is_translated_to_an_error_of_ours(
    error: Exception, kind: type[ExchangeError], words: str
) -> None:
    translated = library_error(error, Secrets(()))
    assert type(translated) is kind
    assert words in str(translated)
