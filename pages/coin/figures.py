"""Figures of the coin page: held, cost, profit, protection and price. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from domain.prices import Price
from domain.protection import ProtectionState
from pages.coin.stops import Closes, Stops, closes_of, kinds_by_size, stops_of
from pages.coin.view import CoinFacts
from pages.overview.attention import way_words
from pages.overview.open_pnl import OPEN_PNL
from pages.shared.formats import UNKNOWN, masked, number_text, percent_text, price_text, quantity_text
from pages.shared.tables import cover_text
from pages.shared.view import View
from pages.shared.widgets_html import Kpi

_UNEXPLAINED = "Some of it was deposited, or bought before the first known fill"


def coin_kpis(facts: CoinFacts, price: Price | None, stops: Stops, view: View) -> Iterable[Kpi]:
    """The figures, each with the reason if it is unknown. Price and closest stops come first."""
    yield _price_kpi(facts.coin, price)
    yield from _stop_kpis(facts, stops)
    if facts.holdings:
        held = masked(quantity_text(facts.quantity), view.hide_amounts)
        worth = UNKNOWN if facts.value is None else view.money(facts.value)
        yield Kpi("Held", worth, f"{held} {facts.coin}", _value_origin(facts, view))
        yield _cost_kpi(facts, view)
        yield _protection_kpi(facts)
    yield Kpi("Open orders", f"{len(facts.orders):,}", _order_words(facts))
    if facts.positions:
        sides = ", ".join(
            f"{p.side.value} {masked(quantity_text(p.amount), view.hide_amounts)}" for p in facts.positions
        )
        yield Kpi("Positions", f"{len(facts.positions):,}", sides)


def _value_origin(facts: CoinFacts, view: View) -> str:
    """The price behind the value, and what the exchange states instead. Its value may be seconds newer."""
    if facts.value is None:
        return "No price is known"
    words = "Valued at the last recorded price, as the profit is"
    if facts.stated_value in (None, facts.value):
        return words
    return f"{words}. The exchange states {view.money(facts.stated_value)}"


def _price_kpi(coin: str, price: Price | None) -> Kpi:
    label = f"Price of {coin}"
    if price is None or price.best is None:
        return Kpi(label, UNKNOWN, why="No price of this market is known")
    change = percent_text(price.change_24h, signed=True, decimals=2)
    return Kpi(label, price_text(price.best), f"{price.quote} · 24 h {change}")


def _stop_kpis(facts: CoinFacts, stops: Stops) -> Iterable[Kpi]:
    """The closest stop of the coins held and of each side of positions, of the largest first."""
    kinds = kinds_by_size(facts)
    if not kinds and (facts.holdings or facts.positions):
        kinds = [Closes.HELD]
    for kind in kinds:
        is_plain = kinds == [Closes.HELD]
        yield _stop_kpi(facts, stops, kind, "Closest stop" if is_plain else f"Closest stop, {kind}")


def _stop_kpi(facts: CoinFacts, stops: Stops, kind: Closes, label: str) -> Kpi:
    stop = stops.get(kind)
    if stop is None or stop.distance is None:
        words = "no stop" if facts.orders_are_read else "not all orders could be read"
        if any(closes_of(order) is kind for order in stops_of(facts.orders)):
            words = "its distance is unknown"
        return Kpi(label, UNKNOWN, words)
    why = f"{stop.order.symbol} in {stop.order.account}"
    note = " · ".join(filter(None, [stop.order.quote, way_words(stop.distance)]))
    return Kpi(label, price_text(stop.order.price), note, why)


def _cost_kpi(facts: CoinFacts, view: View) -> Kpi:
    why = "" if facts.average_cost is not None else _UNEXPLAINED
    cost = "not known" if facts.average_cost is None else number_text(facts.average_cost)
    gain = facts.unrealised
    value = UNKNOWN if gain is None else view.money(gain, signed=True)
    note = f"average cost {cost}"
    if gain is not None and facts.quantity_without_cost:
        missing = masked(quantity_text(facts.quantity_without_cost), view.hide_amounts)
        note, why = (
            f"{note} · without part of {facts.coin}",
            f"{missing} {facts.coin} have no known cost. {_UNEXPLAINED}",
        )
    return Kpi(OPEN_PNL, value, f"{note} · without positions" if facts.positions else note, why)


def _protection_kpi(facts: CoinFacts) -> Kpi:
    shares: list[tuple[Decimal, Decimal | None]] = []
    for holding in facts.holdings:
        protection = holding.protection
        if protection is not None and protection.state is not ProtectionState.NOTHING_TO_PROTECT:
            shares.append((holding.quantity, protection.share))
    if not shares:
        return Kpi("Covered by stops", UNKNOWN, "nothing to protect")
    if any(share is None for _, share in shares):
        return Kpi("Covered by stops", "?", "unknown: some orders are not known", warns=True)
    total = sum((quantity for quantity, _ in shares), Decimal(0))
    covered = sum((quantity * share for quantity, share in shares if share is not None), Decimal(0)) / total
    note = (
        f"of the {facts.coin} held{', positions apart' if facts.positions else ''}" if covered else cover_text(covered)
    )
    return Kpi("Covered by stops", percent_text(covered, decimals=0), note, warns=covered == 0)


def _order_words(facts: CoinFacts) -> str:
    waiting = sum(order.waits_for_trigger for order in facts.orders)
    return f"{len(facts.orders) - waiting:,} resting · {waiting:,} conditional" if facts.orders else ""
