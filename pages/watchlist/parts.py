"""Parts: the sections of the watchlist as the script draws them and as the stream renews them."""

from collections.abc import Sequence

from domain.edits import EditKind
from domain.watchlist import ListedMarket
from pages.components.table.model import payload_of
from pages.shared.alerts import load_rules
from pages.shared.edits import load_own_edits
from pages.shared.failures import load_or
from pages.shared.loaders import cached
from pages.shared.market_figures import Figures, figures_version, load_figures, load_watched, markets_of
from pages.shared.scene import Scene
from pages.shared.signal_rules import rules_about, rules_by_subject
from pages.shared.view import View
from pages.shared.widgets import empty_html
from pages.watchlist.view import matching, watchlist_table


def load_markets(scene: Scene) -> Sequence[ListedMarket]:
    """The markets that are held, ordered or added. Without a database those that were added are not known."""
    return markets_of(scene, load_or((), load_watched))


def choices_shape(scene: Scene) -> str:
    """The choices of the page as a text: its markets, the rules about them, and the newest edits of both."""
    markets = [(market.venue, market.symbol) for market in load_markets(scene)]
    rules = [(rule.name, rule.definition) for rule in load_or((), load_rules)]
    edits = [(edit.filed_at, edit.state) for edit in load_own_edits((EditKind.WATCH, EditKind.RULE))]
    return repr((markets, load_watched(), rules, edits))


def is_listed(scene: Scene, search: str) -> bool:
    """True if any market matches."""
    return bool(matching(load_markets(scene), search))


def nothing_listed_html(scene: Scene, search: str) -> str:
    """Why the list is empty."""
    markets = load_markets(scene)
    if not markets:
        hint = "Markets that you hold or have orders in appear here, and those that you add."
        return empty_html("No markets", scene.taken_at, scene.view, hint)
    return empty_html(f"No market matches {search}", scene.taken_at, scene.view, f"{len(markets)} markets are listed.")


def markets_payload(scene: Scene, search: str, timeframe: str) -> bytes:
    """The table of the markets that match. Raises DatabaseUnavailable."""
    markets = load_markets(scene)
    listed, figures = matching(markets, search), load_figures(markets, scene.at)
    rules = rules_by_subject(load_or((), load_rules) if scene.is_now else ())
    alerts = tuple(rules_about(rules, market) for market in listed)
    # Streamlit takes milliseconds to hash hundreds of markets.
    listing = hash((tuple((market.venue, market.symbol) for market in listed), load_or((), load_watched), alerts))
    key = (scene.key, listing, timeframe, figures_version(markets, scene.at), scene.view.inks)
    return cached(_make_payload, key, listed, figures, timeframe, scene.view, alerts)


def _make_payload(
    listed: Sequence[ListedMarket], figures: Figures, timeframe: str, view: View, alerts: Sequence[Sequence[str]]
) -> bytes:
    rows = [(market, figures.get((market.venue, market.symbol))) for market in listed]
    venues = {market.venue for market in listed}
    return payload_of(watchlist_table(rows, timeframe, view, alerts, several_venues=len(venues) > 1))
