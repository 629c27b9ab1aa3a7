"""`python -m simulator`: generates the history, starts the exchange, prints its address, and stops at a signal."""

import argparse
import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Iterator, Sequence

import uvicorn

from simulator.app import build
from simulator.scenario import SCENARIOS

_FAILED = 1


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000, help="0 picks a free one")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--days", type=int, default=None, help="length of the past; 90 for the demo, 2 otherwise")
    parser.add_argument("--speed", type=float, default=1.0, help="simulated seconds in a real one")
    parser.add_argument("--api-key", default="demo")
    parser.add_argument("--api-secret", default="demo-secret")
    parser.add_argument("--scenario", choices=sorted(SCENARIOS), default="demo")
    parser.add_argument("--orders", type=int, default=10_000, help="open orders of the load scenario")
    options = parser.parse_args(given)
    if options.days is None:
        options.days = 90 if options.scenario == "demo" else 2
    return options


class _Server(uvicorn.Server):
    """Prints one line when it listens. A signal ends it at once."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            sys.stdout.write(f"simulator ready on http://{host}:{port}\n")
            sys.stdout.flush()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        yield

    def _stop(self) -> None:
        self.should_exit = self.force_exit = True


def main(given: Sequence[str] | None = None) -> int:
    """Run until stopped. Returns the exit status."""
    options = arguments(given)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, options.port))
    except OSError as error:
        sys.stderr.write(f"simulator: cannot listen on {options.host}:{options.port}: {error.strerror}\n")
        return _FAILED
    app = build(
        seed=options.seed,
        days=options.days,
        speed=options.speed,
        api_key=options.api_key,
        api_secret=options.api_secret,
        scenario=options.scenario,
        orders=options.orders,
    )
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="on", timeout_keep_alive=75)
    server = _Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.serve(sockets=[listener]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
