"""Builds the exchange: market, account, wire and control routes, and the task that moves time."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import Route

from simulator.clock import Clock
from simulator.control import Control
from simulator.exchange import Exchange
from simulator.faults import Faults
from simulator.recording import Recorder
from simulator.scenario import SCENARIOS, fill_with_orders
from simulator.wire.answers import Answers
from simulator.wire.limits import Limits

_TICK = 1.0  # seconds
# Older clients of the exchange use /v1 and /v2.
_BASES = ("/exchange/v1", "/v1", "/v2")


def build(
    *, seed: int, days: int, speed: float, api_key: str, api_secret: str, scenario: str, orders: int
) -> Starlette:
    """The exchange with its history generated, ready to be served."""
    exchange = Exchange(Clock(speed), seed, days)
    recorder = Recorder(exchange)
    exchange.before_hour.append(recorder.before_hour)
    exchange.on_hour.append(recorder.on_hour)
    SCENARIOS[scenario](exchange, seed)
    exchange.fast_forward()
    if scenario == "load":
        fill_with_orders(exchange, orders)
    answers = Answers(exchange, Limits(time.monotonic), Faults(), api_key, api_secret)
    control = Control(exchange, answers, recorder)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        ticking = asyncio.create_task(_tick(exchange))
        yield
        ticking.cancel()

    wire = [Route(f"{base}/{{method:path}}", answers.__call__, methods=["GET", "POST"]) for base in _BASES]
    return Starlette(routes=[*control.routes(), *wire], lifespan=lifespan)


async def _tick(exchange: Exchange) -> None:
    """Keep the market moving, also without requests."""
    while True:
        exchange.catch_up()
        await asyncio.sleep(_TICK)
