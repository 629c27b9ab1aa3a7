"""Parts: the sections of the coin page as the script draws them and as the stream renews them."""

from collections.abc import Iterable, Sequence

from db.reads.fill_filter import FillFilter
from db.reads.fills import FillRow
from domain.snapshot import Snapshot
from domain.sources import ORDER_KINDS, SourceKind
from pages.coin.choices import Market
from pages.coin.figures import coin_kpis
from pages.coin.stops import closest_stops
from pages.coin.view import CoinFacts, coin_facts, largest_coin, markets_of
from pages.overview.loading import load_known_costs
from pages.overview.view import facts_of
from pages.shared.alerts import load_rules
from pages.shared.coins import load_coins
from pages.shared.failures import load_or
from pages.shared.loaders import cached_view
from pages.shared.market_data import price_of
from pages.shared.market_figures import load_watched
from pages.shared.past import end_of, load_fills
from pages.shared.scene import Scene
from pages.shared.signal_rules import switched_on
from pages.shared.widgets_html import Kpi, kpis_html

KINDS = (SourceKind.BALANCES, SourceKind.POSITIONS, *ORDER_KINDS, SourceKind.PRICES, SourceKind.FILLS)
MOST_FILLS = 200


def load_largest_coin(scene: Scene) -> str:
    """The coin that the page shows if the address names none. "" without any coin."""
    currency, coins = scene.view.currency, load_coins(scene)
    return cached_view(_largest_coin, scene, currency, coins)


def _largest_coin(snapshots: Sequence[Snapshot], currency: str, coins: Sequence[str]) -> str:
    return largest_coin(snapshots, facts_of(snapshots, currency).holdings, coins, currency)


def load_markets(scene: Scene, coin: str) -> Sequence[Market]:
    """The markets of a coin: those of the accounts, then those that the viewer added."""
    added = [(m.venue, m.symbol) for m in load_or((), load_watched) if m.symbol.partition("/")[0] == coin]
    return tuple(dict.fromkeys((*cached_view(markets_of, scene, coin), *added)))


def load_coin(scene: Scene, coin: str) -> CoinFacts:
    """Everything known of a coin."""
    return scene.once(f"coin {coin}", lambda: _facts(scene, coin))


def _facts(scene: Scene, coin: str) -> CoinFacts:
    facts = cached_view(facts_of, scene, scene.view.currency)
    return coin_facts(scene.snapshots, facts, load_known_costs(scene, facts), coin)


def load_coin_fills(scene: Scene, coin: str) -> Sequence[FillRow]:
    """The newest fills of the coin's markets. Raises DatabaseUnavailable."""
    return scene.once(f"fills of {coin}", lambda: _coin_fills(scene, coin))


def _coin_fills(scene: Scene, coin: str) -> Sequence[FillRow]:
    symbols = {symbol for _, symbol in cached_view(markets_of, scene, coin)}
    if not symbols:  # no symbol would be no filter
        return ()
    rows, _ = load_fills(scene, FillFilter(symbols=tuple(sorted(symbols)), until=end_of(scene)), MOST_FILLS)
    return rows


def coins_shape(scene: Scene) -> str:
    """The coins as a text."""
    return " ".join(load_coins(scene))


def choices_shape(scene: Scene, coin: str, market: Market | None) -> str:
    """The choices of the page as a text: its coins and markets, and the presets that are on."""
    rules = () if market is None else load_or((), load_rules)
    on = () if market is None else switched_on(rules, market[1])
    return repr((load_coins(scene), load_markets(scene, coin), on))


def coin_figures_html(scene: Scene, coin: str, market: Market | None) -> str:
    """The figures of the coin."""
    return kpis_html(coin_kpis_of(scene, coin, market))


def coin_kpis_of(scene: Scene, coin: str, market: Market | None) -> Iterable[Kpi]:
    """The figures of the coin. Price and closest stops come first."""
    price = None if market is None else price_of(scene.snapshots, market)
    stops = cached_view(closest_stops, scene, coin)
    return coin_kpis(load_coin(scene, coin), price, stops, scene.view)
