"""Account calls: the requests that together read the wallets, the positions and the fills of an account."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exchanges.connection.list_paths import ListPath
from exchanges.venues._shared.balance_rows import BalanceFields, BalanceRow, EquityRow
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.parameters import INVERSE, LINEAR
from exchanges.venues._shared.row_details import RowDetails

# The response -> the rows of the wallet, each with its key where it has one. Raises BadPayload without a list.
WalletRows = Callable[[Any], Iterable[tuple[str | None, Any]]]
# One row and its key -> what it states. None: the row is no balance. Raises Garbled.
BalanceParser = Callable[[Mapping[str, Any], str | None], BalanceRow | None]
# The response, an object -> the parameters that request the next page. None: it is the last.
NextPage = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
# The response -> the equities that it states.
EquityParser = Callable[[Any], Iterable[EquityRow]]


@dataclass(frozen=True, slots=True)
class EachWallet:
    """A listed call whose rows at `list_at` name wallets. `name` returns a row's wallet, None if another call reads it.

    The field `field` of a row is sent as the parameter `param`.
    """

    path: str
    list_at: ListPath
    field: str
    param: str
    name: Callable[[Mapping[str, Any]], str | None]


@dataclass(frozen=True, slots=True)
class WalletCall:
    """One wallet of an account. The first wallet of a venue must respond. A refused later one counts as unreadable.

    `path` names a listed call of the venue, sent with `params`. Without it ccxt's fetch_balance
    runs with `params`. `list_at` is the path of the rows in the response, or `rows` finds them. `fields` or `row` parse
    a row. A row with a plain value v is passed as {"value": v}. Without a parser, ccxt's total, free, used and debt are
    used. `equity` reads the wallet's equity from the response. A response with the field `unless` is another wallet,
    read by a separate call. A refusal with one of the codes in `unopened` means that the account never opened this
    wallet, so its balance is empty. Several calls may read one `wallet`, currency by currency. `market` is its market
    type, if `params` do not name it. `next_page` returns the parameters of the next page. With `adds_up` the rows of
    one asset are accounts or products whose sum is the balance. It names the field that identifies a row without a key.
    `kind` is the account type that has this wallet, in the words of the venue's `account_kind`. `wallet_list` names
    several wallets that the call reads one by one. `details` is another call with more fields of each row, such as the
    locked amount. For a wallet without a parser, `with_profit` names the assets whose balance includes open profit, by
    the kind of account. `address` is the parameter of a listed call that takes the public address of an account
    without a key. A response to a listed call counts for `seconds`, for costly requests about balances that move
    slowly.
    """

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    path: str | None = None
    list_at: ListPath | None = None
    rows: WalletRows | None = None
    fields: BalanceFields | None = None
    row: BalanceParser | None = None
    equity: EquityParser | None = None
    unless: str | None = None
    unopened: tuple[str, ...] = ()
    wallet: str | None = None
    market: str | None = None
    next_page: NextPage | None = None
    adds_up: str | None = None
    kind: str | None = None
    wallet_list: EachWallet | None = None
    details: RowDetails | None = None
    with_profit: Mapping[str, frozenset[str]] = field(default_factory=dict)
    address: str | None = None
    seconds: float = 0.0

    @property
    def is_declared(self) -> bool:
        """True if the venue parses the wallet, instead of ccxt."""
        return self.fields is not None or self.row is not None


@dataclass(frozen=True, slots=True)
class PositionsCall:
    """One list of positions, from ccxt's fetch_positions with `params` or from the listed call `path`.

    `positions_in` extracts the positions from a list element that holds several. A response with `limit` rows may be
    truncated. `details` are other calls with fields that the rows lack, such as leverage, margin mode or mark price.
    `market` is the market type, if `params` name none. `may_be_refused`: most accounts hold no positions and may not
    request them, so a refusal is an unreadable row and no failure. `wallet_list` names several wallets. `path` reads
    their positions one by one.
    """

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    path: str | None = None
    positions_in: Callable[[Any], Iterable[Any]] | None = None
    list_at: ListPath | None = None
    limit: int | None = None
    details: tuple[RowDetails, ...] = ()
    market: str | None = None
    may_be_refused: bool = False
    wallet_list: EachWallet | None = None


@dataclass(frozen=True, slots=True)
class FillsCall:
    """One list of fills, and how a time range of it is requested.

    A parameter of None is left out, where ccxt would send one of its own. `until` is the parameter for the end, in
    milliseconds, in seconds with `in_seconds`, or in ISO 8601 with `is_iso`. `since` is a parameter for the beginning
    in seconds, where ccxt sends none. A response holds `rows` at most and keeps the oldest or newest of more
    (`keeps`). The request begins `early` milliseconds before, where the exchange excludes the beginning itself, and
    ends `late` milliseconds after, where it takes whole seconds. `through` is a type of market: ccxt wants one named,
    although the list holds the fills of all.
    """

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    until: str = "until"
    is_iso: bool = False
    in_seconds: bool = False
    since: str | None = None
    rows: int | None = None
    keeps: Keeps | None = None
    early: int = 0
    late: int = 0
    list_at: ListPath | None = None
    through: str | None = None


SPOT_PARAMS: Mapping[str, Any] = {"type": "spot"}
SWAP_PARAMS: Mapping[str, Any] = {"type": "swap"}
SPOT_FILLS, SWAP_FILLS = FillsCall("spot", SPOT_PARAMS), FillsCall("swap", SWAP_PARAMS)
LINEAR_FILLS, INVERSE_FILLS = FillsCall("linear", LINEAR), FillsCall("inverse", INVERSE)
SPOT_WALLET, SWAP_WALLET = WalletCall("spot", SPOT_PARAMS), WalletCall("swap", SWAP_PARAMS)
LINEAR_WALLET, INVERSE_WALLET = WalletCall("linear", LINEAR), WalletCall("inverse", INVERSE)
LINEAR_POSITIONS, INVERSE_POSITIONS = PositionsCall("linear", LINEAR), PositionsCall("inverse", INVERSE)
