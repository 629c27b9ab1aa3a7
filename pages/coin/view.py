"""View of the coin page: what is held, ordered and traded of one coin, and its chart. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from db.reads.fills import FillRow
from domain.candles import Candle
from domain.charted_markets import market_of_coin
from domain.cost_basis import CostBasis
from domain.fills import Fill
from domain.holdings import Holding
from domain.markets import Side
from domain.money import DOLLARS, is_money
from domain.orders import Order, OrderKind, Role
from domain.positions import Position
from domain.snapshot import Snapshot, rates_of
from domain.sums import sum_if_known
from domain.timeframes import length_of
from pages.components.chart.model import Candles, Chart, Ink, Level, Line, Mark, milliseconds
from pages.open_orders.tabs import Tab, tab_of
from pages.overview.tables import Costs
from pages.overview.view import Facts
from pages.shared.coins import dealt_in
from pages.shared.formats import masked, number_text, price_text, quantity_text
from pages.shared.view import View

HEIGHT = 420
# More labels than this would hide the candles.
MOST_LEVELS, MOST_MARKS = 50, 200
_LEVEL_INKS = {Role.STOP_LOSS: Ink.LOSS, Role.TAKE_PROFIT: Ink.GAIN, Role.ENTRY: Ink.MAIN}
_ROLE_WORDS = {Role.STOP_LOSS: "stop", Role.TAKE_PROFIT: "take profit", Role.ENTRY: "entry", Role.EXIT: "exit"}
_OVERLAY_INKS = (Ink.THIRD, Ink.FOURTH, Ink.SECOND, Ink.DIM)


@dataclass(frozen=True, slots=True)
class CoinFacts:
    """One coin over all selected accounts at one moment."""

    coin: str
    holdings: tuple[Holding, ...]
    positions: tuple[Position, ...]
    orders: tuple[Order, ...]
    costs: tuple[CostBasis, ...]
    orders_are_read: bool  # else an order that is not here may be open

    @property
    def quantity(self) -> Decimal:
        return sum((holding.quantity for holding in self.holdings), Decimal(0))

    @property
    def value(self) -> Decimal | None:
        """At the prices that the profit has. A stated value may be newer. None if a part of it has no price."""
        return sum_if_known(h.value if h.price is None else h.quantity * h.price for h in self.holdings)

    @property
    def stated_value(self) -> Decimal | None:
        """As the exchange values it, else by prices. None if a part of it has no value."""
        return sum_if_known(holding.value for holding in self.holdings)

    @property
    def quantity_without_cost(self) -> Decimal:
        """The quantity that the profit leaves out, signed."""
        return self.quantity - sum((cost.explained for cost in self.costs), Decimal(0))

    @property
    def unrealised(self) -> Decimal | None:
        return sum_if_known(cost.unrealised for cost in self.costs) if self.costs else None

    @property
    def average_cost(self) -> Decimal | None:
        """The cost of one unit over all accounts. None if the cost of some part is not known."""
        cost, explained = sum_if_known(cost.cost for cost in self.costs), sum(c.explained for c in self.costs)
        return cost / explained if cost is not None and explained else None


def coin_facts(snapshots: Sequence[Snapshot], facts: Facts, costs: Costs, coin: str) -> CoinFacts:
    """Everything known of a coin, without zero balances."""
    holdings = tuple(h for h in facts.holdings if h.asset == coin and h.quantity)
    return CoinFacts(
        coin,
        holdings,
        tuple(p for s in snapshots for p in s.positions if p.base == coin),
        tuple(order for s in snapshots for order in s.orders if order.base == coin),
        tuple(basis for h in holdings if (basis := costs.get((h.account, coin))) is not None),
        facts.orders_are_read,
    )


def largest_coin(
    snapshots: Iterable[Snapshot], holdings: Iterable[Holding], coins: Iterable[str], currency: str
) -> str:
    """The coin with the largest holding, else with the largest order, else the first by name. "" without coins.

    Money has no candles, so another coin comes before it.
    """
    held: dict[str, Decimal] = {}
    for holding in holdings:
        held[holding.asset] = held.get(holding.asset, Decimal(0)) + (holding.value or Decimal(0))
    ordered = _largest_orders(snapshots, currency)
    keys = {coin: (is_money(coin), -held.get(coin, Decimal(0)), -ordered.get(coin, Decimal(0)), coin) for coin in coins}
    return min(keys, key=keys.__getitem__, default="")


def _largest_orders(snapshots: Iterable[Snapshot], currency: str) -> Mapping[str, Decimal]:
    """The value of the largest order of each coin. Orders without a known value are left out."""
    largest: dict[str, Decimal] = {}
    for snapshot in snapshots:
        rates = rates_of([snapshot])
        quotes = {order.quote for order in snapshot.orders if order.quote}
        by_quote = {quote: rates.rate(quote, currency) for quote in quotes}
        for order in snapshot.orders:
            rate = by_quote.get(order.quote or "")
            if order.base and order.value is not None and rate is not None:
                largest[order.base] = max(largest.get(order.base, Decimal(0)), order.value * rate)
    return largest


def markets_of(snapshots: Iterable[Snapshot], coin: str) -> tuple[tuple[str, str], ...]:
    """The venues and symbols of a coin: most orders and positions first, then the market that prices it."""
    result: Counter[tuple[str, str]] = Counter()
    for snapshot in snapshots:
        venue = snapshot.account.venue
        result.update((venue, symbol) for base, symbol in dealt_in(snapshot) if base == coin)
        best = market_of_coin(coin, snapshot.prices)
        if best is not None:
            result[venue, best] += 0
    return tuple(sorted(result, key=lambda market: (-result[market], market)))


def candle_chart(
    candles: Sequence[Candle],
    market: tuple[str, str],
    facts: CoinFacts,
    fills: Sequence[FillRow],
    overlays: Sequence[Line],
    view: View,
) -> Chart:
    """Candles with orders as lines, the average cost, and fills as marks. Prices are in the market's quote currency."""
    symbol, timeframe = market[1], candles[0].timeframe if candles else "1h"
    columns = [[float(getattr(candle, name)) for candle in candles] for name in ("open", "high", "low", "close")]
    length = int(length_of(timeframe).total_seconds() * 1000)
    first, high, low, close = columns
    shapes = Candles([milliseconds(candle.at) for candle in candles], first, high, low, close, length)
    since = shapes.times[0] if shapes.times else 0
    inks = view.inks
    return Chart(
        f"Candles of {symbol}, {timeframe}",
        view.zone.key,
        HEIGHT,
        lines=overlays,
        candles=shapes,
        levels=_levels(facts, symbol, view),
        marks=[_mark(row.fill, view) for row in fills if milliseconds(row.fill.at) >= since][:MOST_MARKS],
        unit=_quote_of(symbol),
        decimals=_decimals(columns[3]),
        gain=inks.gain_bar,
        loss=inks.loss_bar,
    )


