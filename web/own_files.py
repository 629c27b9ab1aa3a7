"""Own files: our scripts and styles under names that change with their content, so that browsers keep them for good."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache

import brotli
from starlette.requests import Request
from starlette.responses import Response

from web.encodings import accepted_encodings

_IMMUTABLE = "public, immutable, max-age=31536000"
_TYPES = {"js": "text/javascript", "css": "text/css"}


@dataclass(frozen=True, slots=True)
class OwnFile:
    """One file. `kind` is js or css."""

    name: str
    kind: str
    content: str

    @property
    def path(self) -> str:
        """The address, with a hash of the content."""
        return f"/static/{self.name}.{hashlib.sha256(self.content.encode()).hexdigest()[:12]}.{self.kind}"

    def response(self, request: Request) -> Response:
        """The answer to a request, in the best compression that the browser accepts."""
        accepted = accepted_encodings(request.headers.get("accept-encoding", ""))
        name = next((name for name in ("br", "gzip") if name in accepted), "")
        headers = {"Cache-Control": _IMMUTABLE, "Vary": "Accept-Encoding"}
        if name:
            headers["Content-Encoding"] = name
        return Response(_packed(self.content, name), headers=headers, media_type=_TYPES[self.kind])


@cache
def _packed(content: str, name: str) -> bytes:
    """The content in a compression, "" for none. It is packed once."""
    plain = content.encode()
    if name == "br":
        return bytes(brotli.compress(plain))
    return gzip.compress(plain, mtime=0) if name == "gzip" else plain
