"""Events: what the stream sends, in the format of server-sent events. Pure."""

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping

from pages.components.payload import json_of
from pages.live.recipe import Content

# Longer events are compressed. Base64 takes back a third of that.
COMPRESSED_FROM = 4_000
_LEVEL = 1
RETRY = b"retry: 2000\n\n"


def figures_event(token: str, version: str, at: int, contents: Mapping[str, Content]) -> bytes:
    """Newer contents of a page. `at` is the server's time in milliseconds."""
    head = json.dumps({"token": token, "version": version, "at": at})[:-1]
    parts = ",".join(f"{json.dumps(key)}:{_json(content)}" for key, content in contents.items())
    return _event(f'{head},"parts":{{{parts}}}}}')


def run_event(token: str, at: int) -> bytes:
    """The page has to run its script: it has other places now, or its recipe is not known any more."""
    return _event(json.dumps({"token": token, "at": at, "run": True}))


def beat_event(at: int, behind: float) -> bytes:
    """The server is alive. `behind` is how many seconds figures are late, because it has too much to do."""
    return _event(json.dumps({"at": at, "behind": round(behind)}))


def _json(content: Content) -> str:
    """A content as JSON. The payload of a component is JSON already."""
    if isinstance(content, str):
        return json.dumps(content, ensure_ascii=False)
    return json_of(content).decode()


def _event(text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if len(data) > COMPRESSED_FROM:
        data = b64encode(gzip.compress(data, _LEVEL, mtime=0))
    return b"data: " + data + b"\n\n"
