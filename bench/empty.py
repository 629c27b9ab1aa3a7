"""The floor of page benchmarks: an almost empty Streamlit page."""

import streamlit as st

st.title("Empty")