def overlay(name: str, candles: Sequence[Candle], values: Sequence[float | None], number: int) -> Line:
    """An indicator over candles, drawn at the middle of each."""
    if not candles:
        return Line(name, [], [])
    half = int(length_of(candles[0].timeframe).total_seconds() * 500)
    times = [milliseconds(candle.at) + half for candle in candles]
    return Line(name, times, values, _OVERLAY_INKS[number % len(_OVERLAY_INKS)])


def _levels(facts: CoinFacts, symbol: str, view: View) -> list[Level]:
    """The orders of the market, the average cost, and the stops of its sister markets."""
    orders = [order for order in facts.orders if order.symbol == symbol]
    stops = [order for order in facts.orders if _is_stop_of_sister(order, symbol)]
    levels = [*_order_levels(orders, view), *_cost_level(facts, symbol, view)]
    return [*levels, *_order_levels(stops, view, names_market=True)][:MOST_LEVELS]


def _is_stop_of_sister(order: Order, symbol: str) -> bool:
    """True for a stop of the same coin in another kind of dollars. Its price fits the scale of this market."""
    return order.symbol != symbol and tab_of(order) is Tab.STOPS and {order.quote, _quote_of(symbol)} <= DOLLARS


def _order_levels(orders: Iterable[Order], view: View, *, names_market: bool = False) -> list[Level]:
    levels = []
    for order in orders:
        price = order.price
        if price is None:
            continue
        label = _level_label(order, price, view) + (f" · {order.symbol}" if names_market else "")
        ink = _LEVEL_INKS.get(order.role, Ink.GAIN if order.side is Side.BUY else Ink.LOSS)
        levels.append(Level(float(price), label, ink, order.waits_for_trigger, "order", price_text(price)))
    return levels


def _level_label(order: Order, price: Decimal, view: View) -> str:
    """Side and price first, as in "Sell 80,000 · stop 0.5"."""
    purpose = "trailing stop" if order.kind is OrderKind.TRAILING_STOP else _ROLE_WORDS.get(order.role, "")
    size = f"{purpose} {masked(quantity_text(order.remaining), view.hide_amounts)}".strip()
    return f"{order.side.value.capitalize()} {price_text(price)} · {size}"


def _cost_level(facts: CoinFacts, symbol: str, view: View) -> list[Level]:
    """The average cost, if it is in the money of the market. Dollars of all kinds count as one."""
    quote, cost = _quote_of(symbol), facts.average_cost
    is_comparable = quote == view.currency or {quote, view.currency} <= set(DOLLARS)
    if cost is None or not is_comparable:
        return []
    words = number_text(cost)
    return [Level(float(cost), f"Average cost {words}", Ink.DIM, True, "cost", words)]


def _mark(fill: Fill, view: View) -> Mark:
    is_buy = fill.side is Side.BUY
    amount = masked(quantity_text(fill.amount), view.hide_amounts)
    text = f"{'Bought' if is_buy else 'Sold'} {amount} at {quantity_text(fill.price)}"
    return Mark(milliseconds(fill.at), float(fill.price), is_buy, text, Ink.GAIN if is_buy else Ink.LOSS)


def _quote_of(symbol: str) -> str:
    return symbol.partition(":")[0].partition("/")[2]


def _decimals(closes: Sequence[float]) -> int:
    """Enough decimals for four significant digits of the newest price."""
    size = abs(closes[-1]) if closes else 1.0
    return 2 if size >= 10 else 4 if size >= 0.1 else 8
