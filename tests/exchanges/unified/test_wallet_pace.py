"""A costly response about a balance that moves slowly counts for a while."""

import json
import time
from typing import Any

import pytest

from domain.sources import Source
from exchanges.contracts import AccountScope
from tests.exchanges.harness import reader_of
from tests.exchanges.payload_server import Reply, Request, serving
from tests.exchanges.venues.hyperliquid import VENUE

ANSWERS: dict[str, Any] = {
    "userAbstraction": "disabled",
    "spotClearinghouseState": {"balances": []},
    "clearinghouseState": {"marginSummary": {"accountValue": "0", "totalMarginUsed": "0"}, "time": 1},
    "userVaultEquities": [{"vaultAddress": "0xa", "equity": "7.5"}],
    "delegatorSummary": {"delegated": "3.0", "undelegated": "0.0", "totalPendingWithdrawal": "0.0"},
}


def test_vaults_and_staking_are_requested_once_a_minute_and_shown_at_each_refresh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Reply:
        asked.append(json.loads(request.body)["type"])
        return Reply(json.dumps(ANSWERS[asked[-1]]))

    with serving() as server:
        server.answers["/info"] = answer
        reader = reader_of(VENUE, server.url)
        began = time.monotonic()
        for seconds in (0, 30, 61):
            monkeypatch.setattr("exchanges.unified.account_rows.time.monotonic", lambda: began + seconds)  # noqa: B023
            rows = reader.fetch(Source.BALANCES, AccountScope()).success.rows
            assert {row.key for row in rows} == {"vaults/USDC", "staking/HYPE"}
        reader.close()
    assert (asked.count("clearinghouseState"), asked.count("userVaultEquities")) == (3, 2)
