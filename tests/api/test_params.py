"""Parameters of a request: an unusable one is refused in one line with field, value and remedy."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.datastructures import QueryParams

from api.params import parse_params
from api.responses import Refusal
from api.routes import routes
from api.settings import ApiSettings
from tests.api.serving import Served, serving
from tests.api.test_access import unreachable
from tests.factories import NOON

FIELDS = ("account", "as_of", "currency")


@pytest.fixture(scope="module")
def api() -> Iterator[Served]:
    with serving(routes(unreachable(), ApiSettings())) as served:
        yield served


@pytest.mark.parametrize(
    ("query", "remedy"),
    [
        ("as_of=yesterday", "ISO 8601"),
        ("as_of=2026-03-01T12:00:00", "zone"),
        ("as_of=2026-03-01T12:00:00+02:00", "%2B"),
        ("as_of=2027-03-01T12:00:00Z", "future"),
        ("as_of=0001-01-01T00:00:00%2B10:00", "out of range"),
        ("as_of=0001-01-01T00:00:00Z", "since 1970"),
        ("as_of=", "omit as_of"),
        ("as_of=2026-03-01T12:00:00Z&as_of=2026-03-02T12:00:00Z", "give it once"),
        ("account=", "omit account"),
        ("account=a%00b", "omit account"),
        ("acount=main", "account, as_of, currency"),
        ("currency=%24", "USD"),
        ("currency=USD&currency=EUR", "give it once"),
    ],
)
def test_an_unusable_parameter_is_refused_with_field_value_and_remedy(query: str, remedy: str) -> None:
    """A time without its zone is refused."""
    with pytest.raises(Refusal) as refused:
        parse_params(QueryParams(query), NOON, FIELDS)
    assert refused.value.status == 400
    assert query.partition("=")[0] in refused.value.reason
    assert remedy in refused.value.reason
    assert "\n" not in refused.value.reason


def test_a_moment_may_have_any_zone_and_is_read_as_utc() -> None:
    question = parse_params(QueryParams("as_of=2026-03-01T12:00:00%2B02:00"), NOON, FIELDS)
    assert question.as_of == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_account_may_be_repeated() -> None:
    assert parse_params(QueryParams("account=a&account=b&account=a"), NOON, FIELDS).accounts == ("a", "b")


def test_an_unusable_parameter_is_refused_before_any_query(api: Served) -> None:
    refused = api.get("/api/orders/open", as_of="noon")
    assert refused.status_code == 400
    assert refused.json()["error"].startswith("as_of='noon' is not a moment")


def test_monitoring_takes_no_parameters(api: Served) -> None:
    assert api.get("/api/monitoring/summary", account="main").status_code == 400


def test_an_unknown_route_of_the_api_says_so_in_json(api: Served) -> None:
    assert api.get("/api/orders/closed").status_code == 404
    assert api.get("/api/orders/closed").json() == {"error": "there is no route /api/orders/closed"}
