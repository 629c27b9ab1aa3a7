"""dYdX: the equity of a subaccount with an open position."""

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Venue, swap

ADDRESS = "/v4/addresses/key/subaccountNumber/0"
VENUE = Venue(
    exchange="dydx",
    markets=[swap("BTC/USDC:USDC", "BTC-USD")],
    wrap=list,
    cases=(),
    balances=[AccountCase(
        # Indexer, Get Subaccount: equity, and freeCollateral, which is less by the margin of positions. Equity has their
        # profit: 9,000 of balance and 500 of profit.
        "an open position",
        {ADDRESS: {"subaccount": {
            "address": "key", "subaccountNumber": 0, "equity": "9500", "freeCollateral": "6500",
            "openPerpetualPositions": {"BTC-USD": {
                "market": "BTC-USD", "status": "OPEN", "side": "LONG", "size": "1", "entryPrice": "60000",
                "unrealizedPnl": "500"}},
            "assetPositions": {"USDC": {"symbol": "USDC", "side": "SHORT", "size": "51000", "assetId": "0"}},
        }}},
        {"main/USDC": {"total": "9500", "free": "6500", "includes_open_profit": True}},
    )],
)  # fmt: skip
