"""The manifest and the icons that let a phone install the app."""

import struct

from starlette.applications import Starlette
from starlette.testclient import TestClient

from web.install import install_routes


def test_the_manifest_names_icons_of_the_size_that_it_says() -> None:
    client = TestClient(Starlette(routes=install_routes()))
    manifest = client.get("/manifest.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    content = manifest.json()
    assert (content["display"], content["start_url"]) == ("standalone", "/")
    for icon in content["icons"]:
        png = client.get(icon["src"]).content
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack(">II", png[16:24])  # the header chunk, as in the PNG specification
        assert icon["sizes"] == f"{width}x{height}"
