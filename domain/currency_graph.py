"""Currency graph: the books that join currencies, and how far each currency is worth another by the liquid ones.

A currency is a node and a book an edge. Money and three large coins are hubs: only they lie between two others, so the
book of a small coin never prices a currency. The hubs form a tree that keeps the most liquid book between any two of
them. Every other coin hangs on the tree by its own most liquid book.

A tree without a book to another tree has an anchor, its best dollar. Two anchors count as one dollar each: this is the
only assumption, and each rate that rests on it names the coins.

    USD ── USDT ── BTC        EURC ── USDC          rate(SOL, USD)   = 150
            │                         │             rate(PYTH, USD)  = 0.4, assumed: USDC
           SOL (150)                PYTH (0.4)
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Context, Decimal

from domain.money import DOLLARS, MONEY

HUBS = MONEY | {"BTC", "ETH", "BNB"}
# A book this many times less liquid than another is no match for it.
COMPARABLE = 10
# Dollars a day that a book of a coin needs in order to tell what one dollar coin is worth in another.
LEAST_BRIDGE = Decimal(10_000)
# Books of the same liquidity: the real dollar first.
_FIRST = ("USD", "USDT", "USDC", "BTC", "EUR")
_UNKNOWN = Decimal(-1)  # the liquidity of a book whose volume is unknown: it ranks last
_ONE = Decimal(1)
_ENDLESS = Decimal("Infinity")  # between a currency and itself stands no book
_TO_34 = Context(prec=34)  # digits of what does not come out even


@dataclass(frozen=True, slots=True)
class Book:
    """What one base costs in the quote currency; `volume` is that of 24 hours in the quote currency, None unknown."""

    symbol: str
    base: str
    quote: str
    price: Decimal
    volume: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of one currency for one unit of another.

    `assumed` names the dollar coins that count as one dollar for want of a price. `contract` is the contract that
    prices a coin without a spot book.
    """

    value: Decimal
    assumed: tuple[str, ...] = ()
    contract: str | None = None


