"""Payloads that an exchange returns on a path, and an account that holds nothing."""

import json
from typing import Any

from exchanges.contracts import AccountScope
from tests.exchanges.payload_server import PayloadServer, Reply

NOBODY = AccountScope()


def says(server: PayloadServer, path: str, payload: Any, status: int = 200) -> None:
    server.answers[path] = Reply(json.dumps(payload), status)
