"""An exchange that answers at once: Crypto.com's paths with constant answers, on one thread, for `bench.fleet`.

`python -m bench.prompt_exchange` prints its port. It is a process of its own, so that its work is not counted as the
refresher's.
"""

import asyncio
import json
from typing import Any, ClassVar

from tests.exchanges.wire_payloads import account_row, asset_row, order_row, ticker_row, trigger_row

_INSTRUMENTS = [
    {
        "symbol": f"{base}_USD",
        "inst_type": "CCY_PAIR",
        "display_name": f"{base}/USD",
        "base_ccy": base,
        "quote_ccy": "USD",
        "quote_decimals": 2,
        "quantity_decimals": 4,
        "price_tick_size": "0.01",
        "qty_tick_size": "0.0001",
        "max_leverage": "50",
        "tradable": True,
        "expiry_timestamp_ms": 0,
        "underlying_symbol": f"{base}USD-INDEX",
    }
    for base in ("SOL", "BTC", "ETH")
]
_ROWS: dict[str, list[dict[str, Any]]] = {
    "public/get-instruments": _INSTRUMENTS,
    "public/get-tickers": [ticker_row(i=f"{base}_USD", a="100.00") for base in ("SOL", "BTC", "ETH")],
    "private/user-balance": [account_row(asset_row(), asset_row(instrument_name="USD", market_value="500.00"))],
    "private/get-open-orders": [order_row(order_id=str(7 * 10**18 + n)) for n in range(5)],
    "private/advanced/get-open-orders": [trigger_row()],
}


def _response(path: str) -> bytes:
    method = path.removeprefix("/exchange/v1/").partition("?")[0]
    result = {"data": _ROWS.get(method, []), "deposit_list": [], "withdrawal_list": []}
    body = json.dumps({"id": 1, "method": method, "code": 0, "result": result}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class _Connection(asyncio.Protocol):
    """Parses just enough of HTTP/1.1: a head, and a body of the stated length."""

    responses: ClassVar[dict[str, bytes]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport of a new connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._received = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer each complete request."""
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, rest = self._received.partition(b"\r\n\r\n")
            lines = head.split(b"\r\n")
            sizes = [int(line.partition(b":")[2]) for line in lines if line.lower().startswith(b"content-length:")]
            size = sizes[0] if sizes else 0
            if len(rest) < size:
                return
            self._received = rest[size:]
            path = lines[0].split()[1].decode().partition("?")[0]
            self._transport.write(self.responses.setdefault(path, _response(path)))


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
