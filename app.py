"""The frame of Stillframe: page configuration and navigation; each page draws the shared sidebar (show_page)."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import streamlit as st

from pages.overview.page import show_overview
from pages.shared.frame import is_demo

SHARED = Path(__file__).parent / "pages" / "shared"
PAGES = [st.Page(show_overview, title="Overview", url_path="overview", default=True)]
# Until both rooms are furnished.
if find_spec("pages.open_orders.page"):
    show_open_orders = import_module("pages.open_orders.page").show_open_orders
    PAGES.append(st.Page(show_open_orders, title="Open orders", url_path="open_orders"))
if find_spec("pages.status.page"):
    show_status = import_module("pages.status.page").show_status
    PAGES.append(st.Page(show_status, title="Status", url_path="status"))

page = st.navigation(PAGES)
st.set_page_config(
    page_title=f"{page.title} · Stillframe{' · DEMO' if is_demo() else ''}",
    page_icon=SHARED / "icon.png",  # named icons would be fetched from a server on the internet
    layout="wide",
)
st.logo(SHARED / "logo.svg", size="large")
page.run()
