"""The frame of Stillframe: page configuration and navigation; each page draws the shared sidebar (show_page)."""

from importlib import import_module
from importlib.util import find_spec

import streamlit as st

from pages.overview.page import show_overview
from pages.shared.frame import is_demo

PAGES = [st.Page(show_overview, title="Overview", icon=":material/monitoring:", url_path="overview", default=True)]
# Until both rooms are furnished.
if find_spec("pages.open_orders.page"):
    show_open_orders = import_module("pages.open_orders.page").show_open_orders
    PAGES.append(st.Page(show_open_orders, title="Open orders", icon=":material/list:", url_path="open_orders"))
if find_spec("pages.status.page"):
    show_status = import_module("pages.status.page").show_status
    PAGES.append(st.Page(show_status, title="Status", icon=":material/vital_signs:", url_path="status"))

page = st.navigation(PAGES)
st.set_page_config(
    page_title=f"{page.title} · Stillframe{' · DEMO' if is_demo() else ''}",
    page_icon=":material/photo_camera:",
    layout="wide",
)
page.run()
