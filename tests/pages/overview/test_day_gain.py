"""The gain of today on the Overview: its lines add up to it as they are shown."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.reads import wallets
from domain.change import NetValueChange
from domain.markets import Side
from domain.snapshot import Account
from domain.transfers import TransferKind
from pages.overview import gains
from pages.overview.day_gain import DayLines, day_gain_kpi
from pages.shared.database import DatabaseUnavailable
from pages.shared.view import View
from tests.factories import balance, fill, price, transfer, valuation
from tests.pages.conftest import Pages, again, words_of
from tests.pages.factories import ago, seen
from tests.pages.past import moved, traded, with_past


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A zone in which it is about noon, so that its midnight is hours ago. The signs of these names are reversed."""
    hours = datetime.now(UTC).hour - 12
    zone = ZoneInfo(f"Etc/GMT{hours:+d}" if hours else "UTC")
    monkeypatch.setattr("pages.shared.topbar.viewers_zone", lambda: zone)


def lines_of(words: str, label: str = "Gain today") -> dict[str, str]:
    """The value of the figure as "", and its lines by name."""
    cell = words.partition(f'"label">{label}<')[2].partition('class="sf-kpi')[0]
    rows = re.findall(r"<i>([^<]+)</i><b[^>]*>([^<]+)</b>", cell)
    return {"": cell.partition('"value">')[2].partition("<")[0]} | {unescape(name): text for name, text in rows}


def cents(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace("$", "").replace(",", ""))


def a_day(pages: Pages) -> Account:
    """Two coins bought for 100 were worth 110 at midnight. One is sold today at 120 for a fee of 1, the other is worth
    125 now. Funding of 3 and a deposit of 50 came in. A coin of unknown cost rose from 10 to 14.
    """
    (account,) = with_past(pages.writer)
    sold = [
        fill("1", Side.BUY, "2", "100", at=ago(days=2)),
        fill("2", Side.SELL, "1", "120", at=ago(minutes=30), fee="1"),
    ]
    traded(pages.writer, account, sold)
    came = {"asset": "USD", "at": ago(minutes=20)}
    moved(pages.writer, account, [
        transfer("funding/1", kind=TransferKind.FUNDING, amount="3", **came),
        transfer("deposit/1", amount="50", **came),
    ])  # fmt: skip
    for hours in range(26, 0, -1):
        _held(pages, account, ago(hours=hours), "1230", {"BTC": ("2", "110"), "ETH": ("1", "10"), "USD": ("1000", "1")})
    _held(pages, account, None, "1311", {"BTC": ("1", "125"), "ETH": ("1", "14"), "USD": ("1172", "1")})
    return account


def _held(pages: Pages, account: Any, at: datetime | None, worth: str, held: dict[str, tuple[str, str]]) -> None:
    balances = [balance(coin, quantity) for coin, (quantity, _) in held.items()]
    prices = [price(f"{coin}/USD", last) for coin, (_, last) in held.items() if coin != "USD"]
    seen(pages.writer, account, at, valuation(worth), balances=balances, prices=prices)


def test_the_lines_of_today_add_up_to_its_gain(pages: Pages) -> None:
    """1,311 less 1,230 less the deposit is 31: 19 realised, 5 open, 3 of funding, and 4 of the coin of unknown cost."""
    a_day(pages)
    words = words_of(pages.app())
    assert lines_of(words) == {
        "": "+$31.00",
        "realised P&L": "+$19.00",
        "open P&L": "+$5.00",
        "income & transfer fees": "+$3.00",
        "other": "+$4.00",
        "trade fees, in P&L": "−$1.00",
    }
    assert lines_of(words, "Open P&amp;L") == {"": "+$25.00", "change today": "+$5.00"}
    assert "other has the price changes of coins of unknown cost" in words


