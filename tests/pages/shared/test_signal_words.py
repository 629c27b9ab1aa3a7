"""Words of signals: a market without a signal says so, and an unknown one is a dash."""

from analysis.watchlist import Signal, SignalState
from pages.shared.signal_words import signals_text, state_text


def test_a_market_where_no_preset_holds_says_no_signal() -> None:
    quiet = Signal("swing-aggressive", SignalState.NONE)
    assert signals_text([quiet, quiet]) == "no signal"


def test_what_fires_comes_before_what_is_quiet() -> None:
    quiet, buys = Signal("scalp-aggressive", SignalState.NONE), Signal("swing-aggressive", SignalState.BUY)
    assert signals_text([quiet, buys]) == "Buy: swing aggressive"


def test_the_state_of_a_preset_is_a_word_or_a_dash() -> None:
    assert [state_text(state) for state in SignalState] == ["buy", "sell", "no signal", "–"]
