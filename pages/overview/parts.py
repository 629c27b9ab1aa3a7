"""Parts: the sections of the Overview as the script draws them and as the stream renews them."""

from domain.sources import ORDER_KINDS, SourceKind
from pages.coin.choices import choices_of_market
from pages.components.table.frames import Look, table_of_frame
from pages.components.table.model import TableRows, payload_of
from pages.overview.gains import knows_any_fill
from pages.overview.loading import load_facts, load_figures
from pages.overview.open_pnl import cost_words
from pages.overview.tables import CARD, POSITIONS, positions_frame
from pages.overview.view import Facts, HeldPosition
from pages.shared.amounts import left_out_names
from pages.shared.badge import Kinds
from pages.shared.choices import address_of
from pages.shared.data_warnings import warnings_html
from pages.shared.loaders import cached
from pages.shared.navigation import lead_to
from pages.shared.scene import Scene
from pages.shared.view import View
from pages.shared.widgets_html import heading_html, kpis_html

_SPARE = ("P&L realised", "P&L computed", "Leverage", "Take profit")
_BETWEEN = "\n"  # no name of a market or account has a line break
KINDS = (SourceKind.BALANCES, SourceKind.POSITIONS, *ORDER_KINDS, SourceKind.PRICES, SourceKind.FILLS)


def overview_warnings(scene: Scene, kinds: Kinds) -> str:
    """The bands of the page. Fills that were never read are no doubt about its figures."""
    return warnings_html(scene, [kind for kind in kinds if kind is not SourceKind.FILLS or knows_any_fill(scene)])


def headline_html(scene: Scene) -> str:
    """The net value with its changes."""
    return kpis_html(load_figures(scene)[:1])


def profit_html(scene: Scene) -> str:
    """All other figures."""
    return kpis_html(load_figures(scene)[1:])


def holdings_heading_html(scene: Scene) -> str:
    """The heading with the coins in no total, and the rate of costs in another currency."""
    facts = load_facts(scene)
    unpriced = facts.totals.unpriced
    words = f"{', '.join(unpriced)}: no price is known, so in no total" if unpriced else ""
    return heading_html("Holdings", ". ".join(filter(None, [words, cost_words(facts.converted_bases, scene.view)])))


def positions_shape(scene: Scene) -> str:
    """ "positions" if there is a table of them, else ""."""
    return "positions" if load_facts(scene).positions else ""


def positions_heading_html(scene: Scene) -> str:
    """The heading with the positions in no total, and from when the profit counts."""
    return heading_html("Positions", _positions_words(load_facts(scene), scene.view))


def _positions_words(facts: Facts, view: View) -> str:
    names = left_out_names(facts.totals.left_out, view)
    left_out = f"{', '.join(names)}: cannot be valued, so in no total" if names else ""
    since = f"P&L since entry, also what became cash by {facts.settlement_words}" if facts.settled_by else ""
    return ". ".join(filter(None, [left_out, since]))


def positions_payload(scene: Scene) -> bytes:
    """The table of positions."""
    facts, view = load_facts(scene), scene.view
    several = len(scene.accounts) > 1
    key = (scene.key, hash(view), several)
    return cached(_make_positions, key, facts, view, several)


def _make_positions(facts: Facts, view: View, several: bool) -> bytes:
    frame = positions_frame(facts.positions, view.hide_amounts)
    order = [name for name in frame.columns if name != CARD and (several or name != "Account")]
    look = Look("positions", "Open positions", view.inks, order, spare=_SPARE)
    links = [address_of("coin", view, choices_of_market(held.coin, held.market)) for held in facts.positions]
    rows = TableRows([_row_of(held) for held in facts.positions], links)
    return payload_of(table_of_frame(frame, POSITIONS, look, rows))


def _row_of(held: HeldPosition) -> str:
    return _BETWEEN.join((held.coin, *held.market, held.account, held.position.key))


def open_position(row: str) -> None:
    """Lead to the coin page with the market of a row."""
    coin, venue, symbol, *_ = row.split(_BETWEEN)
    lead_to("coin", choices_of_market(coin, (venue, symbol)))
