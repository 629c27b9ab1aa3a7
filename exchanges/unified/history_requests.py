"""History requests through ccxt: each has the full time budget of its account and loads the markets first."""

from collections.abc import Callable, Mapping
from typing import Any

from exchanges.connection.errors import Permanent
from exchanges.connection.exact import Garbled
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import ListPath, check_list, rows_in
from exchanges.connection.listed_markets import Listed
from exchanges.contracts import AccountConnection
from exchanges.unified.direct_rows import direct_rows
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.transfer_call import TransferCall, TransferRow


class HistoryRequests:
    """Sends the history requests of one account."""

    def __init__(self, account: AccountConnection, gateway: Gateway, listed: Callable[[], Listed]) -> None:
        self._seconds = account.budget_seconds
        self._gateway = gateway
        self._listed = listed

    def listed(self) -> Listed:
        """The markets of the exchange."""
        with self._gateway.within(self._seconds):
            return self._listed()

    def rows(self, call: EndedCall, params: Mapping[str, Any]) -> list[Any]:
        """The rows of a listed call, which ccxt does not unify."""
        with self._gateway.within(self._seconds):
            self._listed()
            response = self._gateway.request(call.method, params, endpoint=f"{call.method}:{call.name}")
            return direct_rows(self._gateway, response, call.list_at or (), call.direct or "spot", call.orders_in)

    def call(self, method: str, *args: Any, endpoint: str, list_at: ListPath | None = None) -> Any:
        """The result of one of ccxt's methods. `list_at` is the path of the list in the response."""
        with self._gateway.within(self._seconds):
            self._listed()
            return self._gateway.call(method, *args, endpoint=endpoint, list_at=list_at)

    def transfers(self, call: TransferCall, params: Mapping[str, Any], endpoint: str) -> list[Any]:
        """The rows of a listed call, as ccxt would have made them. A row without its fields is unparsed."""
        if call.path is None or call.row is None:
            raise Permanent(f"{endpoint} names no listed call")
        with self._gateway.within(self._seconds):
            self._listed()
            response = self._gateway.request(call.path, params, endpoint=endpoint)
            check_list(response, call.list_at or ())
            return [self._transfer(row, call.row) for _, row in rows_in(response, call.list_at or ())]

    def _transfer(self, row: Any, parse: TransferRow) -> dict[str, Any]:
        try:
            fields = dict(parse(row)) if isinstance(row, Mapping) else {"unparsed": "the row is no object"}
        except Garbled as error:
            fields = {"unparsed": str(error)}
        currency = fields.get("currency")
        code = self._gateway.asset_code(currency) if isinstance(currency, str) else None
        return {**fields, "currency": code, "info": row}
