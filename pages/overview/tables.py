"""Tables of the Overview: holdings and positions as frames for the screen."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd

from domain.cost_basis import CostBasis, unrealised_of
from domain.gains import gain_of
from domain.holdings import Holding
from domain.order_distance import NearOrder
from domain.prices import assumed_words
from domain.protection import Protection, ProtectionState
from domain.valuation import ValueOrigin
from pages.components.table.model import Place
from pages.overview.view import HeldPosition
from pages.shared.formats import UNKNOWN, amount_text, masked, percent_text, price_text, quantity_text
from pages.shared.tables import Column, Kind, cells_of, cover_text

_UNKNOWN_COVER = (
    "Unknown while orders are missing, old or not understood, or while it is unknown what an order would do"
)
# Worth, the day and the gain first, then protection and the week. The others are shown on request.
HOLDINGS = (
    Column("Asset", Kind.TEXT, pinned=True, label="Coin", place=Place.TITLE),
    Column("Account", Kind.TEXT),
    Column(
        "Value",
        Kind.MONEY,
        "In the display currency, as stated by the exchange, else computed. The bar is the share of everything held",
        place=Place.LEAD,
    ),
    Column("24 h", Kind.CHANGE, "Change of the price over 24 hours"),
    Column("24 h money", Kind.GAIN, "Change of the value over 24 h, for the quantity held now", label="24 h, money"),
    Column(
        "Unrealised",
        Kind.GAIN,
        "Value now less cost, fees included, in the display currency. Covers the quantity with known cost, over all "
        "markets of the coin",
        label="P&L",
    ),
    Column("Gain", Kind.CHANGE, "P&L as a share of its cost", label="P&L %"),
    Column(
        "Average cost",
        Kind.RATE,
        "Cost of one unit, fees included, over all markets of the coin. In the display currency, each purchase at the "
        "rate of its own day",
    ),
    Column("Stop", Kind.TEXT, "Trigger of the nearest stop, in the currency of its market, and the number of others"),
    Column("Stop distance", Kind.DISTANCE, "From the price of its own market, as in Orders", label="to stop"),
    Column(
        "Protected",
        Kind.COVER,
        f"The share that stops would sell if the price fell. {_UNKNOWN_COVER}",
        label="Covered",
        place=Place.NOTE,
    ),
    Column("Take profit", Kind.TEXT, "Price of the nearest take profit, in the currency of its market"),
    Column("Target distance", Kind.DISTANCE, "From the price of its own market, as in Orders", label="to target"),
    Column("7 d", Kind.TEXT, "Price of the last seven days, from closed candles"),
    Column("Day and P&L", Kind.SIGNED, place=Place.FIGURE, for_cards=True),
    Column("Price", Kind.RATE, "In the display currency"),
    Column("Quantity", Kind.QUANTITY, "Free and locked together"),
    Column(
        "About the cost",
        Kind.TEXT,
        "The quantity with unknown cost: deposited, or bought before the first known fill. Or the quantity bought but "
        "no longer here: withdrawn, lent, or spent on other coins",
    ),
    Column("Share", Kind.SHARE, "Of everything held"),
    Column("Free", Kind.QUANTITY, "Not in orders"),
    Column("Locked", Kind.QUANTITY, "In orders"),
    Column(
        "Value from",
        Kind.TEXT,
        "Stated by the exchange, or computed from quantity and price: that of a spot book, else of the contract named",
    ),
)
ON_REQUEST = ("Day and P&L", "Price", "Quantity", "About the cost", "Share", "Free", "Locked", "Value from")
CARD = "Side, cover and stop"
POSITIONS = (
    Column("Symbol", Kind.TEXT, pinned=True, place=Place.TITLE),
    Column("Account", Kind.TEXT),
    Column("Side", Kind.TEXT),
    Column(
        "P&L since entry",
        Kind.GAIN,
        "Open P&L as the exchange states it, in the quote currency",
        place=Place.LEAD,
    ),
    Column(
        "P&L computed",
        Kind.GAIN,
        "From entry price and mark, without fees and funding. Shown if it differs from the exchange's figure",
    ),
    Column(
        "P&L realised",
        Kind.GAIN,
        "Realised so far as stated by the exchange, by its own rules about fees",
    ),
    Column("Protected", Kind.COVER, f"The share of the position that stops would close. {_UNKNOWN_COVER}"),
    Column("Amount", Kind.QUANTITY, "In units of the base asset", place=Place.FIGURE),
    Column("Entry", Kind.PRICE),
    Column("Mark", Kind.PRICE, "The mark price, or the last trade if the exchange gives none"),
    Column("Liquidation", Kind.PRICE),
    Column("Leverage", Kind.QUANTITY),
    Column("Stop", Kind.TEXT, "Trigger of the nearest stop, and the number of others"),
    Column("Take profit", Kind.TEXT, "Price of the nearest take profit, and the number of others"),
    Column(CARD, Kind.TEXT, place=Place.NOTE, for_cards=True),
)
ABOUT = "About the cost"
# Columns that need fills. They are hidden if no account has readable fills.
OF_FILLS = frozenset({"Unrealised", "Gain", "Average cost", ABOUT})
COMPUTED = "P&L computed"
REALISED = "P&L realised"
_SIDES = {"long": "Long", "short": "Short"}

Costs = Mapping[tuple[str, str], CostBasis]  # by account and asset
Weeks = Mapping[tuple[str, str], Sequence[float]]  # closing prices of seven days by account and asset


def holdings_frame(holdings: Sequence[Holding], costs: Costs, currency: str, hidden: bool) -> pd.DataFrame:
    """One row per holding, as display texts. Values are in `currency`. `hidden` masks amounts."""
    bases = [costs.get((h.account, h.asset)) for h in holdings]
    numbers: Mapping[str, Sequence[Decimal | None]] = {
        "Value": [h.value for h in holdings],
        "24 h": [h.change_24h for h in holdings],
        "24 h money": [day_money(h) for h in holdings],
        "Unrealised": [None if basis is None else basis.unrealised for basis in bases],
        "Gain": [None if basis is None else gain_of(basis) for basis in bases],
        "Price": [h.price for h in holdings],
        "Average cost": [None if basis is None else basis.average_cost for basis in bases],
        "Quantity": [h.quantity for h in holdings],
        "Free": [h.free for h in holdings],
        "Locked": [h.locked for h in holdings],
        "Share": [h.share for h in holdings],
    }
    texts: dict[str, Sequence[object]] = {
        "Asset": [h.asset for h in holdings],
        "Account": [h.account for h in holdings],
        ABOUT: [cost_words(basis, hidden) for basis in bases],
        "Value from": [_value_from(holding) for holding in holdings],
        "7 d": [""] * len(holdings),
        **_cover([h.protection for h in holdings], [currency] * len(holdings)),
        **_distances(holdings),
    }
    day = zip(numbers["24 h"], numbers["Unrealised"], strict=True)
    texts["Day and P&L"] = [_on_a_phone(change, profit, currency, hidden) for change, profit in day]
    columns = [c for c in HOLDINGS if costs or c.name not in OF_FILLS]
    if not any(texts[ABOUT]):
        columns = [c for c in columns if c.name != ABOUT]
    return _frame(columns, numbers, texts, currency, hidden)


def positions_frame(positions: Sequence[HeldPosition], hidden: bool) -> pd.DataFrame:
    """One row per position, as display texts. `hidden` masks amounts.

    The computed profit has a column if any differs from the stated one. The realised profit has one if an exchange
    states it.
    """
    rows = [held.position for held in positions]
    computed = [computed_apart(held) for held in positions]
    numbers: Mapping[str, Sequence[Decimal | None]] = {
        "P&L since entry": [p.unrealised_pnl for p in rows],
        "Amount": [p.amount for p in rows],
        "Entry": [p.entry_price for p in rows],
        "Mark": [p.mark_price or held.market_price for p, held in zip(rows, positions, strict=True)],
        "Liquidation": [p.liquidation_price for p in rows],
        "Leverage": [p.leverage for p in rows],
    }
    numbers = {**numbers, COMPUTED: computed, REALISED: [p.realised_pnl for p in rows]}
    texts = {
        "Symbol": [p.symbol for p in rows],
        "Account": [held.account for held in positions],
        "Side": [_SIDES[p.side] for p in rows],
        **_cover([held.protection for held in positions], [p.priced_in for p in rows]),
    }
    words = zip(texts["Side"], texts["Protected"], texts["Stop"], strict=True)
    texts[CARD] = [" · ".join(filter(None, (side, cover, stop and f"stop {stop}"))) for side, cover, stop in words]
    with_values = {name for name in (COMPUTED, REALISED) if any(profit is not None for profit in numbers[name])}
    columns = [c for c in POSITIONS if c.name not in (COMPUTED, REALISED) or c.name in with_values]
    return _frame(columns, numbers, texts, [p.priced_in for p in rows], hidden)


def day_money(holding: Holding) -> Decimal | None:
    """The change of a holding's value over 24 hours, by the change of its price. None is unknown."""
    change = holding.change_24h
    if holding.value is None or change is None or change <= -1:
        return None
    return holding.value - holding.value / (1 + change)


