"""Ports for servers that tests start by number: none is given twice, by whichever process and run on this machine.

Taken below the range from which the system gives ports to connections and to who asks for any, and reserved for as
long as the process lives: a port that was free is still free when, much later, a server comes to listen on it.
"""

import fcntl
import os
import random
import socket
import tempfile
from functools import cache
from pathlib import Path

FIRST, LAST = 15_000, 32_000
TRIES = 1_000

_chance = random.SystemRandom()  # hypothesis seeds the common one alike in all processes
_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on and that is nobody else's to listen on."""
    for _ in range(TRIES):
        port = _chance.randrange(FIRST, LAST)
        if port not in _given and _is_free(port) and _reserve(port):
            _given.add(port)
            return port
    raise AssertionError(f"no port of {TRIES} from {FIRST} to {LAST} is free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _reserve(port: int) -> bool:
    """Lock the byte of that number in a file of this user's runs; the system unlocks it when the process ends."""
    try:
        fcntl.lockf(_reservations(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


@cache
def _reservations() -> int:
    path = Path(tempfile.gettempdir()) / f"stillframe-test-ports-{os.geteuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
