"""Every cache of the pages: two viewers share an entry only if they may see the same accounts."""

import ast
import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.caching.cache_type import CacheType
from streamlit.runtime.caching.cache_utils import _make_value_key

from pages.shared import caches
from pages.shared.caches import CACHED, cache_data, cache_resource
from pages.shared.viewer import Sight

ROOT = Path(__file__).parents[3]
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
# They hold no account data: sources of components, the engine of the process, who a credential belongs to, threads.
WITHOUT_DATA = {
    "pages/components/mounting.py": ["_sources"],
    "pages/shared/performance.py": ["_threads"],
    "pages/shared/theme.py": ["template"],
    "pages/shared/viewer.py": ["the_database", "_known_viewers"],
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


def key_of(cached: Any, sight: Sight) -> str:
    """The key that Streamlit makes for this function with arguments named after themselves."""
    function = cached._info.func
    names = list(inspect.signature(function).parameters)[1:]
    return str(_make_value_key(CacheType.DATA, function, (sight, *names), {}, None))


def test_the_key_of_every_cached_function_holds_what_the_viewer_may_see() -> None:
    for file in FILES:
        if decorated(file):
            importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    sights: list[Sight] = [None, (), (1,), (2,), (1, 2)]
    for name, cached in CACHED.items():
        assert len({key_of(cached, sight) for sight in sights}) == len(sights), name
        assert key_of(cached, (1, 2)) == key_of(cached, (1, 2)), name


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