def _distances(holdings: Sequence[Holding]) -> Mapping[str, Sequence[float | None]]:
    """The way of its own market to the nearest stop and to the nearest take profit, in per cent."""
    protections = [holding.protection for holding in holdings]
    return {
        "Stop distance": [_way(None if p is None else p.nearest_stop) for p in protections],
        "Target distance": [_way(None if p is None else p.nearest_take_profit) for p in protections],
    }


def _way(near: NearOrder | None) -> float | None:
    return None if near is None or near.distance is None else float(abs(near.distance) * 100)


def _on_a_phone(change: Decimal | None, profit: Decimal | None, currency: str, hidden: bool) -> str:
    """The day and the gain in one text, because a card has room for four cells."""
    day = percent_text(change, signed=True, decimals=2)
    return f"24 h {day} · P&L {masked(amount_text(profit, currency, signed=True), hidden)}"


def _value_from(holding: Holding) -> str:
    """The origin of a holding's value. A computed value names the contract or assumption that it uses."""
    if holding.value_origin is None:
        return "No price"
    basis = [holding.contract or "", assumed_words(holding.assumed)]
    if holding.value_origin is ValueOrigin.STATED:
        basis = []
    return ", ".join(filter(None, [holding.value_origin.value.capitalize(), *basis]))


