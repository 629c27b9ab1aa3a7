"""Database settings: all problems are reported together, and no password is ever shown."""

import shutil
import traceback
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from db.engine import DatabaseSettings, database_url, free_bytes, reader_engine, writer_engine
from db.settings import SETTINGS, DatabaseConfigurationError, settings_of, without_password

URL = "postgresql://me:s3cr:t@db.example:5432/stillframe"


def problems_of(**environment):
    with pytest.raises(DatabaseConfigurationError) as caught:
        settings_of(environment)
    return caught.value.problems


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_any_postgres_scheme_gets_the_driver(scheme):
    settings = settings_of({"DATABASE_URL": URL.replace("postgresql", scheme)})
    assert database_url(settings).drivername == "postgresql+psycopg2"


def test_defaults_are_those_of_the_table_of_settings():
    assert settings_of({}) == DatabaseSettings(Path(".stillframe").absolute())
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)


def test_an_empty_variable_counts_as_not_set():
    assert settings_of({"DATABASE_URL": " ", "STILLFRAME_DB_LOCK_TIMEOUT": ""}) == settings_of({})


def test_a_url_may_be_in_a_file(tmp_path):
    secret = tmp_path / "database_url"
    secret.write_text(f"{URL}\n")
    assert settings_of({"DATABASE_URL": f"file:{secret}"}).url == settings_of({"DATABASE_URL": URL}).url


def test_all_problems_are_reported_at_once_with_name_value_and_remedy():
    problems = problems_of(DATABASE_URL="mysql://me:s3cr@x/y", STILLFRAME_DB_CONNECT_TIMEOUT="soon")
    assert len(problems) == 2
    assert problems[0].startswith("DATABASE_URL = 'mysql://me:***@x/y': ")
    assert problems[1] == "STILLFRAME_DB_CONNECT_TIMEOUT = 'soon': write a whole number from 1 to 86400"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cr@host:port/db",
        "me:s3cr@host/db",
        "postgresql+asyncpg://me:s3cr@host/db",
        "postgresql://me:s3cr@host",
        "postgresql://me:s3cr@host/?password=s3cr",
        "file:/nowhere/s3cret",
    ],
)
def test_an_invalid_url_is_an_error_of_one_line_without_its_password(url):
    (line,) = problems_of(DATABASE_URL=url)
    assert "\n" not in line
    assert "s3cr" not in line.replace("/nowhere/s3cret", "")


def test_a_reader_login_is_enough_for_the_reader_but_starts_no_embedded_postgres():
    settings = settings_of({"STILLFRAME_READER_URL": URL})
    assert reader_engine(settings).url.host == "db.example"
    with pytest.raises(DatabaseConfigurationError, match="DATABASE_URL is not set"):
        writer_engine(settings)


def test_no_repr_or_traceback_shows_the_password():
    settings = settings_of({"DATABASE_URL": "postgresql://me:s3cr@127.0.0.1:1/stillframe"})
    engine = reader_engine(settings)
    with pytest.raises(OperationalError) as caught:
        engine.connect()
    trace = "".join(traceback.format_exception(caught.value))
    assert "s3cr" not in f"{settings!r} {engine!r} {engine.url} {trace}"


@pytest.mark.parametrize("text", ["plain", "//me@host/x", "", "a:b", "//me:p@q@r/x"])
def test_masking_keeps_everything_but_the_password(text):
    assert without_password(text) == text.replace("p@q@r", "***@r")


def test_options_of_the_url_are_kept(database):
    from dataclasses import replace

    url = database.settings.url.update_query_dict({"options": "-c work_mem=5MB"})
    engine = reader_engine(replace(database.settings, url=url))
    with engine.connect() as connection:
        values = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("work_mem", "lock_timeout")]
    engine.dispose()
    assert values == ["5MB", "5s"]


def test_the_free_disk_is_that_of_the_embedded_database(tmp_path):
    free = free_bytes(DatabaseSettings(tmp_path))
    assert free is not None
    assert 0 < free <= shutil.disk_usage(tmp_path).total
    assert free_bytes(DatabaseSettings(tmp_path / "away")) is None
    assert free_bytes(DatabaseSettings(tmp_path, make_url("postgresql://db.example/stillframe"))) is None
