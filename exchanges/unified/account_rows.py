"""Account rows: the wallets and positions that the calls of a venue read."""

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from domain.sources import Success, Unreadable
from exchanges.connection.exact import Garbled
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import rows_in
from exchanges.connection.listed_markets import Listed
from exchanges.unified.direct_rows import direct_rows
from exchanges.unified.market_choice import market_of
from exchanges.unified.positions import dropped_rows, read_positions
from exchanges.unified.row_details import DetailsReader
from exchanges.unified.wallet import AssetNames, Wallet, pages_of, read_ccxt_wallet, read_pages
from exchanges.venues._shared.account_calls import EachWallet, PositionsCall, WalletCall
from exchanges.venues._shared.venue import Venue


class AccountRows:
    """Reads wallets and positions through one gateway."""

    def __init__(self, gateway: Gateway, venue: Venue, details: DetailsReader, address: str) -> None:
        """`address` is the key of the account, on exchanges that are read by a public address."""
        self._gateway = gateway
        self._venue = venue
        self._details = details
        self._address = address
        self._responses: dict[str, tuple[float, Any]] = {}  # of calls that count for some seconds, when each arrived

    def wallet(self, call: WalletCall, kind: str | None = None) -> Wallet:
        """The wallet that a call reads, over all its pages. `kind` is the kind of the account."""
        endpoint, params = f"fetch_balance:{call.name}", dict(call.params)
        names = AssetNames(self._gateway.asset_code, self._venue.asset_name)
        if not call.is_declared:
            payload = self._gateway.call("fetch_balance", params, endpoint=endpoint, list_at=call.list_at)
            if _is_another(payload.get("info"), call):
                return Wallet(())
            return read_ccxt_wallet(payload, call.name, call.with_profit.get(kind or "", frozenset()))
        if call.wallet_list is not None:
            return self._wallet_of_each(call, call.wallet_list, names)
        responses = pages_of(call, partial(self._wallet_page, call))
        if (responses == [None] and bool(call.unopened)) or _is_another(responses[0], call):
            return Wallet(())
        return read_pages(responses, call, names, partial(self._details.added_to, details=call.details))

    def _wallets_in(
        self, wallet_list: EachWallet
    ) -> tuple[tuple[tuple[str, Mapping[str, Any]], ...], tuple[Unreadable, ...]]:
        """The name of each wallet in a list with the parameter that requests it, and the rows that name none."""
        wallets: list[tuple[str, Mapping[str, Any]]] = []
        odd: list[Unreadable] = []
        for _, row in rows_in(self._gateway.request(wallet_list.path), wallet_list.list_at):
            fields = row if isinstance(row, Mapping) else {"row": row}
            try:
                name = wallet_list.name(fields)
            except Garbled as error:
                odd.append(Unreadable(str(error), fields))
                continue
            identity = fields.get(wallet_list.field)
            if fields is not row or (name is not None and identity in (None, "")):
                odd.append(Unreadable("the list of wallets holds one without an id", fields))
            elif name is not None:
                wallets.append((name, {wallet_list.param: identity}))
        return tuple(wallets), tuple(odd)

    def _wallet_of_each(self, call: WalletCall, wallet_list: EachWallet, names: AssetNames) -> Wallet:
        """Several wallets as one: each balance and each odd row names its own."""
        wallets: list[Wallet] = []
        named, odd = self._wallets_in(wallet_list)
        for name, params in named:
            wallet_call = replace(call, name=name, params={**call.params, **params})
            wallets.append(read_pages([self._wallet_page(wallet_call, wallet_call.params)], wallet_call, names))
        return Wallet(
            tuple(balance for wallet in wallets for balance in wallet.balances),
            (*odd, *(row for wallet in wallets for row in wallet.unreadable)),
        )

    def _wallet_page(self, call: WalletCall, params: Mapping[str, Any]) -> Any:
        if call.path is None:
            endpoint = f"fetch_balance:{call.name}"
            return self._gateway.response("fetch_balance", dict(params), endpoint=endpoint, unless=call.unopened)
        if call.address is not None:
            params = {**params, call.address: self._address}
        arrived_at, response = self._responses.get(call.name, (0.0, None))
        if response is None or time.monotonic() - arrived_at >= call.seconds:
            endpoint = f"{call.path}:{call.name}"
            response = self._gateway.request(call.path, params, endpoint=endpoint, unless=call.unopened)
            if call.seconds:
                self._responses[call.name] = time.monotonic(), response
        return response

    def positions(self, call: PositionsCall, listed: Listed) -> Success[Any]:
        """The open positions in one list, and the rows of it that cannot be read."""
        parse = self._venue.position_row
        dropped: tuple[Unreadable, ...] = ()
        rows = self._position_rows(call)
        if call.path is None and call.list_at is not None and parse is not None:
            sent = [row for _, row in rows_in(self._gateway.last_response(), call.list_at)]
            dropped = dropped_rows(sent, rows, parse)
        if call.limit is not None and len(rows) >= call.limit:
            dropped = (*dropped, Unreadable("there may be more positions than one response holds", {"rows": len(rows)}))
        for details in call.details:
            rows = self._details.added_to(rows, details)
        success = read_positions(rows, parse, listed)
        return replace(success, unreadable=(*success.unreadable, *dropped))

    def _position_rows(self, call: PositionsCall) -> list[Any]:
        params, endpoint = dict(call.params), f"fetch_positions:{call.name}"
        if call.path is not None:
            wallets, odd = ((("", {}),), ()) if call.wallet_list is None else self._wallets_in(call.wallet_list)
            unread: list[Any] = [{"unparsed": row.error, "info": row.raw} for row in odd]
            return unread + [
                row
                for _, wallet_params in wallets
                for row in self._direct_rows(call, call.path, {**params, **wallet_params})
            ]
        rows: list[Any] = self._gateway.call("fetch_positions", None, params, endpoint=endpoint, list_at=call.list_at)
        return rows

    def _direct_rows(self, call: PositionsCall, path: str, params: Mapping[str, Any]) -> list[Any]:
        response = self._gateway.request(path, params, endpoint=f"fetch_positions:{call.name}")
        market = market_of(call) or "swap"
        return list(direct_rows(self._gateway, response, call.list_at or (), market, call.positions_in))


def _is_another(response: Any, call: WalletCall) -> bool:
    """True if the response is another wallet, read by a separate call."""
    return call.unless is not None and isinstance(response, Mapping) and call.unless in response
