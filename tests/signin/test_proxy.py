"""Sign-in by a proxy: its header counts from named addresses only, and names a user of ours."""

from ipaddress import ip_network
from typing import Any

import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from domain.viewers import Mode
from signin.settings import SignInSettings
from tests.signin.site import NAVIGATION, STREAM, site_on

HERE = SignInSettings(Mode.PROXY, proxies=(ip_network("127.0.0.1/32"),))
ELSEWHERE = SignInSettings(Mode.PROXY, proxies=(ip_network("203.0.113.9/32"),))


def named(name: str, **headers: str) -> dict[str, str]:
    return {**NAVIGATION, "X-Forwarded-User": name, **headers}


def test_the_user_that_the_proxy_names_gets_a_session(database: Any) -> None:
    with site_on(database, HERE) as site:
        first = requests.get(site.url + "/", headers=named("Alice"), timeout=60)
        assert first.json()["viewer"] == "alice"
        cookie = first.headers["set-cookie"].partition(";")[0]
        again = requests.get(site.url + "/api/who", headers=named("alice", Cookie=cookie), timeout=60)
        assert again.json()["viewer"] == "alice"
        assert "set-cookie" not in again.headers
        assert [row for row in site.audit() if row[1] == "signed in"] == [("alice", "signed in", "proxy")]


def test_a_session_counts_only_beside_the_header_with_its_own_name(database: Any) -> None:
    with site_on(database, HERE) as site:
        cookie = (
            requests.get(site.url + "/", headers=named("alice"), timeout=60).headers["set-cookie"].partition(";")[0]
        )
        for headers in ({"Cookie": cookie}, {"Cookie": cookie, "X-Forwarded-User": "bob"}):
            assert requests.get(site.url + "/api/who", headers=headers, timeout=60).status_code == 401
        url = site.url.replace("http", "ws") + STREAM
        with pytest.raises(InvalidStatus), connect(url, additional_headers={"X-Forwarded-User": "alice"}):
            pass
        with connect(url, additional_headers={"X-Forwarded-User": "alice", "Cookie": cookie}) as socket:
            socket.send(b"hello")
            assert socket.recv(timeout=60) == b"hello"


def test_a_user_that_nobody_added_stays_outside(database: Any) -> None:
    with site_on(database, HERE) as site:
        response = requests.get(site.url + "/", headers=named("mallory"), timeout=60)
        assert response.status_code == 403
        assert "python -m refresher user add NAME" in response.text
        assert "set-cookie" not in response.headers


def test_the_header_of_anybody_but_the_proxy_is_nothing(database: Any) -> None:
    with site_on(database, ELSEWHERE) as site:
        for forwarded in ({}, {"X-Forwarded-For": "203.0.113.9"}):
            headers = {**named("alice"), **forwarded}
            response = requests.get(site.url + "/", headers=headers, timeout=60)
            assert response.status_code == 403


def test_two_headers_name_nobody(database: Any) -> None:
    import http.client

    with site_on(database, HERE) as site:
        connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=60)
        connection.putrequest("GET", "/")
        connection.putheader("Accept", "text/html")
        for name in ("alice", "bob"):
            connection.putheader("X-Forwarded-User", name)
        connection.endheaders()
        assert connection.getresponse().status == 303, "led to the form"
        connection.close()


def test_the_name_of_the_header_is_a_setting(database: Any) -> None:
    settings = SignInSettings(Mode.PROXY, proxies=HERE.proxies, proxy_header="Remote-Email")
    with site_on(database, settings) as site:
        headers = {**NAVIGATION, "Remote-Email": "alice"}
        assert requests.get(site.url + "/", headers=headers, timeout=60).json()["viewer"] == "alice"
        assert requests.get(site.url + "/", headers=named("alice"), timeout=60).status_code == 403
