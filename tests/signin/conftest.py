"""Shared by tests of sign-in: the small site with passwords, and a hash of passwords that costs little."""

from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher

from db import credentials
from domain.viewers import Mode
from signin.settings import SignInSettings
from tests.signin.site import Site, site_on


@pytest.fixture(scope="package", autouse=True)
def quick_hashes() -> Iterator[None]:
    """A hash is meant to take long. tests/db/test_credentials.py checks that it does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        credentials._nobodys_hash.cache_clear()
        yield
    credentials._nobodys_hash.cache_clear()


@pytest.fixture
def site(database: Any) -> Iterator[Site]:
    with site_on(database, SignInSettings(Mode.PASSWORD)) as site:
        yield site
