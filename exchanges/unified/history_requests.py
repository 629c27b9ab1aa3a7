"""History requests through ccxt: each has the full time budget of its account and loads the markets first."""

from collections.abc import Callable, Mapping
from typing import Any

from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import ListPath
from exchanges.connection.listed_markets import Listed
from exchanges.contracts import AccountConnection
from exchanges.unified.direct_rows import direct_rows
from exchanges.venues._shared.ended_call import EndedCall


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