def test_the_wallet_of_midnight_is_read_once(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each refresh changes the present alone, and a new fill the costs."""
    account = a_day(pages)
    reads = []

    def counted(*args: Any) -> Any:
        reads.append(args)
        return wallets.read_wallets(*args)

    monkeypatch.setattr(gains, "read_wallets", counted)
    app = pages.app()
    again(app)
    late = fill("3", Side.BUY, "1", "60", at=ago(days=1), symbol="ETH/USD")
    traded(pages.writer, account, [late])
    again(app)
    # The coin of unknown cost rose by 4, which was in no P&L as long as its cost was not known.
    assert lines_of(words_of(app), "Open P&amp;L")["change today"] == "+$9.00"
    assert len(reads) == 1


def test_without_a_value_at_midnight_the_lines_are_dashes_with_a_reason(pages: Pages) -> None:
    (account,) = with_past(pages.writer)
    traded(pages.writer, account, [fill("1", Side.BUY, "2", "100", at=ago(minutes=9))])
    _held(pages, account, None, "250", {"BTC": ("2", "125")})
    words = words_of(pages.app())
    assert lines_of(words)[""] == "–"
    assert lines_of(words)["other"] == "–"
    assert lines_of(words, "Open P&amp;L") == {"": "+$50.00", "change today": "–"}
    assert "Not known: no net value is known at that time" in words


@pytest.mark.parametrize("currency", ["USD", "BTC"])
def test_shown_lines_add_up_to_the_shown_gain_however_they_are_rounded(currency: str) -> None:
    """Each line alone rounds up by almost half a cent."""
    gain = NetValueChange(Decimal("12345.678"), None, None)
    lines = DayLines(Decimal("11000.0049"), Decimal("1000.0049"), Decimal("345.6649"), Decimal(2))
    html = day_gain_kpi(gain, lines, View(currency=currency))
    rows = dict(re.findall(r"<i>([^<]+)</i><b[^>]*>([^<]+)</b>", html.extra))
    rows.pop("trade fees, in P&amp;L")
    shown = [cents(text.removesuffix(" BTC")) for text in rows.values()]
    assert sum(shown) == cents(html.value.removesuffix(" BTC"))


def test_hidden_amounts_are_not_in_the_lines() -> None:
    gain = NetValueChange(Decimal(31), None, None)
    lines = DayLines(Decimal(19), Decimal(5), Decimal(3), Decimal(1))
    told = day_gain_kpi(gain, lines, View(hide_amounts=True))
    assert set(re.findall(r"<b[^>]*>([^<]+)</b>", told.extra)) == {told.value} == {"$••••"}


def test_costs_that_cannot_be_read_leave_the_change_of_the_open_pnl_unknown(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The open P&L of midnight is cached with its coins: all of it would count as lost today."""
    a_day(pages)
    pages.app()

    def busy(*_: Any) -> Any:
        raise DatabaseUnavailable("the database did not answer")

    monkeypatch.setattr(gains, "load_books", busy)
    words = words_of(pages.app())
    assert lines_of(words)["open P&L"] == "–"
    assert lines_of(words)["other"] == "–"
    assert "Not known: the costs of coins could not be read" in words


def test_a_gain_with_deposits_that_cannot_be_read_says_so() -> None:
    lines = DayLines(Decimal(19), Decimal(5), Decimal(3), Decimal(1))
    without = day_gain_kpi(NetValueChange(Decimal(31), None, None, flows=Decimal(50)), lines, View())
    included = day_gain_kpi(NetValueChange(Decimal(81), None, None, flows=None), lines, View())
    assert "without deposits and withdrawals" in without.why
    assert "without" not in included.why
    assert "Deposits and withdrawals cannot be read on every account" in included.why


def test_a_past_moment_does_not_speak_of_today() -> None:
    lines = DayLines(Decimal(19), Decimal(5), Decimal(3), Decimal(1))
    told = day_gain_kpi(NetValueChange(Decimal(31), None, None), lines, View(as_of=datetime(2026, 1, 5, tzinfo=UTC)))
    assert "today" not in re.sub(r'(href|data-lead|aria-label)="[^"]*"', "", f"{told.label} {told.extra}")


def test_each_line_that_is_not_known_says_why() -> None:
    told = day_gain_kpi(NetValueChange(Decimal(31), None, None), DayLines(None, None, None, None), View())
    assert told.extra.count(">–<") == told.extra.count("Not known: ") == 5
    known = day_gain_kpi(NetValueChange(Decimal(31), None, None), DayLines(*[Decimal(1)] * 4), View())
    assert "Not known" not in known.extra
