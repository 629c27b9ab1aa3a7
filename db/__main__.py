"""The database from the command line: `python -m db start | stop | serve | status | upgrade | url`."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence

from sqlalchemy.exc import OperationalError

from db.embedded import Cluster, EmbeddedPostgresError, EmbeddedPostgresFailed, State
from db.embedded.sharing import changing, keep_running
from db.engine import DatabaseConfigurationError, DatabaseSettings, database_settings, database_url, owner_engine

COMMANDS = {
    "start": "start the embedded Postgres and leave it running",
    "stop": "shut the embedded Postgres down",
    "serve": "run the embedded Postgres until SIGINT or SIGTERM, and restart it after a crash",
    "status": "print whether the embedded Postgres runs, with exit code 0 if it does and 1 if not",
    "upgrade": "migrate the database and grant the roles their rights, as the refresher does at its start",
    "url": "print the URL of the database without its password",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit code 1: the database is down or did not start. Exit code 2: bad configuration."""
    parser = argparse.ArgumentParser(prog="python -m db", description="The database of Stillframe.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, meaning in COMMANDS.items():
        commands.add_parser(name, help=meaning)
    command = parser.parse_args(arguments).command
    try:
        return _run(command, database_settings())
    except (DatabaseConfigurationError, EmbeddedPostgresError) as error:
        sys.stderr.write("".join(f"stillframe: {line}\n" for line in str(error).splitlines()))
        return 1 if isinstance(error, EmbeddedPostgresFailed) else 2
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        sys.stderr.write(f"stillframe: the database cannot be reached: {reason}\n")
        return 1


def _run(command: str, settings: DatabaseSettings) -> int:
    match command:
        case "upgrade":
            _upgrade(settings)
        case "url":
            sys.stdout.write(f"{database_url(settings).render_as_string(hide_password=True)}\n")
        case _ if settings.url is not None:
            raise DatabaseConfigurationError((f"DATABASE_URL is set: `{command}` is for the embedded Postgres only",))
        case _:
            return _run_embedded(command, Cluster(settings.home))
    return 0


def _run_embedded(command: str, cluster: Cluster) -> int:
    match command:
        case "start":
            keep_running(cluster)
        case "stop":
            if cluster.state() is not State.ABSENT:
                with changing(cluster.home):
                    cluster.stop()
        case "serve":
            _serve(cluster)
    state = cluster.state()
    if command != "serve":
        sys.stdout.write(f"{state}{f', process {cluster.pid()}' if state is State.RUNNING else ''}, {cluster.data}\n")
    return 1 if command == "status" and state is not State.RUNNING else 0


def _serve(cluster: Cluster) -> None:
    from db.embedded.supervision import serve

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    serve(cluster, stop)


def _upgrade(settings: DatabaseSettings) -> None:
    # Imported here, because it is slow and the other commands do not need it.
    from db.roles import grant
    from db.upgrade import upgrade

    engine = owner_engine(settings)
    upgrade(engine)
    with engine.begin() as connection:
        grant(connection)
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
