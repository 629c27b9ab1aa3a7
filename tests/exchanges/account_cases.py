"""Cases of balances and positions: the responses of one exchange by path, and the rows that they mean."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tests.exchanges.payload_server import Reply, Request


@dataclass(frozen=True)
class AccountCase:
    """Responses of an exchange about balances or positions, and the rows in them.

    `answers` are payloads by path, or by path and parameters ("/v5/position/list?category=linear"). The one with the
    most parameters counts. Any other path is a 404, meaning a wallet that the account lacks. `rows` are all expected
    rows by key, each with the fields that matter. `equities` are (wallet, currency, amount) as the exchange states
    them.
    """

    name: str
    answers: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Any]]
    equities: Sequence[tuple[str, str, str]] = ()
    unreadable: int = 0

    def reply(self, request: Request) -> Reply:
        """The answer to a request."""
        given = sent_params(request)
        fitting: dict[int, Any] = {}
        for place, payload in self.answers.items():
            path, _, query = place.partition("?")
            params = dict(parse_qsl(query, keep_blank_values=True))
            if path == request.path and params.items() <= given.items():
                fitting[len(params)] = payload
        return Reply(json.dumps(fitting[max(fitting)])) if fitting else Reply("{}", 404)


def sent_params(request: Request) -> dict[str, str]:
    """The parameters of a request, of its query and its body alike."""
    given = {name: values[0] for name, values in request.query.items()}
    try:
        body = json.loads(request.body or "{}")
    except ValueError:
        body = dict(parse_qsl(request.body))
    return given | {name: value if isinstance(value, str) else json.dumps(value) for name, value in dict(body).items()}
