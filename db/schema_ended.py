"""The tables of ended orders: their numbers by hour, day and month, and the orders that came back.

Writers keep both in the transaction that changes versions of orders or their outcomes (db/writes/ended_sums.py).
"""

from sqlalchemy import CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table, text

from db.schema_columns import account_id, metadata, moment, words
from domain.endings import Ending

# The number of ended orders by outcome, by the moment that lists show (Outcome.shown_at), in UTC. An order that came
# back or moved to another list does not count. Symbol '' is every symbol.
ended_sum = Table(
    "ended_sum",
    metadata,
    account_id(),
    words("symbol"),
    words("unit"),
    moment("since"),
    # Bounds of the refreshes that first missed these orders. Between them a past moment has some of these orders only.
    moment("first_at"),
    moment("last_at"),
    *(Column(str(ending), Integer, nullable=False) for ending in Ending),
    PrimaryKeyConstraint("account_id", "symbol", "unit", "since"),
    CheckConstraint("unit IN ('hour', 'day', 'month')", name="unit"),
)

# An order that left a list at `left_at` and came back at `back_at`, in this list or in another. It has ended for the
# moments between. Equal moments: it moved from one list to another.
returned_order = Table(
    "returned_order",
    metadata,
    account_id(),
    words("source"),
    words("key"),
    moment("left_at"),
    moment("back_at"),
    moment("valid_from"),  # of its version that ended at `left_at`
    PrimaryKeyConstraint("account_id", "source", "key", "left_at"),
    CheckConstraint("left_at <= back_at", name="period"),
    # Finds the orders that came back after a moment.
    Index("returned_order_back_idx", "account_id", "back_at", postgresql_where=text("left_at < back_at")),
)
