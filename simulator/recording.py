"""The recorded history: the exchange's answers at past moments, in the wire format."""

import json
from bisect import bisect_left

from simulator.clock import DAY, HOUR, MINUTE
from simulator.exchange import Exchange
from simulator.wire import private, public
from simulator.wire.private import body_of
from simulator.wire.rows import deposit_row, entry_row, order_row, trade_row, withdrawal_row

_COARSE = 4 * HOUR
_RECENT = 7 * DAY
_PRIVATE = {
    "balances": "private/user-balance",
    "positions": "private/get-positions",
    "orders": "private/get-open-orders",
    "triggers": "private/advanced/get-open-orders",
}


class Recorder:
    """Records a moment every 4 hours, and every hour for the last 7 days, as lines of JSON.

    Each is a minute before a full hour, so that a day of any zone begins with a moment right before its midnight. A
    moment at midnight would contain what is booked then, which is of the new day.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._at: list[int] = []
        self._lines: list[bytes] = []
        self._recent_from = exchange.tape.end - _RECENT

    def on_hour(self, at: int) -> None:
        """Record an hour of the present."""
        if self._exchange.is_live:
            self._record(at)

    def before_hour(self, at: int) -> None:
        """Record the last minute of an hour of the past if it is one to keep."""
        if at >= self._recent_from or (at + MINUTE) % _COARSE == 0:
            self._record(at)

    def _record(self, at: int) -> None:
        self._at.append(at)
        self._lines.append(self._line(at))

    def _line(self, at: int) -> bytes:
        parts = [f'{{"at": {at}'.encode()]
        for name, method in _PRIVATE.items():
            result = private.METHODS[method](self._exchange, {})
            parts.append(f'"{name}": '.encode() + body_of(at, method, result))
        tickers = public.METHODS["public/get-tickers"](self._exchange, {})
        parts.append(b'"tickers": ' + body_of(-1, "public/get-tickers", tickers))
        return b", ".join(parts) + b"}\n"

    def since(self, at: int) -> list[bytes]:
        """The lines of the moments from `at` on, oldest first."""
        return self._lines[bisect_left(self._at, at) :]

    def described(self) -> str:
        """The size of the recording, as text."""
        return json.dumps({"moments": len(self._at), "bytes": sum(map(len, self._lines))})


def everything(exchange: Exchange) -> bytes:
    """All fills, ended orders, transfers and journal lines up to now, each as one answer of its method."""
    ended, moved = exchange.engine.ended, exchange.transfers
    parts = {
        "trades": ("private/get-trades", "data", [trade_row(trade) for trade in exchange.engine.booker.trades]),
        "orders": ("private/get-order-history", "data", [order_row(o) for o in ended if not o.is_advanced]),
        "advanced": ("private/advanced/get-order-history", "data", [order_row(o) for o in ended if o.is_advanced]),
        "deposits": ("private/get-deposit-history", "deposit_list", [deposit_row(t) for t in moved if t.amount > 0]),
        "withdrawals": (
            "private/get-withdrawal-history",
            "withdrawal_list",
            [withdrawal_row(t) for t in moved if t.amount < 0],
        ),
        "journal": ("private/get-transactions", "data", [entry_row(entry) for entry in exchange.ledger.entries]),
    }
    bodies = (
        json.dumps(key).encode() + b": " + body_of(-1, method, {list_name: rows})
        for key, (method, list_name, rows) in parts.items()
    )
    head = f'{{"since": {exchange.tape.start}, "until": {exchange.at}, '.encode()
    return head + b", ".join(bodies) + b"}"