@dataclass(frozen=True, slots=True)
class _Edge:
    """A book seen from one of its two currencies: one unit of it is worth `value` in `to`."""

    to: str
    value: Decimal
    liquidity: Decimal  # dollars a day
    symbol: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a currency stands: the hub it hangs on (a hub: itself), and its value in units of the anchor of the tree.

    `liquidity` is that of the thinnest book between the currency and its hub.
    """

    hub: str
    anchor: str
    value: Decimal
    liquidity: Decimal = _ENDLESS
    contract: str | None = None


# By hub, its neighbours in the tree: each edge is seen from the neighbour.
_Tree = Mapping[str, Mapping[str, _Edge]]


class CurrencyGraph:
    """What currencies are worth in each other by these books. `contracts` price the coins that have no spot book."""

    def __init__(self, spot: Iterable[Book], contracts: Iterable[Book] = ()) -> None:
        spot = tuple(spot)
        dollars = _dollar_values(spot)
        self._edges = _edges_of(spot, dollars)
        self._contracts = _edges_of(contracts, dollars, both_ways=False)
        self._tree = _tree_of(self._edges)
        self._hubs = _places_of(self._tree)

    def rate(self, base: str, quote: str) -> Rate | None:
        """Units of `quote` for one `base`; None where no book joins them and they are not both dollars."""
        if base == quote:
            return Rate(_ONE)
        here, there = self._places_of(base, quote)
        direct = _most_liquid(edge for edge in self._edges.get(base, ()) if edge.to == quote)
        if here is None or there is None or not _are_joined(here.anchor, there.anchor):
            return None if direct is None else Rate(direct.value)
        if direct is not None and is_comparable(direct.liquidity, self._thinnest(here, there)):
            return Rate(direct.value)
        if here.contract is not None:
            for edge in self._contracts.get(base, ()):
                if edge.symbol == here.contract and edge.to == quote:
                    return Rate(edge.value, contract=edge.symbol)
        anchors = {here.anchor, there.anchor}
        assumed = tuple(sorted(anchors - {"USD"})) if len(anchors) > 1 else ()
        return Rate(_TO_34.divide(here.value, there.value), assumed, here.contract or there.contract)

    def _places_of(self, base: str, quote: str) -> tuple[_Place | None, _Place | None]:
        """Where two currencies stand, if possible in the same tree or in two that dollars join."""
        here, there = self._hub(base), self._hub(quote)
        if here is not None or there is not None:
            (of_hub, *_) = (place.anchor for place in (here, there) if place is not None)
            return here or self._place(base, of_hub), there or self._place(quote, of_hub)
        edges = (*self._edges.get(base, ()), *self._edges.get(quote, ()))
        anchors = {place.anchor for edge in edges if (place := self._hub(edge.to)) is not None}
        tried = [(self._place(base, at), self._place(quote, at)) for at in (*sorted(anchors, key=_rank), None)]
        known = [(one, other) for one, other in tried if one is not None and other is not None]
        known.sort(key=lambda pair: (pair[0].anchor != pair[1].anchor, not _are_joined(pair[0].anchor, pair[1].anchor)))
        return known[0] if known else tried[-1]

    def _thinnest(self, here: _Place, there: _Place) -> Decimal:
        """The liquidity of the thinnest book on the way from one place to another."""
        way = _reached(here.hub, self._tree)
        if there.hub in way:
            between = way[there.hub].liquidity
        else:
            between = min(way[here.anchor].liquidity, _reached(there.hub, self._tree)[there.anchor].liquidity)
        return min(here.liquidity, between, there.liquidity)

    def _hub(self, currency: str) -> _Place | None:
        """The place of a hub: in a tree, else by a contract in dollars, else by itself. None of any other coin."""
        place = self._hubs.get(currency)
        if place is not None or currency not in HUBS:
            return place
        contracts = [] if currency in DOLLARS else self._contracts.get(currency, [])
        by_contract = self._hung([edge for edge in contracts if edge.to in DOLLARS], None, by_contract=True)
        return by_contract or _Place(currency, currency, _ONE)

    def _place(self, coin: str, anchor: str | None, *, may_pass_coin: bool = True) -> _Place | None:
        """Where a coin that is no hub hangs: by its spot books, else by a contract."""
        place = self._hung(self._edges.get(coin, ()), anchor, may_pass_coin=may_pass_coin)
        return place or self._hung(self._contracts.get(coin, ()), anchor, by_contract=True)

    def _hung(
        self, edges: Sequence[_Edge], anchor: str | None, *, may_pass_coin: bool = False, by_contract: bool = False
    ) -> _Place | None:
        """The place by the best of some books: one that leads to `anchor`, of comparable ones without assumption."""
        places = {edge.to: place for edge in edges if (place := self._hub(edge.to)) is not None}
        if not places and may_pass_coin:
            onward = ((edge.to, self._place(edge.to, anchor, may_pass_coin=False)) for edge in edges)
            places = {to: place for to, place in onward if place is not None}
        known = [edge for edge in edges if edge.to in places]
        usable = [e for e in known if anchor is not None and _are_joined(places[e.to].anchor, anchor)] or known
        most = max((edge.liquidity for edge in usable), default=_UNKNOWN)
        best = min(
            (edge for edge in usable if is_comparable(edge.liquidity, most)),
            key=lambda edge: (places[edge.to].anchor != anchor, _rank(edge.to), -edge.liquidity, edge.symbol),
            default=None,
        )
        if best is None:
            return None
        onto = places[best.to]
        value = _TO_34.multiply(best.value, onto.value)
        contract = best.symbol if by_contract else onto.contract
        return _Place(onto.hub, onto.anchor, value, min(best.liquidity, onto.liquidity), contract)


def is_comparable(liquidity: Decimal, most: Decimal) -> bool:
    """Whether a book is liquid enough to stand beside the most liquid one."""
    return liquidity == most or (liquidity > 0 and liquidity * COMPARABLE >= most)


def _are_joined(one: str, other: str) -> bool:
    return one == other or {one, other} <= DOLLARS


def _rank(currency: str) -> tuple[int, str]:
    return (_FIRST.index(currency) if currency in _FIRST else len(_FIRST), currency)


def _dollar_values(books: Sequence[Book]) -> Mapping[str, Decimal]:
    """About how many dollars each currency is worth, in order to compare volumes: by the book with most volume."""
    values = dict.fromkeys(DOLLARS, _ONE)
    while True:
        reached: dict[str, tuple[Decimal, Decimal]] = {}
        for book in books:
            if (book.base in values) == (book.quote in values):
                continue
            if book.quote in values:
                currency, value = book.base, book.price * values[book.quote]
            else:
                currency, value = book.quote, values[book.base] / book.price
            volume = _UNKNOWN if book.volume is None else book.volume * values.get(book.quote, value)
            reached[currency] = max(reached.get(currency, (_UNKNOWN, value)), (volume, value))
        if not reached:
            return values
        values |= {currency: value for currency, (_, value) in reached.items()}


def _edges_of(
    books: Iterable[Book], dollars: Mapping[str, Decimal], *, both_ways: bool = True
) -> Mapping[str, Sequence[_Edge]]:
    """The books of each currency, seen from it. A contract is seen from its base alone: it prices no other currency."""
    edges: dict[str, list[_Edge]] = defaultdict(list)
    for book in books:
        worth = dollars.get(book.quote)
        liquidity = _UNKNOWN if book.volume is None or worth is None else book.volume * worth
        edges[book.base].append(_Edge(book.quote, book.price, liquidity, book.symbol))
        if both_ways:
            edges[book.quote].append(_Edge(book.base, _TO_34.divide(_ONE, book.price), liquidity, book.symbol))
    return edges


def _most_liquid(edges: Iterable[_Edge]) -> _Edge | None:
    return max(edges, key=lambda edge: (edge.liquidity, edge.symbol), default=None)


def _tree_of(edges: Mapping[str, Sequence[_Edge]]) -> _Tree:
    """The most liquid books between hubs, without one that closes a circle."""
    books = [(hub, edge) for hub in edges if hub in HUBS for edge in edges[hub] if edge.to in HUBS and hub < edge.to]
    books.sort(key=lambda book: (-book[1].liquidity, *sorted((_rank(book[0]), _rank(book[1].to))), book[1].symbol))
    joined: dict[str, set[str]] = {}
    tree: dict[str, dict[str, _Edge]] = defaultdict(dict)
    for hub, edge in books:
        ours, theirs = joined.get(hub, {hub}), joined.get(edge.to, {edge.to})
        if ours is theirs or _joins_dollars_thinly(hub, edge, ours, theirs):
            continue
        back = next(other for other in edges[edge.to] if (other.to, other.symbol) == (hub, edge.symbol))
        tree[edge.to][hub], tree[hub][edge.to] = edge, back
        both = ours | theirs
        joined |= dict.fromkeys(both, both)
    return tree


def _joins_dollars_thinly(hub: str, edge: _Edge, ours: Set[str], theirs: Set[str]) -> bool:
    """Whether a thin book of a coin would tell what one dollar is worth in another: then it is better assumed."""
    if {hub, edge.to} <= DOLLARS or not 0 <= edge.liquidity < LEAST_BRIDGE:
        return False
    return not DOLLARS.isdisjoint(ours) and not DOLLARS.isdisjoint(theirs)


def _places_of(tree: _Tree) -> Mapping[str, _Place]:
    """The place of each hub, by the anchor of its tree: the best dollar, else the best hub."""
    places: dict[str, _Place] = {}
    for anchor in sorted(tree, key=lambda hub: (hub not in DOLLARS, _rank(hub))):
        if anchor not in places:
            places |= {hub: _Place(hub, anchor, reached.value) for hub, reached in _reached(anchor, tree).items()}
    return places


def _reached(start: str, tree: _Tree) -> dict[str, _Place]:
    """All hubs that the tree joins to one, each with its value in that one and the thinnest book between them."""
    reached = {start: _Place(start, start, _ONE)}
    waiting = [start]
    while waiting:
        here = reached[waiting.pop()]
        for hub, edge in tree.get(here.hub, {}).items():
            if hub not in reached:
                value = _TO_34.multiply(here.value, edge.value)
                reached[hub] = _Place(hub, start, value, min(here.liquidity, edge.liquidity))
                waiting.append(hub)
    return reached
