"""Ports for servers that tests start by number: none is given twice, whichever worker asks.

Taken below the range from which the system gives ports to connections and to who asks for any, so that a port that
was free is still free when the server comes to listen on it.
"""

import os
import random
import re
import socket
from itertools import count

FIRST, LAST = 15_000, 32_000
OF_ONE_WORKER = 500

_worker = int((re.findall(r"\d+", os.environ.get("PYTEST_XDIST_WORKER", "")) or ["0"])[0])
# Where to begin differs by process, for runs side by side on one machine.
_next = count(random.randrange(OF_ONE_WORKER))


def free_port() -> int:
    """A port of this worker's own that nobody listens on."""
    first = FIRST + _worker * OF_ONE_WORKER % (LAST - FIRST)
    for _ in range(OF_ONE_WORKER):
        port = first + next(_next) % OF_ONE_WORKER
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"no port is free from {first} on")
