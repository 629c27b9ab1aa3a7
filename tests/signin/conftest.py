"""Shared by tests of sign-in: the small site with passwords."""

from collections.abc import Iterator
from typing import Any

import pytest

from domain.viewers import Mode
from signin.settings import SignInSettings
from tests.signin.site import Site, site_on


@pytest.fixture
def site(database: Any) -> Iterator[Site]:
    with site_on(database, SignInSettings(Mode.PASSWORD)) as site:
        yield site
