"""Edits of the watchlist: add a market, or remove one that was added in the app."""

from collections.abc import Sequence

import streamlit as st

from db.reads.watchlist import read_known_symbols
from domain.alerts import WatchedMarket
from domain.edits import EditKind
from pages.shared.caches import cache_data
from pages.shared.edits import file_own_edit, show_own_edits
from pages.shared.loaders import ask
from pages.shared.scene import Scene
from pages.watchlist.parts import load_markets

_ERROR = "watch_error"
_ADDED, _REMOVED = "watch_added", "watch_removed"


def show_market_edits(scene: Scene, watched: Sequence[WatchedMarket]) -> None:
    """The two choices, and how far the newest edits are."""
    listed = {(market.venue, market.symbol) for market in load_markets(scene)}
    venues = tuple(sorted({account.venue for account in scene.accounts}))
    choices = {_text(venue, symbol, venues): (venue, symbol)
               for venue, symbol in _known_symbols(venues) if (venue, symbol) not in listed}  # fmt: skip
    removable = {_text(m.venue, m.symbol, venues): (m.venue, m.symbol) for m in watched if m.is_editable}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="watch_form"):
        st.selectbox("Add", list(choices), index=None, key=_ADDED, placeholder="A market", width=240)
        st.button("Add", on_click=_file, args=(_ADDED, choices, False), key="watch_add")
        if removable:
            st.selectbox("Remove", list(removable), index=None, key=_REMOVED, placeholder="An added market", width=240)
            st.button("Remove", on_click=_file, args=(_REMOVED, removable, True), key="watch_remove")
    fixed = [market.symbol for market in watched if not market.is_editable]
    if fixed:
        st.caption(f"From stillframe.toml, changed there: {', '.join(fixed)}")
    if st.session_state.get(_ERROR):
        st.caption(st.session_state[_ERROR])
    show_own_edits((EditKind.WATCH,), scene)


@cache_data(max_entries=20, ttl=60)
def _known_symbols(venues: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return ask(lambda connection: read_known_symbols(connection, venues))


def _text(venue: str, symbol: str, venues: Sequence[str]) -> str:
    return symbol if len(venues) == 1 else f"{symbol} · {venue}"


def _file(key: str, choices: dict[str, tuple[str, str]], is_removed: bool) -> None:
    """File the chosen market. The choice is emptied, so that a second click files nothing."""
    market = choices.get(st.session_state.get(key) or "")
    if market is None:
        st.session_state[_ERROR] = "Choose a market first."
        return
    payload = {"venue": market[0], "symbol": market[1], "remove": is_removed}
    st.session_state[_ERROR] = file_own_edit(EditKind.WATCH, payload)
    st.session_state[key] = None
