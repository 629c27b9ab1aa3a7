"""Edits of the watchlist: add a market, or remove one that was added in the app."""

from collections.abc import Mapping, Sequence

import streamlit as st

from db.reads.watchlist import read_known_symbols
from domain.alerts import WatchedMarket
from domain.edits import EditKind
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, options_of, payload_of
from pages.shared.caches import cache_data
from pages.shared.edits import file_own_edit, show_own_edits
from pages.shared.loaders import ask
from pages.shared.scene import Scene
from pages.shared.session_controls import into_session, session_choice
from pages.shared.widgets import draw_note
from pages.watchlist.parts import load_markets

Market = tuple[str, str]  # venue and symbol
_ERROR, _REFUSED = "watch_error", "watch_refused"
_ADD, _REMOVED, _REMOVE = "watch_add", "watch_removed", "watch_remove"


def show_market_edits(scene: Scene, watched: Sequence[WatchedMarket]) -> None:
    """The two choices, and how far the newest edits are."""
    listed = {(market.venue, market.symbol) for market in load_markets(scene)}
    venues = tuple(sorted({account.venue for account in scene.accounts}))
    choices = {_text(venue, symbol, venues): (venue, symbol)
               for venue, symbol in _known_symbols(venues) if (venue, symbol) not in listed}  # fmt: skip
    removable = {_text(m.venue, m.symbol, venues): (m.venue, m.symbol) for m in watched if m.is_editable}
    refused = st.session_state.pop(_REFUSED, "")
    hint = next(iter(choices), "BTC/USD")
    field = Control(_ADD, "Add", Kind.FIELD, [("", "Add"), *options_of(choices)], [refused], hint)
    draw_controls(
        payload_of([field, *_removal(removable)]),
        "watch_form",
        into_session(
            [_REMOVED],
            {
                _ADD: lambda values: _add(values[0].strip(), choices),
                _REMOVE: lambda _: _remove(removable),
            },
        ),
    )
    fixed = [market.symbol for market in watched if not market.is_editable]
    if fixed:
        draw_note(f"From stillframe.toml, changed there: {', '.join(fixed)}")
    if st.session_state.get(_ERROR):
        draw_note(st.session_state[_ERROR])
    show_own_edits((EditKind.WATCH,), scene)


def _removal(removable: Mapping[str, Market]) -> Sequence[Control]:
    """The choice of an added market and its button. None without any."""
    if not removable:
        return []
    chosen = session_choice(_REMOVED, removable)
    return [
        Control(_REMOVED, "Remove", Kind.SELECT, [("", "An added market"), *options_of(removable)], [chosen]),
        Control(
            _REMOVE, "Removal", Kind.ACTIONS, [(_REMOVE, "Remove")], is_label_shown=False,
            disabled=() if chosen else (_REMOVE,),
        ),
    ]  # fmt: skip


@cache_data(max_entries=20, ttl=60)
def _known_symbols(venues: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return ask(lambda connection: read_known_symbols(connection, venues))


def _text(venue: str, symbol: str, venues: Sequence[str]) -> str:
    return symbol if len(venues) == 1 else f"{symbol} · {venue}"


def _add(text: str, choices: Mapping[str, Market]) -> None:
    """File the market of this text. Letters may be small."""
    market = next((market for words, market in choices.items() if words.lower() == text.lower()), None)
    if market is not None:
        _file(market, is_removed=False)
        return
    st.session_state[_REFUSED] = text
    problem = f"{text} is no market that can be added" if text else "no market is named"
    st.session_state[_ERROR] = f"Add: {problem}. Choose one that the field suggests."


def _remove(removable: Mapping[str, Market]) -> None:
    """File the removal of the chosen market. The choice is emptied, so that a second click files nothing."""
    if (market := removable.get(session_choice(_REMOVED, removable))) is not None:
        _file(market, is_removed=True)
        st.session_state[_REMOVED] = ""


def _file(market: Market, *, is_removed: bool) -> None:
    payload = {"venue": market[0], "symbol": market[1], "remove": is_removed}
    st.session_state[_ERROR] = file_own_edit(EditKind.WATCH, payload)
