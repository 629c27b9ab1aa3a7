"""Counters: the figures above the list of open orders."""

from collections.abc import Sequence

from domain.prices import assumed_words
from domain.snapshot import rates_of
from pages.open_orders.choice import Counts
from pages.open_orders.view import doubts_of, is_partial
from pages.shared.formats import money_text
from pages.shared.scene import Scene
from pages.shared.widgets_html import Kpi

JOINED = "Joined by the exchange (OCO, OTO, OTOCO, attached), or placed together as a bracket"
ONCE = "Of legs of which only one can fill, the largest counts"


def counters(counts: Counts, scene: Scene, whole: int) -> tuple[Kpi, ...]:
    """What the chosen orders come to. While a source is carried or was never seen, the count says so (Lesson 3)."""
    view, doubts = scene.view, doubts_of(scene)
    kinds = f"{counts.normal:,} normal + {counts.trigger:,} trigger"
    shown = f"of {whole:,} · {kinds}" if counts.orders != whole else kinds
    at_least = "at least " if is_partial(scene) else ""
    unvalued = f"{counts.unvalued:,} not valued: no price is known" if counts.unvalued else ""
    hover = ". ".join(filter(None, [unvalued or ONCE, assumed_words(_assumed(scene))]))
    sides = ((counts.buys, counts.buy_value, "Buy value"), (counts.sells, counts.sell_value, "Sell value"))
    return (
        Kpi("Orders", f"{at_least}{counts.orders:,}", " · ".join((shown, *doubts)), warns=bool(doubts)),
        *(
            Kpi(label, money_text(worth, view.currency, hidden=view.hide_amounts), _orders(number), hover)
            for number, worth, label in sides
        ),
        Kpi(
            "Groups",
            f"{counts.groups:,}",
            "live and die together",
            JOINED,
        ),
    )


def _assumed(scene: Scene) -> Sequence[str]:
    """The dollar coins that count as one dollar in the values of the orders shown."""
    found: set[str] = set()
    for snapshot in scene.snapshots:
        rates = rates_of([snapshot])
        for quote in {order.quote for order in snapshot.orders if order.quote is not None}:
            rate = rates.find(quote, scene.view.currency)
            found.update(() if rate is None else rate.assumed)
    return sorted(found)


def _orders(number: int) -> str:
    return "1 order" if number == 1 else f"{number:,} orders"
