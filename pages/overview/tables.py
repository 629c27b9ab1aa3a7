"""Tables of the Overview: holdings and positions as frames for the screen and as rows for the export."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal

import pandas as pd

from domain.cost_basis import CostBasis, unrealised_of
from domain.gains import gain_of
from domain.holdings import Holding
from domain.positions import PositionSide
from domain.prices import assumed_words
from domain.protection import Protection, ProtectionState
from domain.valuation import ValueOrigin
from pages.overview.view import HeldPosition
from pages.shared.formats import csv_of, masked, number_text, quantity_text
from pages.shared.tables import Column, Kind, cells_of, cover_text

# In the order of what a phone shows first: worth, gain, the day; then protection, prices and the rest.
HOLDINGS = (
    Column("Asset", Kind.TEXT, pinned=True),
    Column("Account", Kind.TEXT),
    Column("Value", Kind.MONEY, "In the display currency: stated by the exchange where it states it, else computed"),
    Column(
        "Unrealised",
        Kind.GAIN,
        "What it has gained since it was bought: value now less cost, fees included, in the display currency; of the "
        "part whose cost is known, whichever market it was bought in",
    ),
    Column("24 h", Kind.CHANGE, "Change of the price over 24 hours"),
    Column("Way", Kind.WAY, "Price up or down over 24 hours", width=40, label=""),
    Column("Protected", Kind.COVER, "The part of the quantity that stops would sell; unknown while orders are unseen"),
    Column("Stop", Kind.TEXT, "Trigger of the nearest stop, in the display currency, and how many more there are"),
    Column("Take profit", Kind.TEXT, "Price of the nearest take profit, in the display currency"),
    Column("Price", Kind.PRICE, "In the display currency"),
    Column(
        "Average cost",
        Kind.PRICE,
        "What one unit has cost, fees included, whichever market it was bought in: counted in the currency paid (of "
        "several, each purchase at the rates of its time), told in the display currency at the prices of this moment",
    ),
    Column("Gain", Kind.CHANGE, "Unrealised as a part of what it has cost"),
    Column("Quantity", Kind.QUANTITY, "All that is held, in orders or not"),
    Column(
        "About the cost",
        Kind.TEXT,
        "Which part has an unknown cost: it was deposited, or bought before the first known fill. Or how much more was "
        "bought than is here: it was withdrawn, lent, or spent on other coins",
    ),
    Column("Share", Kind.SHARE, "Of everything held", width=84),
    Column("Free", Kind.QUANTITY, "Not tied up in orders"),
    Column("Locked", Kind.QUANTITY, "Tied up in orders"),
    Column(
        "Value from",
        Kind.TEXT,
        "Stated by the exchange, or computed from quantity and price: that of a spot book, else of the contract named",
    ),
)
POSITIONS = (
    Column("Symbol", Kind.TEXT, pinned=True),
    Column("Account", Kind.TEXT),
    Column("Side", Kind.TEXT),
    Column("P&L since entry", Kind.GAIN, "Unrealised as the exchange states it, in the quote currency"),
    Column("Way", Kind.WAY, "Gain or loss since entry", width=40, label=""),
    Column(
        "P&L computed",
        Kind.GAIN,
        "From entry price and mark, without fees and funding; told where it is not what the exchange states",
    ),
    Column(
        "P&L realised",
        Kind.GAIN,
        "What the exchange says this position has realised so far, by its own rules about fees",
    ),
    Column("Protected", Kind.COVER, "The part of the position that stops would close"),
    Column("Amount", Kind.QUANTITY, "In units of the base asset"),
    Column("Entry", Kind.PRICE),
    Column("Mark", Kind.PRICE, "The mark price; the last trade where the exchange tells none"),
    Column("Liquidation", Kind.PRICE),
    Column("Leverage", Kind.QUANTITY),
    Column("Stop", Kind.TEXT, "Trigger of the nearest stop, and how many more there are"),
    Column("Take profit", Kind.TEXT, "Price of the nearest take profit, and how many more there are"),
)
ABOUT = "About the cost"
# Columns that fills tell; without an account whose fills can be read they say nothing.
OF_FILLS = frozenset({"Unrealised", "Gain", "Average cost", ABOUT})
COMPUTED = "P&L computed"
REALISED = "P&L realised"
_SIDES = {"long": "Long", "short": "Short"}

Costs = Mapping[tuple[str, str], CostBasis]  # by account and asset


def holdings_frame(holdings: Sequence[Holding], costs: Costs, hidden: bool) -> pd.DataFrame:
    """One row a holding, its cells as they are shown; `hidden` masks amounts."""
    bases = [costs.get((h.account, h.asset)) for h in holdings]
    numbers: Mapping[str, Sequence[Decimal | None]] = {
        "Value": [h.value for h in holdings],
        "Way": [h.change_24h for h in holdings],
        "24 h": [h.change_24h for h in holdings],
        "Unrealised": [None if basis is None else basis.unrealised for basis in bases],
        "Gain": [None if basis is None else gain_of(basis) for basis in bases],
        "Price": [h.price for h in holdings],
        "Average cost": [None if basis is None else basis.average_cost for basis in bases],
        "Quantity": [h.quantity for h in holdings],
        "Free": [h.free for h in holdings],
        "Locked": [h.locked for h in holdings],
        "Share": [h.share for h in holdings],
    }
    texts = {
        "Asset": [h.asset for h in holdings],
        "Account": [h.account for h in holdings],
        ABOUT: [cost_words(basis, hidden) for basis in bases],
        "Value from": [_value_from(holding) for holding in holdings],
        **_cover([h.protection for h in holdings], [False] * len(holdings)),
    }
    columns = [c for c in HOLDINGS if costs or c.name not in OF_FILLS]
    if not any(texts[ABOUT]):
        columns = [c for c in columns if c.name != ABOUT]
    return _frame(columns, numbers, texts, hidden)


def positions_frame(positions: Sequence[HeldPosition], hidden: bool) -> pd.DataFrame:
    """One row a position, its cells as they are shown; `hidden` masks amounts.

    The computed profit has a column where one of them reads otherwise than the stated one, and what they realised where
    an exchange says it.
    """
    rows = [held.position for held in positions]
    computed = [computed_apart(held) for held in positions]
    numbers: Mapping[str, Sequence[Decimal | None]] = {
        "Way": [p.unrealised_pnl for p in rows],
        "P&L since entry": [p.unrealised_pnl for p in rows],
        "Amount": [p.amount for p in rows],
        "Entry": [p.entry_price for p in rows],
        "Mark": [p.mark_price or held.market for p, held in zip(rows, positions, strict=True)],
        "Liquidation": [p.liquidation_price for p in rows],
        "Leverage": [p.leverage for p in rows],
    }
    numbers = {**numbers, COMPUTED: computed, REALISED: [p.realised_pnl for p in rows]}
    texts = {
        "Symbol": [p.symbol for p in rows],
        "Account": [held.account for held in positions],
        "Side": [_SIDES[p.side] for p in rows],
        **_cover([held.protection for held in positions], [p.side is PositionSide.SHORT for p in rows]),
    }
    told = {name for name in (COMPUTED, REALISED) if any(profit is not None for profit in numbers[name])}
    columns = [c for c in POSITIONS if c.name not in (COMPUTED, REALISED) or c.name in told]
    return _frame(columns, numbers, texts, hidden)


def _value_from(holding: Holding) -> str:
    """Where the value of a holding comes from, and what a computed one rests on besides its books."""
    if holding.value_origin is None:
        return "No price"
    rests_on = [holding.contract or "", assumed_words(holding.assumed)]
    if holding.value_origin is ValueOrigin.STATED:
        rests_on = []
    return ", ".join(filter(None, [holding.value_origin.value.capitalize(), *rests_on]))


def cost_words(basis: CostBasis | None, hidden: bool) -> str:
    """What is to be said of a cost: which part of it is unknown, never none (Lesson 13); "" where it is known whole."""
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
    parts = [masked(quantity_text(abs(part)), hidden) for part in (basis.unexplained, basis.quantity)]
    return f"unknown for {parts[0]} of {parts[1]}"


def computed_apart(held: HeldPosition) -> Decimal | None:
    """The computed open profit of a position where it reads otherwise than the stated one, else None."""
    both = unrealised_of(held.position)
    return None if number_text(both.computed) == number_text(both.stated) else both.computed


def _frame(
    columns: Sequence[Column],
    numbers: Mapping[str, Sequence[Decimal | None]],
    texts: Mapping[str, Sequence[str]],
    hidden: bool,
) -> pd.DataFrame:
    return pd.DataFrame(
        {c.name: cells_of(c, numbers[c.name], hidden=hidden) if c.name in numbers else texts[c.name] for c in columns}
    )


def _cover(protections: Sequence[Protection | None], shorts: Sequence[bool]) -> Mapping[str, Sequence[str]]:
    """What protects: stops stand below the market and take profits above it, for shorts the other way round."""
    both = list(zip(protections, shorts, strict=True))
    return {
        "Protected": [_cover_text(protection) for protection in protections],
        "Stop": [_nearest(p.stop_losses, is_above=short) if p else "" for p, short in both],
        "Take profit": [_nearest(p.take_profits, is_above=not short) if p else "" for p, short in both],
    }


def _cover_text(protection: Protection | None) -> str:
    if protection is None or protection.state is ProtectionState.NOTHING_TO_PROTECT:
        return ""
    return cover_text(protection.share, unseen=protection.state is ProtectionState.UNKNOWN)


_COST_FIELDS = ("explained", "unexplained", "excess", "cost", "average_cost", "unrealised")


def holdings_csv(holdings: Sequence[Holding], costs: Costs, currency: str) -> str:
    """All holdings at full precision; money in `currency` (Lesson 36)."""
    names = [field.name for field in fields(Holding) if field.name != "protection"]
    header = [*names, "currency", "protection", "protected_share", "stop_losses", "take_profits", *_COST_FIELDS]
    return csv_of(
        header,
        (
            [
                *(" ".join(h.assumed) if n == "assumed" else getattr(h, n) for n in names),
                currency,
                *_protection_row(h),
                *_cost_row(costs.get((h.account, h.asset))),
            ]
            for h in holdings
        ),
    )


def _cost_row(basis: CostBasis | None) -> list[object]:
    return [None if basis is None else getattr(basis, name) for name in _COST_FIELDS]


def _protection_row(holding: Holding) -> list[object]:
    protection = holding.protection
    if protection is None:
        return [None] * 4
    return [
        protection.state.value,
        protection.share,
        " ".join(format(price, "f") for price in protection.stop_losses),
        " ".join(format(price, "f") for price in protection.take_profits),
    ]


def _nearest(prices: Sequence[Decimal], *, is_above: bool) -> str:
    """Of ascending prices the one nearest to a market below or above them, and how many more there are."""
    if not prices:
        return ""
    more = f" +{len(prices) - 1}" if len(prices) > 1 else ""
    return number_text(prices[0] if is_above else prices[-1]) + more
