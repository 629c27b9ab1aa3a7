"""KuCoin's futures under a name of their own: the same book and stop orders."""

from tests.exchanges.harness import Case, Venue
from tests.exchanges.venues._kucoin_account import FUTURES_WALLETS, POSITIONS, paged
from tests.exchanges.venues.kucoin import CONTRACTS, CONTRACTS_ENDED, FUTURES_FILL, FUTURES_ROW, MARKETS, MODE

FILL = Case("of contracts", "fills:swap", "/api/v1/fills", [FUTURES_ROW], [FUTURES_FILL])
VENUE = Venue(
    "kucoinfutures",
    MARKETS,
    paged,
    CONTRACTS,
    fills=[FILL],
    ended=CONTRACTS_ENDED,
    others=MODE,
    balances=[FUTURES_WALLETS],
    positions=POSITIONS,
)
