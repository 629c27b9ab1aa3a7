"""Currency graph: rates between currencies by their most liquid books.

A currency is a node and a book is an edge. Money and three large coins are hubs. A rate goes through hubs only, so the
book of a small coin never prices another currency. The hubs form a tree of the most liquid books between them. Every
other coin is attached to the tree by its own most liquid book.

There may be several trees without a book between them. Each has an anchor, its best dollar. Two anchors count as one
dollar each. This is the only assumption, and a rate that uses it names the coins.

    USD ── USDT ── BTC        EURC ── USDC          rate(SOL, USD)   = 150
            │                         │             rate(PYTH, USD)  = 0.4, assumed: USDC
           SOL (150)                PYTH (0.4)
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal

from domain.lots import QUOTIENTS
from domain.money import DOLLARS, MONEY

HUBS = MONEY | {"BTC", "ETH", "BNB"}
# A book is comparable with another if it is at most this many times less liquid.
COMPARABLE = 10
# The least volume, in dollars a day, of a coin's book that may give the rate between two dollar coins.
LEAST_BRIDGE = Decimal(10_000)
# Preference among books of the same liquidity: the real dollar first.
PREFERRED = ("USD", "USDT", "USDC", "BTC", "EUR")
_UNKNOWN = Decimal(-1)  # the liquidity of a book of unknown volume, which ranks last
_ONE = Decimal(1)
_ENDLESS = Decimal("Infinity")  # the liquidity between a currency and itself


@dataclass(frozen=True, slots=True)
class MarketPrice:
    """The price of one book. `volume` is that of 24 hours in the quote currency, None if unknown."""

    symbol: str
    base: str
    quote: str
    price: Decimal
    volume: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of one currency for one unit of another.

    `assumed` names dollar coins without a price, counted as one dollar. `contract` is the contract that prices a coin
    without a spot book. `symbols` are the books that the rate was computed from.
    """

    value: Decimal
    assumed: tuple[str, ...] = ()
    contract: str | None = None
    symbols: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A book seen from one of its two currencies: one unit of it is worth `value` in `to`."""

    to: str
    value: Decimal
    liquidity: Decimal  # dollars a day
    symbol: str


@dataclass(frozen=True, slots=True)
class _Node:
    """A currency in a tree: its hub (a hub is its own), and its value in units of the anchor of the tree.

    `liquidity` is that of the thinnest book between the currency and its hub. `symbols` are the books between the
    currency and the anchor.
    """

    hub: str
    anchor: str
    value: Decimal
    liquidity: Decimal = _ENDLESS
    contract: str | None = None
    symbols: tuple[str, ...] = ()


# The neighbours of each hub in the tree, with their edges as seen from the neighbour.
_Tree = Mapping[str, Mapping[str, _Edge]]


class CurrencyGraph:
    """Rates between currencies by these books. `contracts` price coins without a spot book."""

    def __init__(self, spot: Iterable[MarketPrice], contracts: Iterable[MarketPrice] = ()) -> None:
        spot = tuple(spot)
        dollars = _dollar_values(spot)
        self._edges = _edges_of(spot, dollars)
        self._contracts = _edges_of(contracts, dollars, both_ways=False)
        self._tree = _tree_of(self._edges)
        self._hubs = _hub_nodes(self._tree)

    def rate(self, base: str, quote: str) -> Rate | None:
        """Units of `quote` for one `base`. None if no books join them and they are not both dollars."""
        if base == quote:
            return Rate(_ONE)
        here, there = self._nodes_of(base, quote)
        direct = _most_liquid(edge for edge in self._edges.get(base, ()) if edge.to == quote)
        if here is None or there is None or not _are_joined(here.anchor, there.anchor):
            return None if direct is None else Rate(direct.value, symbols=(direct.symbol,))
        if direct is not None and is_comparable(direct.liquidity, self._thinnest(here, there)):
            return Rate(direct.value, symbols=(direct.symbol,))
        if here.contract is not None:
            for edge in self._contracts.get(base, ()):
                if edge.symbol == here.contract and edge.to == quote:
                    return Rate(edge.value, contract=edge.symbol, symbols=(edge.symbol,))
        anchors = {here.anchor, there.anchor}
        assumed = tuple(sorted(anchors - {"USD"})) if len(anchors) > 1 else ()
        # Books between the anchor and both currencies cancel out.
        symbols = tuple(sorted(set(here.symbols) ^ set(there.symbols)))
        return Rate(QUOTIENTS.divide(here.value, there.value), assumed, here.contract or there.contract, symbols)

    def _nodes_of(self, base: str, quote: str) -> tuple[_Node | None, _Node | None]:
        """The nodes of two currencies, if possible in the same tree, else in two trees that dollars join."""
        here, there = self._hub(base), self._hub(quote)
        if here is not None or there is not None:
            (anchor, *_) = (node.anchor for node in (here, there) if node is not None)
            return here or self._node(base, anchor), there or self._node(quote, anchor)
        edges = (*self._edges.get(base, ()), *self._edges.get(quote, ()))
        anchors = {node.anchor for edge in edges if (node := self._hub(edge.to)) is not None}
        pairs = [(self._node(base, at), self._node(quote, at)) for at in (*sorted(anchors, key=_rank), None)]
        complete = [(left, right) for left, right in pairs if left is not None and right is not None]
        complete.sort(key=lambda p: (p[0].anchor != p[1].anchor, not _are_joined(p[0].anchor, p[1].anchor)))
        return complete[0] if complete else pairs[-1]

    def _thinnest(self, here: _Node, there: _Node) -> Decimal:
        """The liquidity of the thinnest book on the path between two nodes."""
        neighbour = self._tree.get(here.hub, {}).get(there.hub)
        reached = {} if neighbour is not None else _reached(here.hub, self._tree)
        if neighbour is not None:
            between = neighbour.liquidity
        elif there.hub in reached:
            between = reached[there.hub].liquidity
        else:
            between = min(reached[here.anchor].liquidity, _reached(there.hub, self._tree)[there.anchor].liquidity)
        return min(here.liquidity, between, there.liquidity)

    def _hub(self, currency: str) -> _Node | None:
        """The node of a hub: in a tree, else by a contract in dollars, else alone. None for any other coin."""
        node = self._hubs.get(currency)
        if node is not None or currency not in HUBS:
            return node
        contracts = [] if currency in DOLLARS else self._contracts.get(currency, [])
        by_contract = self._attached([edge for edge in contracts if edge.to in DOLLARS], None, by_contract=True)
        return by_contract or _Node(currency, currency, _ONE)

    def _node(self, coin: str, anchor: str | None, *, may_pass_coin: bool = True) -> _Node | None:
        """The node of a coin other than a hub: by its spot books, else by a contract."""
        node = self._attached(self._edges.get(coin, ()), anchor, may_pass_coin=may_pass_coin)
        return node or self._attached(self._contracts.get(coin, ()), anchor, by_contract=True)

    def _attached(
        self, edges: Sequence[_Edge], anchor: str | None, *, may_pass_coin: bool = False, by_contract: bool = False
    ) -> _Node | None:
        """The node by the best of these books. Books that lead to `anchor` are preferred, then liquid ones.

        Among comparable books the one that needs no assumption wins.
        """
        nodes = {edge.to: node for edge in edges if (node := self._hub(edge.to)) is not None}
        if not nodes and may_pass_coin:
            coins = ((edge.to, self._node(edge.to, anchor, may_pass_coin=False)) for edge in edges)
            nodes = {to: node for to, node in coins if node is not None}
        joined = [edge for edge in edges if edge.to in nodes]
        usable = [e for e in joined if anchor is not None and _are_joined(nodes[e.to].anchor, anchor)] or joined
        highest = max((edge.liquidity for edge in usable), default=_UNKNOWN)
        best = min(
            (edge for edge in usable if is_comparable(edge.liquidity, highest)),
            key=lambda edge: (nodes[edge.to].anchor != anchor, _rank(edge.to), -edge.liquidity, edge.symbol),
            default=None,
        )
        if best is None:
            return None
        onto = nodes[best.to]
        value = QUOTIENTS.multiply(best.value, onto.value)
        contract = best.symbol if by_contract else onto.contract
        liquidity, symbols = min(best.liquidity, onto.liquidity), (*onto.symbols, best.symbol)
        return _Node(onto.hub, onto.anchor, value, liquidity, contract, symbols)


def is_comparable(liquidity: Decimal, highest: Decimal) -> bool:
    """True if a book is liquid enough to compete with the most liquid one."""
    return liquidity == highest or (liquidity > 0 and liquidity * COMPARABLE >= highest)


def _are_joined(anchor: str, other: str) -> bool:
    return anchor == other or {anchor, other} <= DOLLARS


def _rank(currency: str) -> tuple[int, str]:
    return (PREFERRED.index(currency) if currency in PREFERRED else len(PREFERRED), currency)


def _dollar_values(books: Sequence[MarketPrice]) -> Mapping[str, Decimal]:
    """Approximate dollars for one unit of each currency, by its most traded book. Used to compare volumes."""
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
    books: Iterable[MarketPrice], dollars: Mapping[str, Decimal], *, both_ways: bool = True
) -> Mapping[str, Sequence[_Edge]]:
    """The books of each currency, as seen from it. A contract is listed for its base only."""
    edges: dict[str, list[_Edge]] = defaultdict(list)
    for book in books:
        worth = dollars.get(book.quote)
        liquidity = _UNKNOWN if book.volume is None or worth is None else book.volume * worth
        edges[book.base].append(_Edge(book.quote, book.price, liquidity, book.symbol))
        if both_ways:
            edges[book.quote].append(_Edge(book.base, QUOTIENTS.divide(_ONE, book.price), liquidity, book.symbol))
    return edges


def _most_liquid(edges: Iterable[_Edge]) -> _Edge | None:
    return max(edges, key=lambda edge: (edge.liquidity, edge.symbol), default=None)


def _tree_of(edges: Mapping[str, Sequence[_Edge]]) -> _Tree:
    """The most liquid books between hubs, without any that closes a cycle."""
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
    """True if a coin's thin book would give the rate between two dollars. Assuming one to one is more exact then."""
    if {hub, edge.to} <= DOLLARS or not 0 <= edge.liquidity < LEAST_BRIDGE:
        return False
    return not DOLLARS.isdisjoint(ours) and not DOLLARS.isdisjoint(theirs)


def _hub_nodes(tree: _Tree) -> Mapping[str, _Node]:
    """The node of each hub. The anchor of a tree is its best dollar, else its best hub."""
    nodes: dict[str, _Node] = {}
    for anchor in sorted(tree, key=lambda hub: (hub not in DOLLARS, _rank(hub))):
        if anchor not in nodes:
            nodes |= {
                hub: _Node(hub, anchor, reached.value, symbols=reached.symbols)
                for hub, reached in _reached(anchor, tree).items()
            }
    return nodes


def _reached(start: str, tree: _Tree) -> dict[str, _Node]:
    """All hubs in the tree of `start`, each with its value in `start` and the liquidity of the thinnest book."""
    reached = {start: _Node(start, start, _ONE)}
    waiting = [start]
    while waiting:
        here = reached[waiting.pop()]
        for hub, edge in tree.get(here.hub, {}).items():
            if hub not in reached:
                value = QUOTIENTS.multiply(here.value, edge.value)
                liquidity, symbols = min(here.liquidity, edge.liquidity), (*here.symbols, edge.symbol)
                reached[hub] = _Node(hub, start, value, liquidity, symbols=symbols)
                waiting.append(hub)
    return reached
