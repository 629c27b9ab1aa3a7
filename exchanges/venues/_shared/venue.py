"""Venue: how to read one exchange. Each exchange has one file with one VENUE."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from domain.sources import SourceKind
from exchanges.connection.calls import Call
from exchanges.connection.exchange_rules import ExchangeRules
from exchanges.connection.gateway import Gateway
from exchanges.connection.rate_limits import RateLimit
from exchanges.connection.refusals import ErrorCodes
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.candle_rows import CandleRows
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.ledger_rows import LedgerParser
from exchanges.venues._shared.order_call import OrderCall
from exchanges.venues._shared.order_rows import (
    EndedParser,
    FillParser,
    OrderLinker,
    OrderParser,
    ccxt_ended,
    ccxt_fill,
    ccxt_order,
    no_links,
)
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionParser
from exchanges.venues._shared.transfer_call import TransferCall
from exchanges.venues._shared.transfer_statuses import TransferStatusParser, ccxt_status

# (listed calls of the gateway, the account's key) -> what the key may do. Raises an ExchangeError.
KeyPermissions = Callable[[Gateway, str], Permissions]
# (listed calls of the gateway, the account's key) -> the kind of this account, where an exchange has several. Raises an
# ExchangeError.
AccountKind = Callable[[Gateway, str], str]
# Parameters of ccxt's fetch_order by source or kind of source. None: ccxt cannot read such an order by its id.
OrderById = Mapping[str, Mapping[str, Any] | None]


_ANY_SYMBOL = FillsCall("")
_CANDLE_ROWS = CandleRows()
_NO_NAMES = PositionNames()


@dataclass(frozen=True, slots=True)
class Venue:
    """The requests for one exchange and the parsers of its rows. Every default fits any ccxt exchange.

    None for a list of calls means: derive the calls from ccxt's `features` and `has`. An empty `fills` means: one
    request for each symbol.
    """

    shares_api_with: str | None = None  # exchange whose API key and API are the same, for the docs

    # Requests
    open_orders: tuple[OrderCall, ...] | None = None
    wallets: tuple[WalletCall, ...] | None = None
    positions: tuple[PositionsCall, ...] | None = None
    fills: tuple[FillsCall, ...] | None = None
    fills_by_symbol: FillsCall = _ANY_SYMBOL
    fill_rows: int | None = None  # rows of a full response about fills, where ccxt's features are wrong or silent
    ended_orders: tuple[EndedCall, ...] | None = None
    order_by_id: OrderById | None = None
    transfers: tuple[TransferCall, ...] | None = None
    candle_rows: CandleRows = _CANDLE_ROWS
    unified_account: "Venue | None" = None  # replaces this venue for accounts with {"uta": true}

    # Rows
    order_row: OrderParser = ccxt_order
    link_orders: OrderLinker = no_links
    fill_row: FillParser = ccxt_fill
    ended_row: EndedParser = ccxt_ended
    ledger_row: LedgerParser | None = None
    transfer_status: TransferStatusParser = ccxt_status
    position_row: PositionParser | None = None
    order_names: PositionNames = _NO_NAMES  # the fields of orders of contracts that name their position
    ticker_mark: str | None = None  # the exchange's field of the mark price in a ticker, where ccxt drops it
    asset_name: Callable[[str], str] | None = None  # names of earn and staking balances -> the coin

    # Keys and reading calls
    key_permissions: KeyPermissions | None = None
    account_kind: AccountKind | None = None
    is_keyless: bool = False  # read by a public address
    calls: tuple[Call, ...] = ()  # direct calls besides ccxt's unified ones
    allows_only_calls: bool = False  # no request but `calls` may leave
    post_reads: tuple[str, ...] = ()  # patterns of whole paths that only read although they are sent by POST
    get_reads: tuple[str, ...] = ()  # patterns of whole paths that only read although their name is an act
    reads_and_acts_share_a_path: bool = False  # such an exchange cannot be read safely
    ccxt_options: Mapping[str, Any] = field(default_factory=dict)
    error_codes: ErrorCodes = field(default_factory=dict)  # meaning of the exchange's own codes, before ccxt's
    always_states_code: bool = False  # a response without a code is an error
    empty_list_codes: tuple[str, ...] = ()  # error codes that mean an empty list
    every: Mapping[SourceKind, float] = field(default_factory=dict)  # seconds between requests, as OrderCall.every
    rate_limits: tuple[RateLimit, ...] = ()  # (): requests are spaced evenly, by ccxt's costs and rateLimit

    # Facts
    order_ids_per_symbol: bool = False  # two orders on two symbols may have the same id
    tickers_by_base: bool = False  # one request reads the tickers of one base currency
    amounts_in_units: bool = False  # amounts are in base units or dollars, not in contracts
    inverse_in_base: bool = False  # amounts of inverse contracts are in base units, not in dollars
    size_multiplier: str | None = None  # the exchange's field that multiplies ccxt's size of a contract
    fills_name_position: bool = False  # every contract fill names its position in hedge mode
    one_way_orders_name_position: bool = False  # orders that close a position name it in one-way mode too
    inverse_fills_unread: bool = False  # fills of inverse contracts can be read by order only
    prices_of_contracts_alone: bool = False  # there is no list of tickers of spot books
    triggers_among_orders: bool = False  # the list of normal orders holds the trigger orders
    settles: str = ""  # when open profit of contracts is paid into the wallet, in words
    fills_count_from_settlement: bool = False  # fills state their profit since then, and a ledger lists settlements
    unread_triggers: str | None = None  # trigger orders that the exchange has and no call reads
    unread_wallets: tuple[str, ...] = ()  # wallets that the exchange has and no call reads

    def for_account(self, options: Mapping[str, Any]) -> "Venue":
        """The venue as an account with these options sees it."""
        is_unified = options.get("uta") is True and self.unified_account is not None
        return self.unified_account if is_unified and self.unified_account is not None else self

    @property
    def rules(self) -> ExchangeRules:
        """The part that the gateway enforces."""
        return ExchangeRules(
            calls={call.key: call for call in self.calls},
            allows_only_calls=self.allows_only_calls,
            post_reads=self.post_reads,
            get_reads=self.get_reads,
            ccxt_options=self.ccxt_options,
            amounts_in_units=self.amounts_in_units,
            inverse_in_base=self.inverse_in_base,
            size_multiplier=self.size_multiplier,
            error_codes=self.error_codes,
            empty_list_codes=self.empty_list_codes,
            always_states_code=self.always_states_code,
            rate_limits=self.rate_limits,
        )

    def sharing(self, exchange: str, **changes: Any) -> "Venue":
        """The venue of an exchange that has the API of `exchange`, whose venue this is."""
        return replace(self, shares_api_with=exchange, **changes)
