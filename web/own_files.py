"""Own files: our scripts and styles under names that change with their content, so that browsers keep them for good."""

import hashlib
from dataclasses import dataclass

from starlette.responses import Response

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

    def response(self) -> Response:
        """The answer to a request."""
        return Response(self.content, headers={"Cache-Control": _IMMUTABLE}, media_type=_TYPES[self.kind])
