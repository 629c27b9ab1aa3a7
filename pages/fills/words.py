"""Words: display texts of a fill, and why its realised profit is unknown or partial."""

from decimal import Context, Decimal

from db.reads.fills import FillRow
from domain.fills import Fill, Liquidity
from domain.movements import is_contract, is_gain_computable, is_inverse
from pages.shared.choices import address_of
from pages.shared.formats import UNKNOWN, amount_text, masked, quantity_text
from pages.shared.view import View

_SHORT = Context(prec=6)  # a remark needs no more digits. The export has all
SYMBOL = "fill_symbol"  # the URL's name for the symbols of the list
LIQUIDITIES = {Liquidity.MAKER: "Maker", Liquidity.TAKER: "Taker", Liquidity.UNKNOWN: "Unknown"}


def realised_word(row: FillRow) -> str:
    """The realised profit of a fill over all coins that it moved, after fees, in the base currency of the account.

    The text names the currency where it is not the quote currency. If only the fee is unknown, the profit is before
    fees. A dash means that the fill only opened. A dash is neither zero nor unknown.
    """
    return _realised_word(row, row.realised, row.realised_before_fees, row.realised_currency or row.fill.quote)


def realised_by_market_word(row: FillRow) -> str:
    """The realised profit by the fills of its own market alone, in the quote currency or the coin named.

    "" if it says the same as the profit over all coins.
    """
    word = _realised_word(row, row.realised_by_market, row.realised_before_fees_by_market, market_currency(row.fill))
    return "" if word == realised_word(row) else word


def market_currency(fill: Fill) -> str | None:
    """The currency of profits of a market: the coin of an inverse contract, else its quote currency."""
    return fill.base if is_inverse(fill) else fill.quote


def _realised_word(row: FillRow, realised: Decimal | None, before_fees: Decimal | None, currency: str | None) -> str:
    """A profit, with its currency unless it is the quote currency."""
    amount = before_fees if realised is None else realised
    if row.only_opens and not amount:
        return UNKNOWN
    if amount is None:
        return "unknown"
    unit = "" if currency in (None, row.fill.quote) else f" {currency}"
    return amount_text(amount, currency, signed=True) + unit


def realised_note(row: FillRow, *, hidden: bool = False) -> str:
    """Why the realised profit of a fill is unknown, partial or notable, and the exchange's own figure if it differs.

    "" if there is nothing to remark.
    """
    stated = stated_word(row)
    notes = [realised_remark(row, hidden=hidden), f"the exchange says {masked(stated, hidden)}" if stated else ""]
    return ", ".join(note for note in notes if note)


def stated_word(row: FillRow) -> str:
    """The realised profit as the exchange states it, in the currency of the market. "" if it is none or no other."""
    stated, ours = row.fill.realised_pnl, (row.realised_before_fees_by_market, row.realised_by_market)
    currency = market_currency(row.fill)
    shown = amount_text(stated, currency, signed=True)
    differs = shown not in [amount_text(each, currency, signed=True) for each in ours]
    return shown if stated is not None and differs and (stated or any(ours)) else ""


def realised_remark(row: FillRow, *, hidden: bool = False) -> str:
    """Why the realised profit of a fill is unknown, partial or notable. "" if there is nothing to remark."""
    unexplained = row.unexplained
    if row.only_opens and not row.realised:
        return ""
    if unexplained is None:
        return "being worked out"
    if not is_gain_computable(row.fill):
        return "inverse contract of unknown size"
    if unexplained >= row.fill.amount:
        return "cost unknown: deposited, or bought before known fills"
    if unexplained:
        return f"without {'a part' if hidden else quantity_text(_SHORT.plus(unexplained))} of unknown cost"
    if row.coin is not None and (others := [coin for coin in row.coin.unknown if coin != row.fill.base]):
        return (
            f"cost or value unknown of {', '.join(others)}" if row.realised is None else f"without {', '.join(others)}"
        )
    if row.realised is None and row.realised_before_fees is not None:
        return "before fees: a fee is unknown"
    if row.realised is None:
        return _why_blind(row.fill)
    if row.coin is not None and row.coin.is_assumed:
        return "assumed: dollar coins count as 1 USD, no price of that time is known"
    return ""


def _why_blind(fill: Fill) -> str:
    """Why the result of a fill is unknown although its history is read: its book is blind."""
    missing = "position or its contracts" if is_inverse(fill) else "position"
    return f"long and short were held, and a fill does not name its {missing}" if is_contract(fill) else "unknown"


def fee_word(fill: Fill) -> str:
    """The fee with its currency. Negative means that it was received."""
    if fill.fee is None:
        return UNKNOWN
    return f"{quantity_text(fill.fee)} {fill.fee_currency or '?'}"


def order_link(fill: Fill, view: View) -> str | None:
    """The link to the order of a fill on the Open orders page, at the moment shown."""
    if fill.order_id is None:
        return None
    return address_of("open_orders", view, {"order": order_name(fill), "account": fill.account})


def order_name(fill: Fill) -> str:
    """The name of the order of a fill in an address. Some exchanges number the orders of each market apart."""
    return f"{fill.exchange_symbol}/{fill.order_id}"
