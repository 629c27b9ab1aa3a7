"""Parts: the sections of the watchlist as the script draws them and as the stream renews them."""

from collections.abc import Iterable, Sequence

from domain.edits import EditKind
from domain.rules import Rule, RuleDefinition
from domain.watchlist import ListedMarket
from pages.components.table.model import payload_of
from pages.shared.alerts import load_rules
from pages.shared.edits import load_own_edits
from pages.shared.failures import load_or
from pages.shared.loaders import cached
from pages.shared.market_figures import figures_version, load_figures, load_watched, markets_of
from pages.shared.scene import Scene
from pages.shared.signal_rules import rules_about, rules_by_subject
from pages.shared.widgets import empty_html
from pages.watchlist.view import matching, watchlist_table


def load_markets(scene: Scene) -> Sequence[ListedMarket]:
    """The markets that are held, ordered or added. Without a database those that were added are not known."""
    return scene.once("markets", lambda: markets_of(scene, load_or((), load_watched)))


def choices_shape(scene: Scene) -> str:
    """The choices of the page as a number: its markets, the rules about them, and the newest edits of both."""
    edits = tuple((edit.filed_at, edit.state) for edit in load_own_edits((EditKind.WATCH, EditKind.RULE)))
    return str(hash((_names_of(load_markets(scene)), load_watched(), _content_of(load_or((), load_rules)), edits)))


def _names_of(markets: Iterable[ListedMarket]) -> tuple[tuple[str, str], ...]:
    return tuple((market.venue, market.symbol) for market in markets)


def _content_of(rules: Iterable[Rule]) -> tuple[RuleDefinition, ...]:
    return tuple(rule.definition for rule in rules)


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
    listed, rules = matching(markets, search), load_or((), load_rules) if scene.is_now else ()
    # Streamlit takes milliseconds to hash hundreds of markets.
    listing = hash((_names_of(listed), load_or((), load_watched), _content_of(rules)))
    key = (scene.key, listing, timeframe, figures_version(markets, scene.at), hash(scene.view))
    return cached(_make_payload, key, scene, markets, listed, timeframe, rules)


def _make_payload(
    scene: Scene,
    markets: Sequence[ListedMarket],
    listed: Sequence[ListedMarket],
    timeframe: str,
    rules: Sequence[Rule],
) -> bytes:
    figures, by_subject = load_figures(markets, scene.at), rules_by_subject(rules)
    rows = [(market, figures.get((market.venue, market.symbol))) for market in listed]
    alerts = tuple(rules_about(by_subject, market) for market in listed)
    venues = {market.venue for market in listed}
    return payload_of(watchlist_table(rows, timeframe, scene.view, alerts, several_venues=len(venues) > 1))
