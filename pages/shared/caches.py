"""Caches of the pages: Streamlit's, with the accounts that the viewer may see as part of every key.

Two viewers share an entry only if they may see the same accounts. They never share owned rows: rules, channels, mutes,
alerts, messages and watched markets belong to one viewer. A test finds every cache in pages/ and proves both.
"""

import inspect
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from pages.shared.cache_budget import within_budget
from pages.shared.viewer import NamedSight, Sight, named_sight, sight

Params = ParamSpec("Params")
Result = TypeVar("Result")

# Every cached function as Streamlit knows it, by module and name.
CACHED: dict[str, Any] = {}
# The names of those that keep owned rows.
OWNED: set[str] = set()


def cache_data(
    max_entries: int, ttl: float | timedelta | None = None, *, owned: bool = False
) -> Callable[[Callable[Params, Result]], Callable[Params, Result]]:
    """Cache copies of results, for viewers who may see the same accounts. Those without `ttl` count for the budget.

    `owned` results hold rows of one viewer: nobody else gets them.
    """
    streamlit_cache = st.cache_data(max_entries=max_entries, ttl=ttl, show_spinner=False)
    return _keyed_by_sight(streamlit_cache, counted=ttl is None, owned=owned)


def cache_resource(
    max_entries: int, ttl: float | timedelta | None = None, *, counted: bool = True, owned: bool = False
) -> Callable[[Callable[Params, Result]], Callable[Params, Result]]:
    """Share results without a copy, among viewers who may see the same accounts. They must not be changed.

    Those that live on, because they keep a state, are not `counted` for the budget of bytes. `owned` results hold rows
    of one viewer: nobody else gets them.
    """
    streamlit_cache = st.cache_resource(max_entries=max_entries, ttl=ttl, show_spinner=False)
    return _keyed_by_sight(streamlit_cache, counted=counted and ttl is None, owned=owned)


def _keyed_by_sight(
    cache: Any, counted: bool, owned: bool = False
) -> Callable[[Callable[Params, Result]], Callable[Params, Result]]:
    def decorate(function: Callable[Params, Result]) -> Callable[Params, Result]:
        @wraps(function)
        def keyed(viewer_sight: Sight | NamedSight, *args: Params.args, **kwargs: Params.kwargs) -> Result:
            return function(*args, **kwargs)

        # Streamlit takes the names of parameters from the signature, and does not hash those with an underscore.
        signature = inspect.signature(function)
        first = inspect.Parameter("viewer_sight", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        parameters = [first, *signature.parameters.values()]
        keyed.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        streamlit_cached = cache(keyed)
        cached = within_budget(streamlit_cached) if counted else streamlit_cached

        @wraps(function)
        def call(*args: Params.args, **kwargs: Params.kwargs) -> Result:
            result: Result = cached(named_sight() if owned else sight(), *args, **kwargs)
            return result

        name = f"{function.__module__}.{function.__qualname__}"
        CACHED[name] = streamlit_cached
        if owned:
            OWNED.add(name)
        return call

    return decorate
