"""Read the deposits of an account whose cost is unknown, and the costs that were stated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, text

from db.reads.coin_books import read_moved_lots
from db.reads.incoming_lots import read_deposits
from db.reads.stated_costs import read_costs_by_origin
from domain.lots import ZERO
from domain.snapshot import Account
from domain.stated_cost import CostOrigin, StatedCost

NEWEST = 200


@dataclass(frozen=True, slots=True)
class UnknownDeposit:
    """A deposit with a quantity of unknown cost."""

    key: str
    at: datetime
    asset: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class DepositCosts:
    """`unknown` are the newest first."""

    unknown: Sequence[UnknownDeposit]
    stated: Mapping[StatedCost, CostOrigin]


def read_deposit_costs(connection: Connection, account: Account) -> DepositCosts:
    """The newest deposits of coins of unknown cost, and every cost that was stated for the account."""
    keys = connection.execute(text(_DEPOSITS), {"account_id": account.id, "limit": NEWEST}).scalars().all()
    stated = read_costs_by_origin(connection, account)
    costs = {cost.key for cost in stated}
    deposits = read_deposits(connection, account, account.base_currency, keys)
    moved = read_moved_lots(connection, (name for _, name in deposits.matches.values()))
    deposits_of_unknown_cost = []
    for key in keys:
        if key in costs or key not in deposits.transfers:
            continue
        deposit, brought = deposits.transfers[key], deposits.brought_by(connection, key, moved)
        quantity = deposit.amount - sum((lot.quantity for lot in brought if lot.cost is not None), ZERO)
        if quantity > 0:
            deposits_of_unknown_cost.append(UnknownDeposit(key, deposit.at, deposit.asset, quantity))
    return DepositCosts(deposits_of_unknown_cost, stated)


_DEPOSITS = """
SELECT key
FROM transfer
WHERE account_id = :account_id AND kind IN ('deposit', 'other') AND amount > 0
ORDER BY at DESC, key DESC
LIMIT :limit
"""
