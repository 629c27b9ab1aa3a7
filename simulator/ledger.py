"""Double entry: the account's holdings, and the source and target of every amount."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

WALLET = "wallet"
OUTSIDE = "outside"  # deposits and withdrawals
MARKET = "market"  # the other side of every trade
FEES = "fees"
SETTLEMENT = "settlement"  # profit, loss and funding of contracts
INTEREST = "interest"  # paid for money owed
ADJUSTMENT = "adjustment"  # set by a control call
COUNTERPARTS = (OUTSIDE, MARKET, FEES, SETTLEMENT, INTEREST, ADJUSTMENT)

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the exchange's journal, as in private/get-transactions."""

    journal_id: int
    kind: str  # TRADING, TRADE_FEE, DEPOSIT, WITHDRAW, WITHDRAW_FEE, SESSION_SETTLE, FUNDING, INTEREST, ADJUSTMENT
    at_ns: int
    name: str  # the instrument or asset
    quantity: Decimal
    cost: Decimal
    realized: Decimal = ZERO
    order_id: str = ""
    trade_id: str = ""
    match_id: str = "0"
    client_oid: str = ""
    taker_side: str = ""
    side: str = ""


class Ledger:
    """Balances per account and asset. The sum of an asset over all accounts is always zero."""

    def __init__(self) -> None:
        self._sums: dict[str, dict[str, Decimal]] = {name: defaultdict(Decimal) for name in (WALLET, *COUNTERPARTS)}
        self.entries: list[Entry] = []

    def move(self, asset: str, amount: Decimal, source: str, target: str = WALLET) -> None:
        """Move an amount of an asset from one account to another. A negative amount moves the other way."""
        if amount:
            self._sums[source][asset] -= amount
            self._sums[target][asset] += amount

    def held(self, asset: str) -> Decimal:
        """The wallet's balance of an asset, negative for a debt."""
        return self._sums[WALLET].get(asset, ZERO)

    def wallet(self) -> Mapping[str, Decimal]:
        """Everything held or owed, without zero balances."""
        return {asset: amount for asset, amount in self._sums[WALLET].items() if amount}

    def sums(self) -> Mapping[str, Mapping[str, Decimal]]:
        """Every account's balances by asset."""
        return {name: dict(amounts) for name, amounts in self._sums.items()}

    def imbalance(self) -> Mapping[str, Decimal]:
        """The assets whose sum over all accounts is not zero. Always empty unless the ledger has a fault."""
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for amounts in self._sums.values():
            for asset, amount in amounts.items():
                totals[asset] += amount
        return {asset: total for asset, total in totals.items() if total}

    def write(self, kind: str, at: int, name: str, quantity: Decimal, cost: Decimal, **more: object) -> Entry:
        """Add a line to the journal. `at` is in milliseconds."""
        number = len(self.entries) + 1
        at_ns = at * 1_000_000 + number % 1_000_000
        entry = Entry(187_000 + number, kind, at_ns, name, quantity, cost, **more)  # type: ignore[arg-type]
        self.entries.append(entry)
        return entry
