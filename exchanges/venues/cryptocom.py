"""Crypto.com Exchange: the calls that may leave, and its error codes. Its reader is exchanges/cryptocom/."""

from exchanges.connection.calls import Call
from exchanges.connection.errors import NotKnown, Permanent, RateLimited, Temporary
from exchanges.connection.refusals import (
    ADDRESS_REFUSED,
    ASKS_PAUSE,
    KEY_REFUSED,
    REQUEST_REFUSED,
    ErrorCodes,
)
from exchanges.venues._shared.venue import Venue

# The nonce may differ from the exchange's clock by 60 seconds.
_CLOCK_WRONG = "the exchange refuses the time of the request: set this computer's clock (more than 60 s off)"

_ERROR_CODES: ErrorCodes = {
    "10001": (Temporary, "the exchange reports a fault of its own"),
    "10002": (Permanent, KEY_REFUSED),
    "10003": (Permanent, ADDRESS_REFUSED),
    "10004": (Permanent, REQUEST_REFUSED),
    "10005": (Permanent, "the exchange does not offer this to the account's tier"),
    "10006": (RateLimited, ASKS_PAUSE),
    "10007": (Permanent, _CLOCK_WRONG),
    "40001": (Permanent, REQUEST_REFUSED),
    "40002": (Permanent, REQUEST_REFUSED),
    "40003": (Permanent, REQUEST_REFUSED),
    "40004": (Permanent, REQUEST_REFUSED),
    "40005": (Permanent, REQUEST_REFUSED),
    "40006": (Permanent, REQUEST_REFUSED),
    "40007": (Permanent, REQUEST_REFUSED),
    "40101": (Permanent, KEY_REFUSED),
    "40102": (Permanent, _CLOCK_WRONG),
    "40103": (Permanent, ADDRESS_REFUSED),
    "40104": (Permanent, "the exchange does not offer this to the account's tier"),
    "40401": (NotKnown, "the exchange does not know the requested item"),
    "40801": (Temporary, "the exchange ran out of time"),
    "42901": (RateLimited, ASKS_PAUSE),
    "50001": (Temporary, "the exchange reports a fault of its own"),
    "9010001": (Temporary, "the exchange is under maintenance"),
}


def _private(path: str) -> Call:
    # Three calls per 100 ms. ccxt's rateLimit for this exchange is 10 ms.
    return Call("POST", path, ("v1", "private"), 10 / 3)


def _detail(path: str) -> Call:
    # Thirty per 100 ms.
    return Call("POST", path, ("v1", "private"), 1 / 3)


def _slow(path: str) -> Call:
    # One per second. The pause is slightly longer, because network delays vary.
    return Call("POST", path, ("v1", "private"), 10 / 3, every=1.05)


def _public(path: str) -> Call:
    return Call("GET", path, ("v1", "public"), 1)


# "Every 1 hour (24 sessions per day at 00:00, 01:00, 02:00 … 23:00 UTC)", and "The Average Price will be reset to the
# Mark Price as of the end of that session, and the Unrealized PnL will be realised": Funding and Session Settlement,
# https://help.crypto.com/en/articles/4894449-funding-and-session-settlement.
VENUE = Venue(
    settles="at every full hour",
    fills_count_from_settlement=True,
    allows_only_calls=True,
    error_codes=_ERROR_CODES,
    always_states_code=True,
    calls=(
        _private("private/user-balance"),
        _private("private/user-balance-history"),
        _private("private/get-positions"),
        _private("private/get-open-orders"),
        _private("private/advanced/get-open-orders"),
        _private("private/get-accounts"),
        _slow("private/get-trades"),
        _slow("private/get-order-history"),
        _slow("private/advanced/get-order-history"),
        _detail("private/get-order-detail"),
        _detail("private/advanced/get-order-detail"),
        _private("private/get-deposit-history"),
        _private("private/get-withdrawal-history"),
        _private("private/get-transactions"),
        _public("public/get-instruments"),
        _public("public/get-tickers"),
        _public("public/get-valuations"),
        _public("public/get-candlestick"),
    ),
)
