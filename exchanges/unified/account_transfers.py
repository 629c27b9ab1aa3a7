"""Account transfers: the lists that together read what entered and left an account other than by trading."""

from collections.abc import Collection
from typing import Any

from domain.sources import Source, SourceKind
from domain.transfers import TransferKind
from exchanges.connection.errors import Permanent
from exchanges.contracts import AccountConnection
from exchanges.unified.market_choice import chosen_of, holds_contracts
from exchanges.unified.transfers import Read, RowOwner, read_funding, read_ledger, read_movements
from exchanges.unified.venue_calls import Offers, transfer_calls
from exchanges.venues._shared.transfer_call import ALL_KINDS, DEPOSITS_AND_WITHDRAWALS, TransferCall
from exchanges.venues._shared.venue import Venue


def unread_kinds(
    venue: Venue, calls: Collection[TransferCall], offers: Offers, markets: Collection[str] = frozenset()
) -> frozenset[TransferKind]:
    """The kinds that may exist in these markets and that no list holds. Empty where there is no list."""
    has_funding = offers("fetch_funding_rate") or offers("fetch_funding_history")
    exist = ALL_KINDS if has_funding and holds_contracts(venue, markets) else ALL_KINDS - {TransferKind.FUNDING}
    return exist - frozenset[TransferKind]().union(*(call.kinds for call in calls)) if calls else frozenset()


class AccountTransfers:
    """The transfer lists of one account, and the parser of their rows."""

    def __init__(self, account: AccountConnection, venue: Venue, offers: Offers) -> None:
        self._owner = RowOwner(account.name, account.exchange, venue.ledger_row, account.api_key, venue.transfer_status)
        self._lists = {call.name: call for call in chosen_of(transfer_calls(venue, offers), account.markets)}
        self.unread = unread_kinds(venue, tuple(self._lists.values()), offers, account.markets)
        self.sources = tuple(Source.of(SourceKind.TRANSFERS, name) for name in self._lists)
        moved = [call.kinds for call in self._lists.values() if call.call != "fetch_ledger"]
        self._has_transfer_lists = frozenset[TransferKind]().union(*moved) >= DEPOSITS_AND_WITHDRAWALS

    def named(self, source: Source) -> TransferCall:
        """The list of a source. Raises Permanent where there is none."""
        call = self._lists.get(source.part or "")
        if call is None:
            raise Permanent(f"{source} is not read from {self._owner.exchange}")
        return call

    def read(self, call: TransferCall, rows: list[Any]) -> Read:
        """The movements in ccxt's rows of one list."""
        match call.call:
            case "fetch_funding_history":
                return read_funding(rows, self._owner)
            case "fetch_ledger" | "fetch_transfers":
                prefix = "" if call.name == "ledger" else call.name
                return read_ledger(rows, self._owner, prefix, self._has_transfer_lists, call.fee_within)
        return read_movements(rows, self._owner, next(iter(call.kinds)) if len(call.kinds) == 1 else None)
