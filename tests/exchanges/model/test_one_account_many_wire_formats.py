"""One account, many wire formats: through HTTP, ccxt, adapter and database the same account comes out everywhere.

`make slow` draws more accounts. `pytest --hypothesis-profile=deep` draws new ones, and reduces a difference to the
smallest account that shows it.
"""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL

from tests.exchanges.model.comparison import compare
from tests.exchanges.model.proven_figures import ProvenFigures
from tests.exchanges.model.reading import snapshot_of, stand_in
from tests.exchanges.model.renderers import Renderer, renderers
from tests.exchanges.model.strategies import accounts
from tests.postgres import Database, cloned

PROFILE = settings.get_current_profile_name()
IS_DEEP = PROFILE == "deep"
EXAMPLES = {"deep": 300, "many": 15}.get(PROFILE, 5)
SECONDS = 3600 if IS_DEEP else 120
pytestmark = pytest.mark.model
PHASES = tuple(Phase) if IS_DEEP else (Phase.explicit, Phase.generate)


@pytest.fixture(scope="module")
def shared_database(postgres: URL) -> Iterator[Database]:
    """One database for all accounts: each refresh is later than the one before."""
    with cloned(postgres) as database:
        yield database


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("renderer", renderers(), ids=lambda renderer: renderer.name)
def test_an_account_is_shown_as_the_exchange_states_it(renderer: Renderer, shared_database: Database) -> None:
    with stand_in(renderer) as exchange:

        @settings(
            max_examples=EXAMPLES,
            phases=PHASES,
            derandomize=not IS_DEEP,  # the deep run looks for new accounts, this one guards known ones
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        @given(data=st.data())
        def accounts_come_out_unchanged(data: st.DataObject) -> None:
            account = data.draw(accounts(renderer.abilities, renderer.markets))
            shown = snapshot_of(exchange, account, shared_database)
            comparison = compare(renderer, account, shown)
            assert not comparison.differences, "\n".join(map(str, comparison.differences))
            listed = ProvenFigures()  # docs/exchanges.md counts figures in this way
            listed.add(renderer, account)
            assert comparison.compared.keys() <= listed.compared
            assert comparison.unknown.keys() <= listed.unknown

        accounts_come_out_unchanged()
