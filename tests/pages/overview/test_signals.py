"""The line of signals and alerts on the Overview: only while something fires."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from analysis.watchlist import Figure, MarketFigures, Signal, SignalState
from domain.alerts import AlertEvent, AlertEventKind, Mute, MuteScope, SubjectKey
from domain.rule_terms import Subject
from domain.rules import Severity
from pages.overview.signals import alerts_text, market_signals_text
from pages.shared.alerts import Firing
from tests.api.test_alerts import with_alert
from tests.factories import balance, price
from tests.pages.conftest import Pages, forget_everything, words_of
from tests.pages.factories import ago, configured, seen

NONE = Figure(None)


def show() -> None:
    from pages.overview.page import show_overview

    show_overview()


def market(symbol: str, *states: SignalState) -> MarketFigures:
    signals = tuple(Signal(f"swing-{number}", state) for number, state in enumerate(states))
    return MarketFigures(symbol, NONE, NONE, {}, signals, ())


def test_the_line_is_there_only_while_an_alert_fires(pages: Pages) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(hours=9), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "90")])
    seen(pages.writer, account, balances=[balance("BTC", "1")], prices=[price("BTC/USD", "100")])
    assert "alert fires" not in words_of(pages.page(show))
    both = SimpleNamespace(writer=pages.writer, reader=pages.writer)
    with_alert(both, account, datetime.now(UTC) - timedelta(hours=2))
    forget_everything()
    assert "1 alert fires](alerts)**: high \\(BTC/USD\\)" in words_of(pages.page(show))
    assert "alert fires" not in words_of(pages.page(show, as_of=ago(hours=5).isoformat()))


def firing(*symbols: str) -> Firing:
    subjects = [SubjectKey(Subject.MARKET, "cryptocom", symbol) for symbol in symbols]
    return Firing(
        events=tuple(
            AlertEvent(n, n, "high", Severity.INFO, None, subject, AlertEventKind.FIRED, ago(), 1)
            for n, subject in enumerate(subjects)
        )
    )


def test_muted_alerts_are_counted_apart_and_not_named() -> None:
    mutes = [Mute(1, None, MuteScope.SYMBOL, "BTC", ago(), ago(hours=-1))]
    assert alerts_text(firing("BTC/USD", "ETH/USD"), []).startswith("**[2 alerts fire](alerts)**: high \\(BTC/USD\\)")
    both = firing("BTC/USD", "ETH/USD")
    assert alerts_text(both, mutes) == "**[1 alert fires, 1 muted](alerts)**: high \\(ETH/USD\\)"
    assert alerts_text(firing("BTC/USD"), mutes) == "**[1 muted alert fires](alerts)**"
    assert alerts_text(firing(), mutes) == ""


def test_markets_without_a_signal_are_left_out() -> None:
    quiet = market("ETH/USD", SignalState.NONE, SignalState.UNKNOWN)
    assert market_signals_text([quiet]) == ""
    buys = market("BTC/USD", SignalState.BUY, SignalState.NONE)
    text = "**[Signals](watchlist)**: [BTC/USD](coin?coin=BTC) Buy: swing 0"
    assert market_signals_text([quiet, buys]) == text
    assert market_signals_text([buys] * 6).endswith("and 4 more")
