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
    """A listed call whose rows at `list_at` name wallets. `name` tells the one of a row (None: it is read elsewhere).

    The field `field` of a row is sent as the parameter `param`.
    """

    path: str
    list_at: ListPath
    field: str
    param: str
    name: Callable[[Mapping[str, Any]], str | None]


@dataclass(frozen=True, slots=True)
class WalletCall:
    """One wallet of an account. The first wallet of a venue must answer; a refused later one counts as unreadable.

    `path` names a listed call of the venue that is requested directly with `params`. Without it ccxt's fetch_balance
    runs with `params`. `list_at` is the place of the rows in the response (`rows` finds them where no path does), and
    `fields` or `row` tell what they hold: {"value": v} stands for a row that is a plain value. Without either, ccxt's
    total, free, used and debt stand. `equity` reads what the response states as the equity of the wallet.
    A response that holds the field `unless` is another wallet, which has a call of its own. A refusal with one of the
    codes in `unopened` means that the account never opened this wallet, so that it holds nothing. Several calls may
    read one `wallet`, currency by currency. `market` is the type of market it belongs to, where `params` do not name
    it. `next_page` tells whether a response is one page of several. With `adds_up` the rows of one asset are accounts
    or products whose sum is the balance. It names the field by which a row without a key is told from the others.
    `kind` is the kind of account that has this wallet, in the words of the venue's `account_kind`. `each` lists several
    wallets that the call reads one by one. `details` is another call that states more of each row, as what is locked.
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
    each: EachWallet | None = None
    details: RowDetails | None = None

    @property
    def is_declared(self) -> bool:
        """Whether the fields of the wallet are declared, so that ccxt's reading of them does not count."""
        return self.fields is not None or self.row is not None


@dataclass(frozen=True, slots=True)
class PositionsCall:
    """One list of positions: ccxt's fetch_positions with `params`, or the listed call `path`, in whose elements
    `positions_in` finds the positions where one holds several.

    A response with `limit` rows may lack some. `details` are other calls that state what the rows lack, as leverage,
    margin mode or the mark price. `market` is the type of market, where `params` name none. With `may_be_refused` most
    accounts hold no positions and may not ask for them: a refusal is a row that cannot be read, and no failure. `each`
    lists several wallets, the positions of which `path` reads one by one.
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
    each: EachWallet | None = None


@dataclass(frozen=True, slots=True)
class FillsCall:
    """One list of fills, and how a time range of it is requested.

    `until` is the parameter for the end, in milliseconds, or in ISO 8601 with `is_iso`. `since` is a parameter for the
    beginning in seconds, where ccxt sends none. A response holds `rows` at most and keeps the oldest or newest of more
    (`keeps`). The request begins `early` milliseconds before, where the exchange excludes the beginning itself, and
    ends `late` milliseconds after, where it takes whole seconds.
    """

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    until: str = "until"
    is_iso: bool = False
    since: str | None = None
    rows: int | None = None
    keeps: Keeps | None = None
    early: int = 0
    late: int = 0
    list_at: ListPath | None = None


SPOT_PARAMS: Mapping[str, Any] = {"type": "spot"}
SWAP_PARAMS: Mapping[str, Any] = {"type": "swap"}
SPOT_FILLS, SWAP_FILLS = FillsCall("spot", SPOT_PARAMS), FillsCall("swap", SWAP_PARAMS)
LINEAR_FILLS, INVERSE_FILLS = FillsCall("linear", LINEAR), FillsCall("inverse", INVERSE)
SPOT_WALLET, SWAP_WALLET = WalletCall("spot", SPOT_PARAMS), WalletCall("swap", SWAP_PARAMS)
LINEAR_WALLET, INVERSE_WALLET = WalletCall("linear", LINEAR), WalletCall("inverse", INVERSE)
LINEAR_POSITIONS, INVERSE_POSITIONS = PositionsCall("linear", LINEAR), PositionsCall("inverse", INVERSE)
