"""Facts of an opened fill: all that is known of it, as names and texts. Pure."""

from collections.abc import Iterator
from datetime import datetime

from db.reads.fills import FillRow
from db.reads.own_values import OwnValue
from pages.fills.words import (
    LIQUIDITIES,
    fee_word,
    market_currency,
    realised_by_market_word,
    realised_remark,
    realised_word,
    stated_word,
)
from pages.shared.formats import UNKNOWN, amount_text, masked, price_text, quantity_text
from pages.shared.row_facts import Facts, time_facts, value_facts
from pages.shared.view import View


def fill_title(row: FillRow, view: View) -> str:
    """A fill in one line: "Sell 0.5 BTC/USD at 94,000"."""
    fill = row.fill
    return f"{fill.side.value.capitalize()} {view.quantity(fill.amount)} {fill.symbol} at {quantity_text(fill.price)}"


def fill_facts(row: FillRow, value: OwnValue | None, view: View, at: datetime) -> Facts:
    """Facts of a fill. Those without a value are left out."""
    fill, hidden = row.fill, view.hide_amounts
    worth = f"{masked(amount_text(fill.value, fill.quote), hidden)} {fill.quote or ''}".strip()
    price = f"{quantity_text(fill.price)} {fill.quote or ''}".strip()
    facts = (
        *time_facts(fill.at, view, at),
        ("Price", price),
        ("Quantity", f"{view.quantity(fill.amount)} {fill.base or ''}".strip()),
        ("Contracts", "" if fill.contracts is None else view.quantity(fill.contracts)),
        ("Value", worth),
        ("Fee", masked(fee_word(fill), hidden)),
        *value_facts(value, view),
        *_results(row, view),
        ("Liquidity", LIQUIDITIES[fill.liquidity]),
        ("Position", "" if fill.position_side is None else fill.position_side.value.capitalize()),
        ("Account", f"{fill.account}, {fill.exchange}"),
        ("Order id", fill.order_id or ""),
        ("Fill id", fill.key),
    )
    return [(name, text) for name, text in facts if text]


def _results(row: FillRow, view: View) -> Iterator[tuple[str, str]]:
    """The profit and its remark, the same by other rules where they differ, and what was held afterwards."""
    hidden, fill = view.hide_amounts, row.fill
    by_market, stated, unit = realised_by_market_word(row), stated_word(row), market_currency(fill) or ""
    yield "Realised P&L, all markets" if by_market else "Realised P&L", _realised(row, hidden)
    yield "Remark", realised_remark(row, hidden=hidden)
    yield f"Realised P&L, {fill.symbol} alone", _by_market(by_market, unit, hidden)
    yield "Realised P&L, says the exchange", f"{masked(stated, hidden)} {unit}".strip() if stated else ""
    coin = row.coin
    if coin is not None and coin.held_after is not None:
        yield f"{fill.base or 'Coins'} held after", view.quantity(coin.held_after)
        if coin.known_after and coin.cost_after is not None:
            cost = price_text(coin.cost_after / coin.known_after)
            yield "Average cost after", f"{cost} {coin.currency}"


def _by_market(word: str, unit: str, hidden: bool) -> str:
    """The profit by the fills of one market with its currency. "" without one."""
    amount = word.removesuffix(f" {unit}")
    return f"{masked(amount, hidden)} {unit}".strip() if any(map(str.isdigit, amount)) else word


def _realised(row: FillRow, hidden: bool) -> str:
    """The profit with its currency, and why there is none."""
    word = realised_word(row)
    if word == UNKNOWN:
        return "none: it only bought or opened"
    if word == "unknown":
        return word
    amount, _, unit = word.partition(" ")
    return f"{masked(amount, hidden)} {unit or row.realised_currency or row.fill.quote or ''}".strip()
