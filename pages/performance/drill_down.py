"""Drill-down: the links from lines and coins to the fills and transfers of the period, and from its parts. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from db.reads.performance import Performance
from domain.attribution import Attribution, Line
from domain.income import FLOWS
from domain.performance import PeriodReturn
from domain.transfers import TransferKind
from pages.components.table.model import TableRows
from pages.fills.words import SYMBOL
from pages.performance.view import LINES, TRADE_FEES, TRANSFER_FEES
from pages.shared.choices import address_of, addresses_of
from pages.shared.period import ROLLING, Period, Span
from pages.shared.transfer_words import KINDS
from pages.shared.view import View

# The choices of a list's period in its address.
Bounds = Sequence[tuple[str, str]]
_TO = "/"
_MOVED_BY: Mapping[Line, Sequence[TransferKind]] = {
    Line.FUNDING: (TransferKind.FUNDING,),
    Line.INTEREST: (TransferKind.INTEREST,),
    Line.REBATES: (TransferKind.REBATE,),
    Line.FLOWS: FLOWS,
    Line.OTHER: (TransferKind.OTHER,),
}


def bounds_of(period: Period, span: Span, found: Performance) -> Bounds:
    """The period of the rows behind figures: the same one if it begins within a day, else its days.

    Figures that begin later than their period, with the first net value, lead to the rows of that whole day.
    """
    if period in ROLLING and found.begin == span.since:
        return [("period", str(period))]
    return _bounds_of_days(found.days[0].day.isoformat(), found.days[-1].day.isoformat())


def _bounds_of_days(first: str, last: str) -> Bounds:
    return [("period", str(Period.CUSTOM)), ("from", first), ("to", last)]


def line_links(attribution: Attribution, bounds: Bounds, view: View) -> Mapping[str, str]:
    """The link to the rows of each line that is not zero. Prices have one for each coin, in the table of coins."""
    links = {
        line: _link("transfers", bounds, [("kind", KINDS[kind]) for kind in kinds], view)
        for line, kinds in _MOVED_BY.items()
    }
    links[Line.CONTRACTS] = _link("fills", bounds, [(SYMBOL, symbol) for symbol in sorted(attribution.contracts)], view)
    named = {LINES[line]: link for line, link in links.items() if attribution.lines.get(line)}
    if attribution.trade_fees:
        named[TRADE_FEES] = _link("fills", bounds, [], view)
    if attribution.transfer_fees:
        named[TRANSFER_FEES] = _link("transfers", bounds, [], view)
    return named


def coin_links(assets: Iterable[str], symbols: Iterable[str], bounds: Bounds, view: View) -> Mapping[str, str]:
    """The link to the fills of each coin in the period. Coins that were never traded have none."""
    of_coin: dict[str, list[str]] = {}
    for symbol in symbols:
        base, _, rest = symbol.partition("/")
        for asset in {base, rest.partition(":")[0]}:
            of_coin.setdefault(asset, []).append(symbol)
    return {
        asset: _link("fills", bounds, [(SYMBOL, symbol) for symbol in of_coin[asset]], view)
        for asset in assets
        if asset in of_coin
    }


def rows_of_coins(assets: Iterable[str], known: Collection[str], view: View) -> TableRows:
    """The rows of coins. They lead to the pages of those that are known today."""
    keys = list(assets)
    return TableRows(keys, [address_of("coin", view, {"coin": key}) if key in known else "" for key in keys])


def rows_of_periods(periods: Sequence[PeriodReturn], last: date, view: View) -> TableRows:
    """The rows of the parts of a period, newest first, where `last` is its last day. Each leads to its own page."""
    firsts = [period.day for period in periods]
    lasts = [*(first - timedelta(days=1) for first in firsts[1:]), last]
    keys = [f"{first}{_TO}{end}" for first, end in zip(firsts, lasts, strict=True)][::-1]
    return TableRows(keys, addresses_of("performance", view, map(bounds_of_row, keys)))


def bounds_of_row(key: str) -> Bounds:
    """The days of such a row."""
    first, _, last = key.partition(_TO)
    return _bounds_of_days(first, last)


def _link(page: str, bounds: Bounds, filters: Iterable[tuple[str, str]], view: View) -> str:
    """The address of a list over a period, with the shared choices of the view."""
    return address_of(page, view, [*bounds, *filters])
