"""The frame of Stillframe: page configuration and navigation. Each page draws the shared top bar (show_page)."""

from pathlib import Path

import streamlit as st

from pages.alerts.page import show_alerts
from pages.coin.page import show_coin
from pages.fills.page import show_fills
from pages.open_orders.page import show_open_orders
from pages.overview.page import show_overview
from pages.performance.page import show_performance
from pages.shared.frame import is_demo
from pages.shared.navigation import note_pages, visible_pages
from pages.shared.viewer import meet_viewer
from pages.status.page import show_status
from pages.transfers.page import show_transfers
from pages.watchlist.page import show_watchlist
from web.timing import script_timed

SHARED = Path(__file__).parent / "pages" / "shared"

# By the path in the URL. server.py runs each of them once at start.
PAGES = {
    "overview": show_overview,
    "open_orders": show_open_orders,
    "fills": show_fills,
    "transfers": show_transfers,
    "coin": show_coin,
    "watchlist": show_watchlist,
    "alerts": show_alerts,
    "performance": show_performance,
    "status": show_status,
}


def show_app() -> None:
    """Draw the page that the URL names."""
    meet_viewer()
    pages = visible_pages(PAGES)
    page = st.navigation(list(pages.values()), position="hidden")
    note_pages(pages, page.url_path or "overview")
    st.set_page_config(
        page_title=f"{page.title} · Stillframe{' · DEMO' if is_demo() else ''}",
        page_icon=SHARED / "icon.png",  # named icons would be fetched from the internet
        layout="wide",
    )
    with script_timed(page.url_path or "overview"):
        page.run()


if __name__ == "__main__":  # as Streamlit runs it
    show_app()
