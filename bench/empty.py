"""The floor of page benchmarks: the emptiest Streamlit page that shows something."""

import streamlit as st

st.title("Empty")
