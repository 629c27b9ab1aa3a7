"""Past rows: loaders of one fill or transfer with its payload and its value at its own moment. Cached as in past.py."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

from db.reads.fills import FillRow, read_fill
from db.reads.own_values import OwnValue, read_fill_value, read_transfer_value
from db.reads.transfers import TransferRow, read_transfer
from domain.snapshot import Account
from pages.shared.caches import cache_resource
from pages.shared.loaders import ask
from pages.shared.past import end_of
from pages.shared.scene import PastKey, Scene

Row = TypeVar("Row", FillRow, TransferRow)


@dataclass(frozen=True, slots=True)
class PastRow(Generic[Row]):
    """A row and its value at its own moment, which is None until it is worked out."""

    row: Row
    value: OwnValue | None


def load_fill(scene: Scene, account: str, key: str) -> PastRow[FillRow] | None:
    """A fill by the name of its account. None if it is not known at the moment shown. Raises DatabaseUnavailable."""
    return _known(scene, account, lambda shown: _fill(shown.id, key, scene.past_key, shown))


def load_transfer(scene: Scene, account: str, key: str) -> PastRow[TransferRow] | None:
    """A transfer, as `load_fill`."""
    return _known(scene, account, lambda shown: _transfer(shown.id, key, scene.past_key, shown))


def _known(scene: Scene, name: str, load: Callable[[Account], PastRow[Row] | None]) -> PastRow[Row] | None:
    account = next((each for each in scene.accounts if each.name == name), None)
    found, end = None if account is None else load(account), end_of(scene)
    return None if found is None or (end is not None and found.row.cursor.at >= end) else found


@cache_resource(max_entries=100)
def _fill(account_id: int, key: str, past: PastKey, _account: Account) -> PastRow[FillRow] | None:
    def read(connection: Connection) -> PastRow[FillRow] | None:
        row = read_fill(connection, _account, key)
        return None if row is None else PastRow(row, read_fill_value(connection, account_id, key))

    return ask(read)


@cache_resource(max_entries=100)
def _transfer(account_id: int, key: str, past: PastKey, _account: Account) -> PastRow[TransferRow] | None:
    def read(connection: Connection) -> PastRow[TransferRow] | None:
        row = read_transfer(connection, _account, key)
        return None if row is None else PastRow(row, read_transfer_value(connection, account_id, key))

    return ask(read)
