"""Opened fill: the panel of one fill with all that is known of it, and its links to its order and coin."""

from collections.abc import Sequence

from db.reads.fills import FillRow
from pages.fills.facts import fill_facts, fill_title
from pages.fills.words import order_name
from pages.shared.opened_row import OpenedRow
from pages.shared.past_rows import load_fill
from pages.shared.scene import Scene
from pages.shared.side_panel import PageLink, show_opened_row
from pages.shared.widgets_html import facts_html, opened_html

OPENED_FILL = OpenedRow("fills", "fill")


def show_opened_fill(scene: Scene) -> None:
    """Draw the panel of the fill that the address names, if any. Raises DatabaseUnavailable."""
    show_opened_row(scene, OPENED_FILL, load_fill, opened_fill_html, _links, lambda row: row.fill.raw)


def opened_fill_html(scene: Scene, account: str, key: str) -> str:
    """The fill in one line, and its facts. Raises DatabaseUnavailable."""
    found = load_fill(scene, account, key)
    if found is None:
        return opened_html("No fill has this id", key, "Choose another moment or account.")
    title = opened_html(fill_title(found.row, scene.view), found.row.fill.account)
    return title + facts_html(fill_facts(found.row, found.value, scene.view, scene.at))


def _links(row: FillRow) -> Sequence[PageLink]:
    """The links to its order, and to the page of its coin."""
    fill, links = row.fill, []
    if fill.order_id is not None:
        order = {"order": order_name(fill), "order_of": fill.account}
        links.append(PageLink("Its order", "open_orders", order))
    coin = fill.base or fill.symbol.partition("/")[0]
    return [*links, PageLink(f"Page of {coin}", "coin", {"coin": coin})]
