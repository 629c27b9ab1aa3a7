"""A doubtful net value on Status."""

from decimal import Decimal

from domain.valuation import ValueOrigin
from pages.shared.scene import Scene
from pages.shared.view import View
from pages.status.worth import worth_findings
from tests.factories import NOON, account, snapshot, valuation
from tests.pages.conftest import Pages, words_of
from tests.pages.factories import configured, seen
from tests.pages.status.test_page import opened

GAP = valuation(
    "1380",
    origin=ValueOrigin.COMPUTED,
    computed_value=Decimal(1380),
    stated_value=Decimal(1240),
    unpriced=("NOPE",),
    left_out=("DEAD/USDT:USDT short 12.5 DEAD",),
)


def findings(worth, **view) -> list[str]:
    shown = snapshot(account(name="main"), worth=worth)
    return list(worth_findings(Scene(View(**view), (shown.account,), (shown,), NOON)))


def test_a_value_gap_shows_account_stated_computed_difference_and_possible_causes():
    gap, left_out = findings(GAP)
    assert gap.startswith(
        "main: the exchange states a net value of $1,240.00, Stillframe computes $1,380.00. The difference is $140.00"
    )
    assert "10.1 %" in gap
    assert "Without a price: NOPE." in gap
    assert "missing or counted twice" in gap
    assert "the net value leaves out DEAD/USDT:USDT short 12.5 DEAD." in left_out


def test_hidden_amounts_are_in_no_finding():
    words = " ".join(findings(GAP, hide_amounts=True))
    assert "DEAD/USDT:USDT short •••• DEAD" in words
    for amount in ("1,240", "1,380", "140", "12.5"):
        assert amount not in words


def test_a_net_value_without_doubts_has_no_finding():
    assert findings(valuation("1000", computed_value=Decimal(999))) == []
    assert findings(None) == []


def test_findings_stand_at_the_top_of_the_page(pages: Pages):
    account_ = configured(pages.writer)
    seen(pages.writer, account_, worth=GAP)
    words = words_of(opened(pages))
    assert words.index("Stillframe computes") < words.index("leaves out DEAD") < words.index("Sources fresh")
