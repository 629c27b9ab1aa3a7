"""Costs: apply what a viewer entered as the cost of a deposit. Lines of the configuration win and stay as they are."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Engine

from db.reads.coin_books import read_moved_lots
from db.reads.incoming_lots import read_deposits
from db.reads.stated_costs import read_costs_by_origin
from db.writes.stated_costs import delete_entered_cost, write_entered_cost
from domain.edits import Verdict, applied, refused
from domain.lots import ZERO
from domain.snapshot import Account
from domain.stated_cost import CostOrigin, StatedCost
from refresher.configuration.cost_shape import CostShape

FOLLOWS = "Gains follow with the next run of the history."


def apply_cost(writer: Engine, account: Account, payload: Mapping[str, Any]) -> Verdict:
    """Write or take back the cost of a deposit. A cost of None takes it back."""
    if payload.get("cost", "") is None:
        return _take_back(writer, account, str(payload.get("deposit")))
    try:
        entered = CostShape.model_validate({**_stated(payload), "account": account.name})
    except ValidationError as error:
        return refused("; ".join(_problem(detail) for detail in error.errors(include_url=False)) + ".")
    currency = entered.currency or account.base_currency
    stated = StatedCost(entered.deposit, entered.cost, currency, entered.acquired)
    with writer.connect() as connection:
        reason = _why_not(connection, account, stated.key)
    if reason:
        return refused(reason)
    write_entered_cost(writer, account.id, stated)
    return applied(f"The deposit {stated.key} had cost {stated.cost:f} {currency}. {FOLLOWS}")


def _stated(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in payload.items() if value is not None and name != "account"}


def _problem(detail: Any) -> str:
    field = ".".join(str(name) for name in detail["loc"])
    return f"{field}: {detail['msg'][:300]}"


def _take_back(writer: Engine, account: Account, key: str) -> Verdict:
    if delete_entered_cost(writer, account.id, key):
        return applied(f"The cost of the deposit {key} is taken back. {FOLLOWS}")
    return refused(f"No cost was entered in the app for the deposit {key:.80}.")


def _why_not(connection: Connection, account: Account, key: str) -> str:
    """Why the cost of a deposit cannot be entered, "" if it can."""
    by_key = {stated.key: origin for stated, origin in read_costs_by_origin(connection, account).items()}
    if by_key.get(key) is CostOrigin.CONFIGURATION:
        return "The configuration file states the cost of this deposit. Change it there."
    deposits = read_deposits(connection, account, account.base_currency, (key,))
    deposit = deposits.transfers.get(key)
    if deposit is None:
        return f"{key[:80]!r} is no deposit of a coin into this account."
    moved = read_moved_lots(connection, (name for _, name in deposits.matches.values()))
    brought = deposits.brought_by(connection, key, moved)
    explained = sum((lot.quantity for lot in brought if lot.cost is not None), ZERO)
    return "It came from one of your own accounts, and its cost is known." if explained >= deposit.amount else ""
