"""Every cache of the pages: two viewers share an entry only if they may see the same accounts, owned rows never."""

import ast
import importlib
import inspect
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from streamlit.runtime.caching.cache_type import CacheType
from streamlit.runtime.caching.cache_utils import _make_value_key

from db.credentials import new_token, token_hash
from db.schema import metadata
from db.viewing import viewing
from db.writes.outbox import write_channels
from db.writes.rules import write_rule
from db.writes.sessions import insert_session
from db.writes.sign_in_mode import write_sign_in_mode
from db.writes.viewers import insert_viewer
from db.writes.watchlist import write_watched_market
from domain.alerts import ChannelState
from domain.rules import RuleDefinition, RuleOrigin, Severity
from domain.viewers import Mode
from pages.shared import caches
from pages.shared.alerts import load_channels, load_rules
from pages.shared.caches import CACHED, OWNED, cache_data, cache_resource
from pages.shared.market_figures import load_watched
from pages.shared.viewer import NamedSight, Sight
from tests.pages.conftest import Pages
from tests.pages.past import with_past
from tests.pages.shared.reaching import tables_read

ROOT = Path(__file__).parents[3]
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
# They hold no account data: sources of components, the engine of the process, who a credential belongs to, threads.
WITHOUT_DATA = {
    "pages/components/mounting.py": ["script_of", "style_of"],
    "pages/components/sheet/sheet.py": ["sheet_style", "sheet_script"],
    "pages/shared/performance.py": ["_threads"],
    "pages/shared/theme.py": ["template"],
    "pages/shared/viewer.py": ["_database", "_known_viewers"],
}
OURS = ("cache_data", "cache_resource")


def decorated(file: Path) -> list[tuple[str, str]]:
    """The functions of a file with a decorator that caches, and its text."""
    functions = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)]
    return [
        (function.name, ast.unparse(decorator))
        for function in functions
        for decorator in function.decorator_list
        if "cache" in ast.unparse(decorator)
    ]


def test_no_page_uses_a_cache_of_streamlit_that_knows_no_viewer() -> None:
    streamlit: dict[str, list[str]] = {}
    for file in FILES:
        name = file.relative_to(ROOT).as_posix()
        for function, decorator in decorated(file):
            if not decorator.startswith(OURS):
                streamlit.setdefault(name, []).append(function)
        if name not in ("pages/shared/caches.py", "pages/shared/cache_budget.py"):
            uses = file.read_text().count("st.cache_") + file.read_text().count("@cache\n")
            assert uses == len(streamlit.get(name, [])), name
    assert streamlit == WITHOUT_DATA


def test_every_cached_function_of_the_pages_is_found() -> None:
    written = {
        f"{'.'.join(file.relative_to(ROOT).with_suffix('').parts)}.{function}"
        for file in FILES
        for function, decorator in decorated(file)
        if decorator.startswith(OURS)
    }
    for name in written:
        importlib.import_module(name.rpartition(".")[0])
    assert len(written) > 30
    assert written == {name for name in CACHED if name.startswith("pages.")}


def key_of(cached: Any, sight: Sight | NamedSight) -> str:
    """The key that Streamlit makes for this function with arguments named after themselves."""
    function = cached._info.func
    names = list(inspect.signature(function).parameters)[1:]
    return str(_make_value_key(CacheType.DATA, function, (sight, *names), {}, None))


def import_all() -> None:
    for file in FILES:
        if decorated(file):
            importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))


def test_the_key_of_every_cached_function_holds_what_the_viewer_may_see() -> None:
    import_all()
    sights: list[Sight] = [None, (), (1,), (2,), (1, 2)]
    for name, cached in CACHED.items():
        assert len({key_of(cached, sight) for sight in sights}) == len(sights), name
        assert key_of(cached, (1, 2)) == key_of(cached, (1, 2)), name


def test_the_key_of_every_cached_function_that_reads_owned_rows_holds_the_viewer() -> None:
    """Found by the SQL within reach of the function, not by a list of names."""
    import_all()
    tables = frozenset(table.name for table in metadata.sorted_tables if "owner" in table.c)
    assert {"rule", "channel", "watched_market", "mute", "outbox"} <= tables
    ours = {name for name in CACHED if name.startswith("pages.")}
    reading = {name for name in ours if tables_read((name.rpartition(".")[0], name.rpartition(".")[2]), tables)}
    assert reading == OWNED
    sights: list[NamedSight] = [("alice", (1,)), ("bob", (1,)), ("bob", (2,)), ("bob", None)]
    for name in OWNED:
        assert len({key_of(CACHED[name], sight) for sight in sights}) == len(sights), name


def test_viewers_with_the_same_accounts_see_their_rules_channels_and_markets_alone(pages: Pages, database: Any) -> None:
    (account,) = with_past(pages.writer)
    write_sign_in_mode(database.owner, Mode.PASSWORD)
    tokens = {name: session_of(database.writer, name, account.id) for name in ("alice", "bob")}
    write_rule(pages.writer, "alice", RuleDefinition("her plan", "price < 1", ("BTC/USD",)), RuleOrigin.APP, "alice")
    write_channels(pages.writer, [ChannelState("her phone", "alice", "tgram", Severity.INFO)])
    write_watched_market(pages.writer, "alice", account.venue, "DOGE/USD")
    counts = {}
    for name, token in tokens.items():
        with viewing(token):
            counts[name] = [len(rows) for rows in (load_rules(), load_channels(), load_watched())]
    assert counts == {"alice": [1, 1, 1], "bob": [0, 0, 0]}


def session_of(writer: Engine, name: str, account_id: int) -> str:
    """The token of a new user's session. The user may see this account."""
    token = new_token()
    with writer.begin() as connection:
        insert_viewer(connection, name, False, None)
        connection.execute(
            text("INSERT INTO viewer_account (account_id, viewer) VALUES (:id, :name)"),
            {"id": account_id, "name": name},
        )
        insert_session(connection, token_hash(token), name, timedelta(hours=1))
    return token


@pytest.mark.parametrize("cache", [cache_data, cache_resource])
def test_a_result_is_shared_by_viewers_with_the_same_accounts_alone(cache: Any, monkeypatch: Any) -> None:
    calls: list[tuple[str, str]] = []

    @cache(max_entries=10)
    def read(name: str, _unhashed: object) -> str:
        calls.append((name, str(sight)))
        return f"{name} for {sight}"

    for sight in ((1,), (2,), (1,), None):
        monkeypatch.setattr(caches, "sight", lambda shown=sight: shown)
        assert read("fills", object()) == f"fills for {sight}"
    assert calls == [("fills", "(1,)"), ("fills", "(2,)"), ("fills", "None")]
