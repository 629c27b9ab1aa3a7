"""Run request: how the component asks Streamlit for a run of the page. server.py tells it from a click."""

KEY = "live"
# The end of the id of the widget in that message: the key of the component, and what Streamlit adds for events.
RUN_REQUEST = f"-{KEY}__events"
