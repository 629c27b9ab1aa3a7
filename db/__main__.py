"""The database from the command line: start, stop, serve, status, upgrade, url."""

import argparse
import signal
import sys
import threading

from db.embedded import EmbeddedDatabaseError, EmbeddedServer
from db.engine import DatabaseConfigurationError, configured_url, database_url, home_directory, owner_engine
from db.upgrade import upgrade

LOOK_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it did what it says, 2 when a setting is wrong."""
    parser = argparse.ArgumentParser(prog="python -m db", description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "serve", "status", "upgrade", "url"])
    chosen = parser.parse_args(arguments).command
    try:
        return _run(chosen)
    except (DatabaseConfigurationError, EmbeddedDatabaseError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2


def _run(command: str) -> int:
    if command in ("start", "stop", "serve", "status") and configured_url() is not None:
        raise DatabaseConfigurationError(f"DATABASE_URL is set: `{command}` is for the embedded Postgres only")
    server = EmbeddedServer(home_directory())
    match command:
        case "start":
            server.ensure_running()
        case "stop":
            server.stop()
        case "serve":
            _serve(server)
        case "status":
            running = server.is_running()
            print("running" if running else "stopped")  # noqa: T201
            return 0 if running else 1
        case "upgrade":
            upgrade(owner_engine())
        case "url":
            print(database_url().render_as_string(hide_password=True))  # noqa: T201
    return 0


def _serve(server: EmbeddedServer) -> None:
    """Keep the server running until this process is asked to end; then stop it.

    A server that crashed is started again at once; one that was stopped on purpose stays so until it is started.
    """
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server.ensure_running()
    pause = LOOK_SECONDS
    while not ended.wait(pause):
        pause = LOOK_SECONDS
        if not server.is_running() and not server.was_stopped():
            try:
                server.ensure_running()
            except EmbeddedDatabaseError as error:  # what is left of a killed server may hold its memory for a moment
                print(error, file=sys.stderr)  # noqa: T201
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
    server.stop()


if __name__ == "__main__":
    sys.exit(main())
