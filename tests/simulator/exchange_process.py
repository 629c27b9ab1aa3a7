"""Starts the simulated exchange as a process of its own, for whichever test needs one."""

import contextlib
import hashlib
import hmac
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
API_KEY, API_SECRET = "demo", "demo-secret"
_READY = "simulator ready on "


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running simulator: its URL, its credentials, and its control routes."""

    url: str
    process: "subprocess.Popen[str]"
    api_key: str = API_KEY
    api_secret: str = API_SECRET

    def control(self, method: str, path: str, json: Any = None, **params: Any) -> Any:
        """Call a control route, such as ("POST", "faults", {...}). Returns its JSON."""
        url = f"{self.url}/control/{path.removeprefix('/control/').lstrip('/')}"
        answer = requests.request(method, url, json=json, params=params, timeout=60)
        if answer.status_code != 200:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def fault(self, method: str, kind: str, **more: Any) -> None:
        """Order a fault for a method of the wire ("*" for all). It stays until reset() unless `times` is given."""
        self.control("POST", "faults", {"method": method, "kind": kind, **more})

    def calls(self) -> dict[str, int]:
        """The number of calls of each method since reset()."""
        counted: dict[str, int] = self.control("GET", "calls")
        return counted

    def signed(self, method: str, params: Mapping[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
        """The JSON of a private request, signed with `secret` and `nonce` if given.

        Other fields replace those of the finished request. Parameters must be flat.
        """
        params = dict(params or {})
        nonce = changed.pop("nonce", int(time.time() * 1000))
        secret = changed.pop("secret", self.api_secret)
        payload = "".join(f"{key}{params[key]}" for key in sorted(params))
        text = f"{method}11{self.api_key}{payload}{nonce}"
        sig = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        return {
            "id": 11,
            "method": method,
            "api_key": self.api_key,
            "params": params,
            "nonce": nonce,
            "sig": sig,
        } | changed

    def ask(self, method: str, params: Mapping[str, Any] | None = None, **changed: Any) -> requests.Response:
        """Send a private request, such as "private/user-balance", as a client would."""
        url = f"{self.url}/exchange/v1/{method}"
        return requests.post(url, json=self.signed(method, params, **changed), timeout=60)

    def result(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """The result of a private request that succeeds. It is repeated while the rate limit refuses it."""
        answer = self.ask(method, params)
        give_up = time.monotonic() + 60
        while answer.status_code == 429 and time.monotonic() < give_up:
            answer = self.ask(method, params)
        assert answer.status_code == 200, answer.text
        payload = answer.json()
        assert (payload["id"], payload["method"], payload["code"]) == (11, method, 0)
        return payload["result"]

    def public(self, method: str, **params: Any) -> requests.Response:
        """Send a public request, such as "get-tickers"."""
        return requests.get(f"{self.url}/exchange/v1/public/{method}", params=params, timeout=60)

    def tickers(self) -> dict[str, dict[str, Any]]:
        """The tickers by instrument."""
        rows: list[dict[str, Any]] = self.public("get-tickers").json()["result"]["data"]
        return {row["i"]: row for row in rows}

    def reset(self) -> None:
        """No faults, no counted calls, a market that moves."""
        self.control("DELETE", "faults")
        self.control("DELETE", "calls")
        self.control("POST", "freeze", {"frozen": False})


@contextlib.contextmanager
def run_simulator(**options: Any) -> Iterator[Simulator]:
    """Run `python -m simulator` with options such as scenario="empty", days=3, seed=1, api_key="...", then stop it."""
    chosen = {"port": 0, "days": 3} | options
    flags = [word for name, value in chosen.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", *flags],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        url = _url_of(process)
        yield Simulator(url, process, str(chosen.get("api_key", API_KEY)), str(chosen.get("api_secret", API_SECRET)))
    finally:
        _stop(process)


def _url_of(process: "subprocess.Popen[str]", seconds: float = 90) -> str:
    """The URL of the ready line. A timer ends the process, and so the reading, when it takes too long."""
    assert process.stdout is not None
    assert process.stderr is not None
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        line = process.stdout.readline()
    finally:
        timer.cancel()
    if not line.startswith(_READY):
        process.kill()
        raise AssertionError(f"the simulator did not start: {line}{process.stderr.read()}")
    return line.removeprefix(_READY).strip()


def _stop(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
