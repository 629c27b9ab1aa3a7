"""Accounts: the memory of fifty accounts on one exchange against one account, each measured in its own process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.fleet import fleet_lines
from bench.report import Line
from tests.postgres import Database

_ACCOUNTS, _MARKETS, _MOST_MEGABYTES = 50, 4000, 600.0
_KILOBYTES_OF_INFO = 4  # the raw market, which ccxt keeps beside the parsed one


def account_lines(database: Database) -> Iterator[Line]:
    """Resident memory after every account has read its open orders. Markets are loaded once."""
    single, fifty = _measured(1), _measured(_ACCOUNTS)
    name = f"memory of {_ACCOUNTS} accounts on one exchange of {_MARKETS} markets"
    yield Line(name, fifty["megabytes"], single["megabytes"], _MOST_MEGABYTES, "MB", True, "one account")
    yield Line("loads of the markets", fifty["loads"], single["loads"], 1.0, "loads", floor_name="one account")
    yield from fleet_lines(database)


def _measured(accounts: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.accounts", str(accounts)], capture_output=True, text=True, check=True
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _read(accounts: int) -> dict[str, float]:
    """Open this many accounts on an answering exchange and read them all. Returns memory and market loads."""
    from domain.sources import Source
    from exchanges.connection.markets import SharedMarkets
    from exchanges.contracts import AccountConnection, AccountScope
    from exchanges.open import open_reader
    from tests.exchanges.payload_server import Reply, serving

    loads = 0
    with serving() as server:
        server.answers["/api/v3/openOrders"] = Reply("[]")
        shared, readers = SharedMarkets(), []
        for number in range(accounts):
            account = AccountConnection(f"a{number}", "binance", "key", "secret", base_url=server.url)
            reader = open_reader(account, shared)
            exchange = vars(vars(reader)["_gateway"])["_Gateway__exchange"]

            def load(*_: Any) -> list[dict[str, Any]]:
                nonlocal loads
                loads += 1
                return _markets()

            exchange.fetch_markets = load
            exchange.has["fetchCurrencies"] = False
            reader.fetch(Source("orders:spot"), AccountScope())
            readers.append(reader)
        return {"megabytes": _resident(), "loads": loads}


def _markets() -> list[dict[str, Any]]:
    from tests.exchanges.harness import spot

    infos = [{f"field{n}": f"value {n}" for n in range(_KILOBYTES_OF_INFO * 10)} for _ in range(_MARKETS)]
    return [spot(f"C{n}/USDT", f"C{n}USDT", info=infos[n]) for n in range(_MARKETS)]


def _resident() -> float:
    """Resident memory of this process, in megabytes."""
    with Path("/proc/self/status").open() as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(_read(int(sys.argv[1]))))
