"""Logins: each process has its own, in the embedded server and in one with passwords, and pages get no more rights."""

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from db.embedded import Cluster
from db.engine import DatabaseSettings, owner_engine, reader_engine, sign_in_engine, writer_engine
from db.login_checks import check_session
from db.logins import LOGINS, login_url
from db.outages import DatabaseUnavailable, translate_outages
from db.settings import DatabaseConfigurationError
from db.upgrade import upgrade
from tests.ports import free_port
from tests.postgres import Database, PostgresServer, administrating, new_home, remove_home

WITH_PASSWORDS = "local all all peer map=stillframe\nhost all all 127.0.0.1/32 scram-sha-256\n"


def login_of(engine: Engine) -> str:
    try:
        with engine.connect() as connection:
            return str(connection.execute(text("SELECT session_user")).scalar_one())
    finally:
        engine.dispose()


@dataclass(frozen=True)
class OwnPostgres:
    """A server that asks for passwords. Its owner's password can change."""

    server: PostgresServer

    def settings(self, password: str) -> DatabaseSettings:
        url = self.server.cluster.url()
        engine = owner_engine(
            DatabaseSettings(self.server.home, url.update_query_dict({"port": str(self.server.port)}))
        )
        with engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER ROLE stillframe PASSWORD '{password}'")
        engine.dispose()
        return DatabaseSettings(self.server.home, self.server.url().set(password=password))


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    server = PostgresServer(new_home())
    (server.home / "pg_hba.conf").write_text(WITH_PASSWORDS)
    server.cluster.start()
    try:
        yield OwnPostgres(server)
    finally:
        remove_home(server.home)


@pytest.mark.slow
def test_one_url_is_enough_where_passwords_are_required(own_postgres: OwnPostgres) -> None:
    settings = own_postgres.settings(secrets.token_hex(16))
    migrate(settings)
    assert login_of(reader_engine(settings)) == "stillframe_pages"
    assert login_of(writer_engine(settings)) == "stillframe_refresher"
    assert login_of(sign_in_engine(settings)) == "stillframe_sign_in"
    assert settings.url is not None
    for login in LOGINS:
        guessed = login_url(settings.url.set(password="another"), login)
        with pytest.raises(OperationalError, match="password authentication failed"):
            login_of(reader_engine(replace(settings, reader_url=guessed)))
    changed = own_postgres.settings(secrets.token_hex(16))
    with pytest.raises(DatabaseUnavailable, match="refused the login"), translate_outages():
        login_of(reader_engine(changed))
    migrate(changed)
    assert login_of(reader_engine(changed)) == "stillframe_pages"


def migrate(settings: DatabaseSettings) -> None:
    owner = owner_engine(settings)
    upgrade(owner)
    owner.dispose()


@pytest.mark.slow
def test_a_login_of_an_administrator_keeps_its_password(own_postgres: OwnPostgres) -> None:
    settings = own_postgres.settings("owner")
    migrate(settings)
    owner = owner_engine(settings)
    with owner.begin() as connection:
        connection.execute(text("COMMENT ON ROLE stillframe_pages IS 'mine'"))
        connection.execute(text("ALTER ROLE stillframe_pages PASSWORD 'mine'"))
    owner.dispose()
    migrate(settings)
    assert settings.url is not None
    mine = settings.url.set(username="stillframe_pages", password="mine")
    assert login_of(reader_engine(replace(settings, reader_url=mine))) == "stillframe_pages"


def answer_like_a_pooler(listener: socket.socket) -> None:
    """Answer one connection as PgBouncer does: no TLS, and an error that names the parameter `options`."""
    connection, _ = listener.accept()
    with connection:
        while (request := connection.recv(1024)) and len(request) == 8:
            connection.sendall(b"N")
        body = b"SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: options\0\0"
        connection.sendall(b"E" + (len(body) + 4).to_bytes(4, "big") + body)


def test_a_pooler_that_refuses_the_settings_is_named_with_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=answer_like_a_pooler, args=(listener,), daemon=True).start()
        url = make_url(f"postgresql+psycopg2://me@127.0.0.1:{listener.getsockname()[1]}/x")
        engine = owner_engine(DatabaseSettings(tmp_path, url))
        with pytest.raises(DatabaseConfigurationError, match="a pooler such as PgBouncer"):
            engine.connect()


def test_a_pooler_that_drops_the_settings_is_named_with_the_remedy(database: Database) -> None:
    assert database.settings.url is not None
    plain = create_engine(database.settings.url)
    with plain.connect() as connection, pytest.raises(DatabaseConfigurationError, match="PgBouncer"):
        check_session(connection.connection.driver_connection, 15)
    plain.dispose()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pgbouncer") is None, reason="PgBouncer is not installed")
