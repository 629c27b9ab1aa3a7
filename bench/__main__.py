"""The benchmarks: prints each speed limit with its floor and ratio. Exits with 1 if one is exceeded."""

import sys
from collections.abc import Callable, Iterator

from bench.accounts import account_lines
from bench.alerts import alert_lines
from bench.arrivals import arrival_lines
from bench.browser import browser_lines
from bench.coin_books import coin_book_lines
from bench.demo import demo_lines
from bench.fills import fill_lines
from bench.health import health_lines
from bench.heap import heap_lines
from bench.live import live_lines
from bench.many_accounts import many_account_lines
from bench.normalising import normalising_lines
from bench.open_orders import open_order_lines
from bench.pages import page_lines
from bench.performance import performance_lines
from bench.phone import phone_lines
from bench.report import Line
from bench.shifts import shift_lines
from bench.storage import storage_lines
from bench.transfers import transfer_lines
from bench.valuing import valuing_lines
from bench.watchlist import watchlist_lines
from bench.writing import writing_lines
from tests.postgres import Database, begin_run, cloned, end_run, running_server

PARTS: dict[str, Callable[[Database], Iterator[Line]]] = {
    "writing": writing_lines,
    "storage": storage_lines,
    "fills": fill_lines,
    "valuing": valuing_lines,
    "transfers": transfer_lines,
    "pages": page_lines,
    "orders": open_order_lines,
    "browser": browser_lines,
    "phone": phone_lines,
    "shifts": shift_lines,
    "performance": performance_lines,
    "health": health_lines,
    "live": live_lines,
    "demo": demo_lines,
    "accounts": account_lines,
    "normalising": normalising_lines,
    "arrivals": arrival_lines,
    "coinbooks": coin_book_lines,
    "many": many_account_lines,
    "alerts": alert_lines,
    "watchlist": watchlist_lines,
    "heap": heap_lines,
}


def main(chosen: list[str]) -> int:
    """Run the named parts, or all, each on a fresh database."""
    begin_run()
    held = True
    try:
        server = running_server()
        for name in chosen or PARTS:
            with cloned(server) as database:
                for line in PARTS[name](database):
                    print(line, flush=True)
                    held = held and line.holds
    finally:
        end_run()
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
