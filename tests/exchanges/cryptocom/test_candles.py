"""Candles of Crypto.com, whichever ends of a requested range the exchange includes."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from exchanges.open import AccountConnection, SharedMarkets, open_reader
from tests.exchanges.payload_server import Reply, Request, serving
from tests.exchanges.wire_payloads import answer, instrument_row

HOUR = 3_600_000


@pytest.mark.parametrize(("with_start", "with_end"), [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize("keeps_newest", [True, False])
def test_each_candle_is_read_once_and_none_is_cut(with_start: bool, with_end: bool, keeps_newest: bool) -> None:
    """A server for each reading of start_ts, end_ts and count."""

    def candles(request: Request) -> Reply:
        start, end, count = (int(request.query[name][0]) for name in ("start_ts", "end_ts", "count"))
        newest = min(end, int(time.time() * 1000))
        moments = [
            at
            for at in range(start // HOUR * HOUR, newest + 1, HOUR)
            if (at >= start if with_start else at > start) and (at <= end if with_end else at < end)
        ]
        page = moments[-count:] if keeps_newest else moments[:count]
        return Reply(json.dumps(answer(*({"t": t, "o": "1", "h": "2", "l": "1", "c": "1.5", "v": "9"} for t in page))))

    with serving() as server:
        server.lists("public/get-instruments", instrument_row())
        server.answers["/exchange/v1/public/get-candlestick"] = candles
        reader = open_reader(
            AccountConnection("main", "cryptocom", "key", "secret", base_url=server.url), SharedMarkets()
        )
        until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        since = until - timedelta(hours=600)
        received = reader.fetch_candles("BTC/USD:USD", "1h", since, until)
        assert [candle.at for candle in received] == [since + timedelta(hours=n) for n in range(600)]
        assert server.asked("public/get-candlestick") == 2
        reader.close()