@pytest.mark.parametrize("mode", ["transaction", "session"])
@pytest.mark.parametrize("ignored", ["extra_float_digits", "options"])
def test_pgbouncer_is_refused_with_the_remedy(database: Database, mode: str, ignored: str) -> None:
    url, home, port = database.settings.url, new_home(), free_port()
    assert url is not None
    home.chmod(0o777)
    file = home / "pgbouncer.ini"
    file.write_text(
        f"[databases]\n* = host=127.0.0.1 port={url.port} user=stillframe_refresher\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\nunix_socket_dir =\n"
        f"pool_mode = {mode}\nignore_startup_parameters = {ignored}\n"
    )
    pooler = subprocess.Popen(["pgbouncer", "--quiet", str(file)], user=None if os.geteuid() else "nobody")
    try:
        settings = DatabaseSettings(home, url.set(port=port))
        with pytest.raises(DatabaseConfigurationError, match="connect to Postgres itself"):
            login_once_it_listens(settings)
    finally:
        pooler.terminate()
        pooler.wait()
        remove_home(home)


def login_once_it_listens(settings: DatabaseSettings) -> str:
    while True:
        with suppress(OperationalError):
            return login_of(writer_engine(settings))


@pytest.fixture
def embedded() -> Iterator[Cluster]:
    cluster = Cluster(new_home())
    cluster.start()
    yield cluster
    remove_home(cluster.home)


@pytest.mark.slow
def test_data_of_an_earlier_version_gets_logins_and_access_rules_at_its_next_start(embedded: Cluster) -> None:
    """It had one login, the superuser, which every process of the socket could use."""
    settings = DatabaseSettings(embedded.home, embedded.url())
    (embedded.data / "pg_hba.conf").write_text("local all all trust\n")
    (embedded.data / "pg_ident.conf").write_text("")
    embedded.stop()
    embedded.start()
    migrate(settings)
    assert login_of(reader_engine(settings)) == "stillframe_pages"
    assert login_of(writer_engine(settings)) == "stillframe_refresher"
    assert "trust" not in (embedded.data / "pg_hba.conf").read_text()


@pytest.mark.slow
def test_the_login_of_pages_stays_what_it_is_in_the_embedded_postgres(embedded: Cluster) -> None:
    settings = DatabaseSettings(embedded.home, embedded.url())
    migrate(settings)
    reader = reader_engine(settings)
    for statement in ("SET ROLE NONE", "RESET ROLE", "RESET SESSION AUTHORIZATION"):
        with reader.connect() as connection:
            connection.exec_driver_sql(statement)
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.exec_driver_sql("COPY (SELECT 1) TO PROGRAM 'true'")
    reader.dispose()


def refusal(settings: DatabaseSettings, url: URL) -> str:
    with pytest.raises(DatabaseConfigurationError) as caught:
        login_of(reader_engine(replace(settings, reader_url=url)))
    (line,) = caught.value.problems
    return line


@pytest.mark.parametrize(
    ("rights", "reason"),
    [
        ("SUPERUSER", "it is a superuser"),
        ("CREATEROLE", "it is allowed to create roles"),
        ("BYPASSRLS", "it is exempt from row-level security"),
        ("IN ROLE stillframe_writer", "it is a member of stillframe_writer"),
        ("IN ROLE pg_read_all_data", "it is a member of pg_read_all_data"),
    ],
)
def test_a_login_with_too_many_rights_is_refused_for_pages(database: Database, rights: str, reason: str) -> None:
    assert database.settings.url is not None
    name = f"strong_{database.settings.url.database}"
    with administrating(database.settings.url) as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN {rights}"))
        connection.execute(text(f"GRANT stillframe_reader TO {name}"))
    try:
        line = refusal(database.settings, database.settings.url.set(username=name))
        assert line.startswith(f"STILLFRAME_READER_URL: the login {name} has too many rights for pages ({reason}")
    finally:
        with administrating(database.settings.url) as connection:
            connection.execute(text(f"DROP ROLE {name}"))


def test_a_login_that_may_change_a_table_is_refused_for_pages(database: Database) -> None:
    assert database.settings.url is not None
    with database.owner.begin() as connection:
        connection.execute(text("GRANT UPDATE (net_value) ON refresh TO stillframe_reader"))
    assert "it may change refresh" in refusal(database.settings, login_url(database.settings.url, "stillframe_pages"))


def test_pages_refuse_the_login_of_the_owner(database: Database) -> None:
    assert database.settings.url is not None
    assert "it is a superuser" in refusal(database.settings, database.settings.url)
