"""The frame of Stillframe: page configuration and navigation; each page draws the shared sidebar (show_page)."""

from pathlib import Path

import streamlit as st

from pages.fills.page import show_fills
from pages.open_orders.page import show_open_orders
from pages.overview.page import show_overview
from pages.shared.frame import is_demo
from pages.status.page import show_status
from pages.transfers.page import show_transfers

SHARED = Path(__file__).parent / "pages" / "shared"

page = st.navigation(
    [
        st.Page(show_overview, title="Overview", url_path="overview", default=True),
        st.Page(show_open_orders, title="Open orders", url_path="open_orders"),
        st.Page(show_fills, title="Fills", url_path="fills"),
        st.Page(show_transfers, title="Transfers", url_path="transfers"),
        st.Page(show_status, title="Status", url_path="status"),
    ]
)
st.set_page_config(
    page_title=f"{page.title} · Stillframe{' · DEMO' if is_demo() else ''}",
    page_icon=SHARED / "icon.png",  # named icons would be fetched from a server on the internet
    layout="wide",
)
st.logo(SHARED / "logo.svg", size="large")
page.run()
