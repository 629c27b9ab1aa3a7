"""`python -m simulator`: starts the exchange, says where it listens once its past is told, stops at a signal."""

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
    asked = parser.parse_args(given)
    if asked.days is None:
        asked.days = 90 if asked.scenario == "demo" else 2
    return asked


class _Server(uvicorn.Server):
    """It prints one line once it listens. A signal ends it at once."""

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
    asked = arguments(given)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((asked.host, asked.port))
    except OSError as error:
        sys.stderr.write(f"simulator: cannot listen on {asked.host}:{asked.port}: {error.strerror}\n")
        return _FAILED
    app = build(
        seed=asked.seed,
        days=asked.days,
        speed=asked.speed,
        api_key=asked.api_key,
        api_secret=asked.api_secret,
        scenario=asked.scenario,
        orders=asked.orders,
    )
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="on", timeout_keep_alive=75)
    server = _Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.serve(sockets=[listener]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
