"""Worth: doubts about the net value of an account, as sentences. Pure."""

from collections.abc import Iterator

from domain.snapshot import Snapshot
from domain.valuation import Valuation
from pages.shared.amounts import left_out_names
from pages.shared.formats import money_text, percent_text
from pages.shared.scene import Scene
from pages.shared.view import View

_MEANS = (
    "A balance, a debt or the profit of a position may be missing or counted twice, or a price may be wrong. "
    "Compare both with the exchange's own page before you rely on the net value."
)


def worth_findings(scene: Scene) -> Iterator[str]:
    """Per account: a gap between stated and computed net value, and the positions that are left out."""
    for snapshot in scene.snapshots:
        valuation = snapshot.refresh.valuation
        if valuation is not None:
            yield from _gap_words(snapshot, valuation, scene.view)
            yield from _left_out_words(snapshot, valuation, scene.view)


def _gap_words(snapshot: Snapshot, valuation: Valuation, view: View) -> Iterator[str]:
    gap = valuation.gap
    if gap is None:
        return
    stated, computed, difference = (
        money_text(amount, valuation.currency, hidden=view.hide_amounts)
        for amount in (gap.stated, gap.computed, abs(gap.difference))
    )
    words = (
        f"{snapshot.account.name}: the exchange states a net value of {stated}, Stillframe computes {computed}. "
        f"The difference is {difference}, {percent_text(gap.share, decimals=1)}."
    )
    missing = f" Without a price: {', '.join(valuation.unpriced)}." if valuation.unpriced else ""
    yield f"{words}{missing} {_MEANS}"


def _left_out_words(snapshot: Snapshot, valuation: Valuation, view: View) -> Iterator[str]:
    if valuation.left_out:
        names = ", ".join(left_out_names(valuation.left_out, view))
        yield (
            f"{snapshot.account.name}: the net value leaves out {names}. The exchange states no profit, and entry "
            "price, mark or the price of a currency is unknown. Look at the exchange for the profit."
        )
