"""Counters: the figures above the list of open orders."""

from collections.abc import Iterable, Sequence

from domain.prices import assumed_words
from domain.snapshot import Snapshot, rates_of
from pages.open_orders.filter import Counts
from pages.open_orders.view import doubts_of, hidden_orders, is_partial
from pages.shared.formats import money_text
from pages.shared.scene import Scene
from pages.shared.widgets_html import Kpi

JOINED = "Joined by the exchange (OCO, OTO, OTOCO, attached), or placed together as a bracket"
ONCE = "If only one of several legs can fill, the largest counts"


def counters(counts: Counts, scene: Scene, total: int, assumed: Sequence[str] = ()) -> tuple[Kpi, ...]:
    """The figures of the matching orders. The count warns if a source is old or was never seen. Its hover says why.

    Badge and band say so in sight. A note here would grow by a line and move the page when a source becomes late.
    `assumed` are the dollar coins that count as one dollar in the values.
    """
    view, doubts, hidden = scene.view, doubts_of(scene), hidden_orders(scene)
    kinds = f"{counts.normal:,} resting + {counts.trigger:,} conditional"
    shown = f"of {total:,} · {kinds}" if counts.orders != total else kinds
    at_least = "at least " if is_partial(scene) else ""
    unvalued = f"{counts.unvalued:,} not valued: no price is known" if counts.unvalued else ""
    hover = ". ".join(filter(None, [unvalued or ONCE, assumed_words(assumed)]))
    sides = ((counts.buys, counts.buy_value, "Buy value"), (counts.sells, counts.sell_value, "Sell value"))
    return (
        Kpi(
            "Orders",
            f"{at_least}{counts.orders:,}",
            " · ".join((shown, *hidden)),
            ". ".join(doubts),
            warns=bool(doubts),
        ),
        *(
            Kpi(label, money_text(worth, view.currency, hidden=view.hide_amounts), _orders(number), hover)
            for number, worth, label in sides
        ),
        Kpi(
            "Linked orders (OCO)",
            f"{counts.groups:,}",
            "groups: when one fills, the others start or end",
            JOINED,
        ),
    )


def assumed_in(snapshots: Iterable[Snapshot], currency: str) -> Sequence[str]:
    """The dollar coins that count as one dollar in the values of the orders shown."""
    assumed: set[str] = set()
    for snapshot in snapshots:
        rates = rates_of([snapshot])
        for quote in {order.quote for order in snapshot.orders if order.quote is not None}:
            rate = rates.find(quote, currency)
            assumed.update(() if rate is None else rate.assumed)
    return sorted(assumed)


def _orders(number: int) -> str:
    return "1 order" if number == 1 else f"{number:,} orders"
