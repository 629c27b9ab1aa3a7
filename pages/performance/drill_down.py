"""Drill-down: the links from lines and coins to the fills and transfers of the period. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from domain.attribution import Attribution, Line
from domain.transfers import TransferKind
from pages.fills.words import SYMBOL
from pages.performance.view import LINES
from pages.shared.choices import address_of
from pages.shared.transfer_words import KINDS
from pages.shared.view import View

Days = tuple[date, date]
_MOVED_BY: Mapping[Line, Sequence[TransferKind]] = {
    Line.FUNDING: (TransferKind.FUNDING,),
    Line.INTEREST: (TransferKind.INTEREST,),
    Line.REBATES: (TransferKind.REBATE,),
    Line.FLOWS: (TransferKind.DEPOSIT, TransferKind.WITHDRAWAL),
    Line.OTHER: (TransferKind.OTHER,),
}


def line_links(attribution: Attribution, days: Days, view: View) -> Mapping[str, str]:
    """The link to the rows of each line that is not zero. Prices have one for each coin, in the table of coins."""
    links = {
        line: _link("transfers", days, [("kind", KINDS[kind]) for kind in kinds], view)
        for line, kinds in _MOVED_BY.items()
    }
    links[Line.FEES] = _link("fills", days, [], view)
    links[Line.CONTRACTS] = _link("fills", days, [(SYMBOL, symbol) for symbol in sorted(attribution.contracts)], view)
    return {LINES[line]: link for line, link in links.items() if attribution.lines.get(line)}


def coin_links(assets: Iterable[str], symbols: Iterable[str], days: Days, view: View) -> Mapping[str, str]:
    """The link to the fills of each coin in the period. Coins that were never traded have none."""
    of_coin: dict[str, list[str]] = {}
    for symbol in symbols:
        base, _, rest = symbol.partition("/")
        for asset in {base, rest.partition(":")[0]}:
            of_coin.setdefault(asset, []).append(symbol)
    return {
        asset: _link("fills", days, [(SYMBOL, symbol) for symbol in of_coin[asset]], view)
        for asset in assets
        if asset in of_coin
    }


def _link(page: str, days: Days, filters: Iterable[tuple[str, str]], view: View) -> str:
    """The address of a list over these days, with the shared choices of the view."""
    bounds = [("period", "Custom"), ("from", days[0].isoformat()), ("to", days[1].isoformat())]
    return address_of(page, view, [*bounds, *filters])
