"""The line of signals and alerts on the Overview: only while something fires."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from streamlit.testing.v1 import AppTest

from analysis.watchlist import Figure, MarketFigures, Signal, SignalState
from domain.alerts import AlertEvent, AlertEventKind, Mute, MuteScope, SubjectKey
from domain.rule_terms import Subject
from domain.rules import Severity
from pages.overview.attention import Attention
from pages.overview.signals import alert_lines, market_lines
from pages.shared.alerts import Firing
from tests.api.test_alerts import with_alert
from tests.factories import balance, price
from tests.pages.conftest import Pages, forget_everything
from tests.pages.drawn_tables import payloads_of
from tests.pages.factories import ago, configured, seen

NONE = Figure(None)


def show() -> None:
    from pages.overview.page import show_overview

    show_overview()


def shown_lines(tested: AppTest) -> list[str]:
    """The words of the row above the figures."""
    rows = [payload for payload in payloads_of(tested, "leads") if payload["is_row"]]
    return [lead["words"] for payload in rows for lead in payload["leads"]]


def market(symbol: str, *states: SignalState) -> MarketFigures:
    signals = tuple(Signal(f"swing-{number}", state) for number, state in enumerate(states))
    return MarketFigures(symbol, NONE, NONE, {}, signals, ())


def test_the_line_is_there_only_while_an_alert_fires(pages: Pages) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(hours=9), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "90")])
    seen(pages.writer, account, balances=[balance("BTC", "1")], prices=[price("BTC/USD", "100")])
    assert shown_lines(pages.page(show)) == []
    both = SimpleNamespace(writer=pages.writer, reader=pages.writer)
    with_alert(both, account, datetime.now(UTC) - timedelta(hours=2))
    forget_everything()
    assert shown_lines(pages.page(show)) == ["1 alert fires: high (BTC/USD)"]
    assert shown_lines(pages.page(show, as_of=ago(hours=5).isoformat())) == []


def firing(*symbols: str) -> Firing:
    subjects = [SubjectKey(Subject.MARKET, "cryptocom", symbol) for symbol in symbols]
    return Firing(
        events=tuple(
            AlertEvent(n, n, "high", Severity.INFO, None, subject, AlertEventKind.FIRED, ago(), 1)
            for n, subject in enumerate(subjects)
        )
    )


def words(lines) -> list[str]:
    return [f"{line.words} {line.tail}".strip() for line in lines]


def test_one_alert_is_named_and_the_others_are_counted() -> None:
    (line,) = alert_lines(firing("BTC/USD", "ETH/USD", "SOL/USD"), [])
    assert (line.words, line.tail, line.path, line.warns) == (
        "3 alerts fire: high (BTC/USD)",
        "and 2 more",
        "alerts",
        True,
    )
    assert words(alert_lines(firing("BTC/USD"), [])) == ["1 alert fires: high (BTC/USD)"]


def test_muted_alerts_are_counted_apart_and_not_named() -> None:
    mutes = [Mute(1, None, MuteScope.SYMBOL, "BTC", ago(), ago(hours=-1))]
    assert words(alert_lines(firing("BTC/USD", "ETH/USD"), mutes)) == ["1 alert fires, 1 muted: high (ETH/USD)"]
    assert alert_lines(firing("BTC/USD"), mutes) == [Attention("1 muted alert fires", "alerts")]
    assert alert_lines(firing(), mutes) == []


def test_markets_without_a_signal_are_left_out() -> None:
    quiet = market("ETH/USD", SignalState.NONE, SignalState.UNKNOWN)
    assert market_lines([quiet], is_alone=True) == []
    buys = market("BTC/USD", SignalState.BUY, SignalState.NONE)
    (line,) = market_lines([quiet, buys], is_alone=True)
    assert (line.words, line.path, line.choices) == ("Signal: BTC/USD Buy: swing 0", "coin", (("coin", "BTC"),))
    first, more = market_lines([buys] * 6, is_alone=True)
    assert (first.words, more.words, more.path) == ("Signals: BTC/USD Buy: swing 0", "and 5 more", "watchlist")
    assert (first.is_wide, more.short) == (False, "")


def test_beside_alerts_a_phone_has_room_for_the_number_of_signals_alone() -> None:
    buys = market("BTC/USD", SignalState.BUY)
    first, more = market_lines([buys] * 6, is_alone=False)
    assert (first.is_wide, more.short) == (True, "6 signals")
    (line,) = market_lines([buys], is_alone=False)
    assert (line.is_wide, line.short) == (False, "1 signal")
