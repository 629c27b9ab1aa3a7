"""Find orders of any time by their ids."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from domain.snapshot import Account
from domain.sources import Source, order_sources


def read_order_names(
    connection: Connection, account: Account, name: str, as_of: datetime
) -> tuple[tuple[Source, str], ...]:
    """The source and key of each order ever seen with this key, order id, client id or market and id, newest first.

    Several legs may share an order id. At most twenty.
    """
    market, _, order_id = name.rpartition("/")
    rows = connection.execute(
        text(_NAMES),
        {
            "account_id": account.id,
            "sources": list(map(str, order_sources(account.sources))),
            "name": name,
            "market": market,
            "order_id": order_id,
            "as_of": as_of,
        },
    )
    return tuple((Source(source), key) for source, key in rows)


def read_order_keys(
    connection: Connection, accounts: Sequence[Account], names: Sequence[str]
) -> Sequence[tuple[int, Source, str]]:
    """The account, source and key of orders with a key, order id or client id among `names`, in any case of letters.

    At most a hundred.
    """
    spelled = {spelling for name in names for spelling in (name, name.lower(), name.upper())}
    sources = {str(source) for account in accounts for source in order_sources(account.sources)}
    ids = [account.id for account in accounts]
    parameters = {"accounts": ids, "sources": sorted(sources), "names": sorted(spelled)}
    rows = connection.execute(text(_KEYS), parameters)
    return [(account_id, Source(source), key) for account_id, source, key in rows]


_NAMES = """
WITH named AS (
    SELECT source, key, valid_from FROM order_version WHERE account_id = :account_id AND order_id = :name
    UNION ALL
    SELECT source, key, valid_from FROM order_version WHERE account_id = :account_id AND client_order_id = :name
    UNION ALL
    SELECT source, key, valid_from FROM order_version
    WHERE account_id = :account_id AND source = ANY (:sources) AND key = :name
    UNION ALL
    SELECT source, key, valid_from FROM order_version
    WHERE account_id = :account_id AND order_id = :order_id AND exchange_symbol = :market
)
SELECT source, key
FROM named
WHERE valid_from <= :as_of AND source = ANY (:sources)
GROUP BY source, key
ORDER BY max(valid_from) DESC, source, key
LIMIT 20
"""

_KEYS = """
SELECT account_id, source, key FROM order_version
WHERE account_id = ANY (:accounts) AND order_id = ANY (:names)
UNION
SELECT account_id, source, key FROM order_version
WHERE account_id = ANY (:accounts) AND client_order_id = ANY (:names)
UNION
SELECT account_id, source, key FROM order_version
WHERE account_id = ANY (:accounts) AND source = ANY (:sources) AND key = ANY (:names)
LIMIT 100
"""
