"""The simulated exchange inside a test's process, over HTTP all the same: the test decides when time passes."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from simulator.clock import HOUR, Clock
from simulator.exchange import Exchange
from simulator.faults import Faults
from simulator.scenario import SCENARIOS
from simulator.wire.answers import Answers
from simulator.wire.limits import Limits
from tests.simulator.exchange_process import API_KEY, API_SECRET


class HeldClock(Clock):
    """A clock that stands still. Nonces are checked against the real time."""

    def __init__(self) -> None:
        super().__init__()
        self.at: int | None = None

    def now(self) -> int:
        return super().now() if self.at is None else self.at


@dataclass
class Month:
    """An exchange without a history so far, and its URL."""

    exchange: Exchange
    clock: HeldClock
    url: str
    faults: Faults = field(default_factory=Faults)
    hours: int = field(default=0)

    def until(self, at: int) -> None:
        """Play on to a moment after the history, and stand still there."""
        self.exchange.is_frozen = False
        self.clock.at = at
        self.exchange.catch_up()
        self.exchange.is_frozen = True

    def live(self, every_hours: int, look: Callable[[int], None]) -> None:
        """Play the whole history. At this interval in hours, time stands still and `look` is called."""

        def on_hour(at: int) -> None:
            self.clock.at = self.exchange.at
            if at // HOUR % every_hours == 0:
                look(self.exchange.at)

        self.exchange.on_hour.append(on_hour)
        self.exchange.fast_forward()
        self.clock.at = self.exchange.at
        look(self.exchange.at)


@contextmanager
def month(seed: int, days: int, scenario: str = "demo", key: str = API_KEY, at: int | None = None) -> Iterator[Month]:
    """The exchange, listening. Its rate limits count calls as if they were a second apart. Its history ends at `at`."""
    clock = HeldClock()
    clock.at = at
    exchange = Exchange(clock, seed, days)
    exchange.is_frozen = True
    SCENARIOS[scenario](exchange, seed)
    calls = count()
    faults = Faults()
    answers = Answers(exchange, Limits(lambda: next(calls)), faults, key, API_SECRET)
    app = Starlette(routes=[Route("/exchange/v1/{method:path}", answers.__call__, methods=["GET", "POST"])])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield Month(exchange, clock, f"http://127.0.0.1:{listener.getsockname()[1]}", faults)
    finally:
        server.should_exit = True
        thread.join(60)
        listener.close()
