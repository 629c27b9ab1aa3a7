"""The requests of each declared call of wallets, positions, orders and history: the words that decide the response.

`python -m tests.exchanges.declared_requests` writes declared_requests.txt again. Read it before you commit it.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from domain.sources import Source, SourceKind
from exchanges.connection.errors import ExchangeError
from exchanges.contracts import AccountScope
from exchanges.venues._shared.ended_call import EndedCall
from tests.exchanges.account_cases import sent_params
from tests.exchanges.harness import MOMENT, STEP, Venue, reader_of, venues
from tests.exchanges.payload_server import PayloadServer, Reply, Request, serving

FILE = Path(__file__).with_suffix(".txt")
_A_DAY = 86400
# Credentials and times: they differ with every request and do not change the content of the response.
_NOISE = frozenset(
    {"accesskeyid", "apikey", "nonce", "recvwindow", "request", "signature", "signaturemethod", "signatureversion",
     "timestamp"}
)  # fmt: skip


def lines_of(venue: Venue) -> list[str]:
    """One line for each call of the exchange: its name, and the requests that it makes."""
    with serving() as server:
        server.fallback = Reply(json.dumps(venue.wrap([])))
        for other, answer in venue.others.items():
            server.answers[other] = Reply(json.dumps(answer))
        return [f"{name_of(venue)} {name}: {' , '.join(sent)}" for name, sent in _sent(venue, server)]


def name_of(venue: Venue) -> str:
    return f"{venue.exchange} unified" if venue.options.get("uta") else venue.exchange


def _sent(venue: Venue, server: PayloadServer) -> Iterator[tuple[str, list[str]]]:
    reader: Any = reader_of(venue, server.url)
    wanted = AccountScope(symbols=frozenset(market["symbol"] for market in venue.markets))

    def asked(ask: Callable[[], Any]) -> list[str]:
        before = len(server.requests)
        with suppress(ExchangeError):  # the response may be unreadable, because only the requests matter here
            ask()
        return list(dict.fromkeys(said(one) for one in server.requests[before:]))

    listed = reader.listed()
    for wallet in reader._wallets():
        yield f"balances:{wallet.name}", asked(partial(reader._rows.wallet, wallet))
    for call in reader._positions_calls() if Source.POSITIONS in reader.sources else ():
        yield f"positions:{call.name}", asked(partial(reader._rows.positions, call, listed))
    for source in reader.sources:
        if source.kind in (SourceKind.ORDERS, SourceKind.TRIGGERS):
            yield str(source), asked(partial(reader.fetch, source, wanted))
    ended = vars(reader.history)["_ended"]
    for call in vars(ended)["_calls"]:
        yield f"ended:{call.name}", asked(partial(ended._ask, call, _symbol(venue, call), None, *STRETCH))
    for kind in (SourceKind.FILLS, SourceKind.TRANSFERS):
        fetch = reader.history.fetch_fills if kind is SourceKind.FILLS else reader.history.fetch_transfers
        for source in reader.history.calls(kind, wanted):
            reader.history.probe()
            yield str(source), asked(partial(_first, fetch, source))
    reader.close()


STRETCH = (MOMENT - STEP, MOMENT + STEP)


def _first(fetch: Callable[..., Iterator[Any]], source: Source) -> None:
    """Request the first page of a history source."""
    next(fetch(source, *STRETCH), None)


def _symbol(venue: Venue, call: EndedCall) -> str | None:
    if not call.each_symbol:
        return None
    of = call.market or next(iter(call.parts), "spot")
    fitting = [market for market in venue.markets if of.startswith(_type(market))]
    return str((fitting or venue.markets)[0]["symbol"])


def _type(market: dict[str, Any]) -> str:
    return "spot" if market["spot"] else "inverse" if market["inverse"] else "linear"


def said(request: Request) -> str:
    """A request in one line: method, path and parameters, of its query and its body alike."""
    given = sent_params(request)
    words = [f"{name}={_steady(value)}" for name, value in sorted(given.items()) if name.lower() not in _NOISE]
    return " ".join([f"{request.method} {request.path}", *words])


def _steady(value: str) -> str:
    """A value without the moment at which it was asked."""
    is_now = value.isdigit() and any(abs(int(value) / unit - time.time()) < _A_DAY for unit in (1, 1000))
    return "now" if is_now else value


def text_of(all_of: Iterable[Venue]) -> str:
    """The whole file."""
    return "".join(f"{line}\n" for venue in all_of for line in lines_of(venue))


if __name__ == "__main__":
    FILE.write_text(text_of(venues()))
