"""Titles of the pages by their path, in the order of the bar. Those after the first four are under More on a phone."""

TITLES = {
    "overview": "Overview",
    "open_orders": "Orders",
    "fills": "Trades",
    "transfers": "Cash flow",
    "performance": "Performance",
    "coin": "Coin",
    "watchlist": "Watchlist",
    "alerts": "Alerts",
    "status": "Status",
}
