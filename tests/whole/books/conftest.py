"""The API on one test database, and the story that a test tells it."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.reader import Reader
from api.routes import routes
from api.settings import ApiSettings
from tests.api.serving import serving
from tests.whole.books.story import Story


@pytest.fixture
def story(database: Any) -> Iterator[Story]:
    reader = Reader(lambda: database.reader, prompt_seconds=60)
    with serving(routes(reader, ApiSettings())) as served:
        yield Story(database.writer, served)
    reader.close()