def cost_words(basis: CostBasis | None, hidden: bool) -> str:
    """A remark on a cost: the share with unknown cost, which is never taken as zero. "" if all of it is known."""
    if basis is None:
        return ""
    if basis.is_contradicted:
        return f"{masked(quantity_text(abs(basis.excess)), hidden)} more bought than is here"
    if basis.explained and basis.cost is None:
        return "unknown: a fee or price is missing"
    if not basis.unexplained:
        return ""
    if not basis.explained:
        return "unknown"
    parts = [masked(quantity_text(abs(quantity)), hidden) for quantity in (basis.unexplained, basis.quantity)]
    return f"unknown for {parts[0]} of {parts[1]}"


def computed_apart(held: HeldPosition) -> Decimal | None:
    """The computed open profit of a position if it differs from the stated one, else None."""
    both, currency = unrealised_of(held.position), held.position.priced_in
    return None if amount_text(both.computed, currency) == amount_text(both.stated, currency) else both.computed


def _frame(
    columns: Sequence[Column],
    numbers: Mapping[str, Sequence[Decimal | None]],
    texts: Mapping[str, Sequence[object]],
    currency: str | Sequence[str | None],
    hidden: bool,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            c.name: cells_of(c, numbers[c.name], currency, hidden=hidden) if c.name in numbers else texts[c.name]
            for c in columns
        }
    )


def _cover(protections: Sequence[Protection | None], currencies: Sequence[str | None]) -> Mapping[str, Sequence[str]]:
    """The covered share of each row, and its nearest stop and take profit. `currencies` are those of the rows."""
    rows = list(zip(protections, currencies, strict=True))
    return {
        "Protected": [_cover_text(protection) for protection in protections],
        "Stop": [nearest_words(p.nearest_stop, p.stop_losses, unit) if p else "" for p, unit in rows],
        "Take profit": [nearest_words(p.nearest_take_profit, p.take_profits, unit) if p else "" for p, unit in rows],
    }


def _cover_text(protection: Protection | None) -> str:
    if protection is None or protection.state is ProtectionState.NOTHING_TO_PROTECT:
        return ""
    return cover_text(protection.share, unseen=protection.state is ProtectionState.UNKNOWN)


def nearest_words(near: NearOrder | None, prices: Sequence[Decimal], currency: str | None) -> str:
    """The price of the nearest order, and the number of other prices. "" without an order, a dash if it is unknown."""
    if near is None:
        return ""
    others = len(prices) - (near.price is not None)
    return near_price_text(near, currency) + (f" +{others}" if others else "")


def near_price_text(near: NearOrder, currency: str | None) -> str:
    """The price of an order as the exchange has it. It names the quote currency unless that is `currency`."""
    order = near.order
    price = price_text(order.limit_price if order.price is None else order.price)
    is_plain = price == UNKNOWN or order.quote in (None, currency)
    return price if is_plain else f"{price} {order.quote}"
