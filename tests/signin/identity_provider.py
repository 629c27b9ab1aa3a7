"""A small OpenID Connect provider over HTTP: discovery, RS256 keys, authorization code with PKCE and nonce.

Written after OpenID Connect Core 1.0 and RFC 7636. A test changes `claims` or `key` to make it lie.
"""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "stillframe", "a secret of the provider"


@cache
def first_key() -> RSAKey:
    """The key of all providers at first. It takes long to generate."""
    return RSAKey.generate_key(2048, {"kid": "first"})


@dataclass
class IdentityProvider:
    """Signs in whoever comes as the user of `claims`."""

    url: str = ""
    claims: dict[str, Any] = field(
        default_factory=lambda: {"sub": "u-1", "email": "Alice@Example.com", "email_verified": True}
    )
    userinfo: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    algorithm: str = "RS256"
    client_secret: str = CLIENT_SECRET
    has_id_token: bool = True
    key: RSAKey = field(default_factory=first_key)
    published: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    async def discovery(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer or self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }
        )

    async def keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": [(self.published or self.key).as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        params = dict(request.query_params)
        self.asked.append(params)
        assert params["client_id"] == CLIENT_ID
        assert params["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = params
        answer = urlencode({"code": code, "state": params["state"]})
        return RedirectResponse(f"{params['redirect_uri']}?{answer}")

    async def token(self, request: Request) -> Response:
        async with request.form() as form:
            params = self.codes.pop(str(form["code"]), None)
            verifier = str(form.get("code_verifier", ""))
        name, _, secret = base64.b64decode(request.headers["authorization"].split()[1]).decode().partition(":")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if params is None or challenge != params["code_challenge"] or (name, secret) != (CLIENT_ID, self.client_secret):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": params["nonce"],
            **self.claims,
        }
        header = {"alg": self.algorithm, "kid": str(self.key.kid)}
        signed = jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, self.key, [self.algorithm])
        answer = {"access_token": "opaque", "token_type": "Bearer", "id_token": signed}
        return JSONResponse(answer if self.has_id_token else {k: v for k, v in answer.items() if k != "id_token"})

    async def about(self, _request: Request) -> Response:
        return JSONResponse(self.userinfo)


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """A provider on 127.0.0.1 until the block ends."""
    provider = IdentityProvider()
    routes = [
        Route("/.well-known/openid-configuration", provider.discovery),
        Route("/keys", provider.keys),
        Route("/authorize", provider.authorize),
        Route("/token", provider.token, methods=["POST"]),
        Route("/userinfo", provider.about),
    ]
    app = Starlette(routes=routes)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    provider.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(60)
