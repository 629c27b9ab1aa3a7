"""What the environment says about the database is judged whole, and no password ever shows."""

import traceback
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from db.engine import DatabaseSettings, database_url, reader_engine, writer_engine
from db.settings import SETTINGS, DatabaseConfigurationError, settings_of, without_password

URL = "postgresql://me:s3cr:t@db.example:5432/stillframe"


def problems_of(**environment):
    with pytest.raises(DatabaseConfigurationError) as caught:
        settings_of(environment)
    return caught.value.problems


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_the_driver_is_named_whatever_the_url_calls_it(scheme):
    settings = settings_of({"DATABASE_URL": URL.replace("postgresql", scheme)})
    assert database_url(settings).drivername == "postgresql+psycopg2"


def test_defaults_are_those_of_the_table_of_settings():
    assert settings_of({}) == DatabaseSettings(Path(".stillframe").absolute())
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)


def test_an_empty_variable_is_one_that_is_not_set():
    assert settings_of({"DATABASE_URL": " ", "STILLFRAME_DB_LOCK_TIMEOUT": ""}) == settings_of({})


def test_a_url_may_stand_in_a_file(tmp_path):
    secret = tmp_path / "database_url"
    secret.write_text(f"{URL}\n")
    assert settings_of({"DATABASE_URL": f"file:{secret}"}).url == settings_of({"DATABASE_URL": URL}).url


def test_all_problems_are_told_at_once_each_with_its_field_value_and_remedy():
    told = problems_of(DATABASE_URL="mysql://me:s3cr@x/y", STILLFRAME_DB_CONNECT_TIMEOUT="soon")
    assert len(told) == 2
    assert told[0].startswith("DATABASE_URL = 'mysql://me:***@x/y': ")
    assert told[1] == "STILLFRAME_DB_CONNECT_TIMEOUT = 'soon': write a whole number from 1 to 86400"


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
def test_a_url_that_cannot_be_used_is_one_line_without_its_password(url):
    (line,) = problems_of(DATABASE_URL=url)
    assert "\n" not in line
    assert "s3cr" not in line.replace("/nowhere/s3cret", "")


def test_a_process_with_a_login_of_its_own_needs_no_other_and_the_others_start_no_second_postgres():
    settings = settings_of({"STILLFRAME_READER_URL": URL})
    assert reader_engine(settings).url.host == "db.example"
    with pytest.raises(DatabaseConfigurationError, match="DATABASE_URL is not set"):
        writer_engine(settings)


def test_the_password_shows_in_no_repr_and_no_traceback():
    settings = settings_of({"DATABASE_URL": "postgresql://me:s3cr@127.0.0.1:1/stillframe"})
    engine = reader_engine(settings)
    with pytest.raises(OperationalError) as caught:
        engine.connect()
    told = "".join(traceback.format_exception(caught.value))
    assert "s3cr" not in f"{settings!r} {engine!r} {engine.url} {told}"


@pytest.mark.parametrize("text", ["plain", "//me@host/x", "", "a:b", "//me:p@q@r/x"])
def test_masking_keeps_what_is_no_password(text):
    assert without_password(text) == text.replace("p@q@r", "***@r")


def test_an_option_of_the_url_is_kept_beside_ours(database):
    from dataclasses import replace

    own = database.settings.url.update_query_dict({"options": "-c work_mem=5MB"})
    engine = reader_engine(replace(database.settings, url=own))
    with engine.connect() as connection:
        told = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("work_mem", "role", "lock_timeout")]
    engine.dispose()
    assert told == ["5MB", "stillframe_reader", "5s"]
