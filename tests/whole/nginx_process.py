"""deploy/nginx.conf in a process of nginx, changed only in addresses and in two lines that older releases lack."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.api.serving import until
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

MAIN = """
daemon off;
user root;
pid {room}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {room}/body;
    proxy_temp_path {room}/proxy;
    include {room}/stillframe.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running nginx."""

    port: int
    tls_port: int

    @property
    def url(self) -> str:
        """The address without TLS."""
        return f"http://127.0.0.1:{self.port}"


def written(room: Path, targets: Sequence[str], *, tls: bool = False) -> tuple[Path, Proxy]:
    """The main configuration file and the addresses. `targets` are the web processes."""
    proxy = Proxy(free_port(), free_port())
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    servers = " ".join(f"server {target.removeprefix('http://')};" for target in targets)
    changes = [
        ("server web:8501 resolve;", servers),  # `resolve` came with nginx 1.27.3
        ("/var/cache/nginx/static", str(room / "cache")),
        ("listen 8080", f"listen 127.0.0.1:{proxy.port}"),
        ("listen 8443", f"listen 127.0.0.1:{proxy.tls_port}"),
        ("/run/secrets/", f"{room}/"),
        ("#tls http2 on;", ""),  # came with nginx 1.25.1
    ]
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    if tls:
        text = re.sub(r"#tls ", "", text)
    (room / "stillframe.conf").write_text(text)
    main = room / "nginx.conf"
    main.write_text(MAIN.format(room=room))
    return main, proxy


def problems_of(main: Path) -> str:
    """The output of `nginx -t` if the configuration is not valid."""
    assert PROGRAM is not None
    tested = subprocess.run([PROGRAM, "-t", "-p", main.parent, "-c", main], capture_output=True, text=True, check=False)
    return tested.stderr if tested.returncode else ""


@contextmanager
def nginx(room: Path, targets: Sequence[str], *, tls: bool = False) -> Iterator[Proxy]:
    """nginx in front of `targets` until the block ends."""
    assert PROGRAM is not None
    main, proxy = written(room, targets, tls=tls)
    assert problems_of(main) == ""
    process = subprocess.Popen([PROGRAM, "-p", room, "-c", main])
    try:
        until(lambda: _answers(proxy))
        yield proxy
    finally:
        process.terminate()
        process.wait(60)


def _answers(proxy: Proxy) -> bool:
    try:
        return requests.get(f"{proxy.url}/nginx_health", headers={"Host": "x"}, timeout=60).status_code == 204
    except requests.RequestException:
        return False
