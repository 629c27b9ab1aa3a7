"""Sign-in by an OpenID Connect provider: authorization code with PKCE, state and nonce, by Authlib.

State, nonce and verifier wait in a signed cookie for ten minutes. Only the cookie's browser can finish what it began.
"""

import hmac
import logging
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import request_response
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.viewers import VIEWER
from signin.addresses import is_secure
from signin.cookies import SESSION, cookie_of, set_session
from signin.html import HEADERS, message_page
from signin.local_paths import local_path
from signin.service import SignIn
from signin.settings import OidcSettings

log = logging.getLogger("stillframe.sign_in")

CALLBACK = "/sign-in/callback"
FOLLOWING = "following"
WAIT_SECONDS = 600
PROVIDER_SECONDS = 5.0
# Only signatures that need the provider's private key. The specification also allows "none" and shared secrets.
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
FAILURES = (AuthlibBaseError, JoseError, httpx.HTTPError, RuntimeError, ValueError, KeyError, TypeError)


class ProviderRefused(Exception):
    """The provider or its answer cannot be used. The message is for the log."""


class OidcRoutes:
    """Leads to the provider, and takes its answer."""

    def __init__(self, sign_in: SignIn, settings: OidcSettings) -> None:
        self._sign_in = sign_in
        self._settings = settings
        self._provider = OAuth().register(
            "provider",
            client_id=settings.client_id,
            client_secret=settings.client_secret.text(),
            server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "timeout": PROVIDER_SECONDS,
            },
        )

    async def begin(self, request: Request) -> Response:
        """Redirect to the provider."""
        following = local_path(request.query_params.get(FOLLOWING, "/"))
        if VIEWER in request.scope.get("state", {}):
            return RedirectResponse(following, 303, HEADERS)
        try:
            await self._check_metadata()
            redirect: Response = await self._provider.authorize_redirect(request, self._callback())
        except (*FAILURES, ProviderRefused) as error:
            return _failed(error, "The identity provider did not answer as expected.", 502)
        request.session[FOLLOWING] = following
        redirect.headers["Cache-Control"] = "private, no-store"
        return redirect

    async def finish(self, request: Request) -> Response:
        """Check the answer of the provider, and begin a session. Raises DatabaseUnavailable."""
        following = local_path(request.session.pop(FOLLOWING, "/"))
        try:
            name = await self._name(request)
        except (*FAILURES, ProviderRefused) as error:
            return _failed(error, "The identity provider's answer could not be accepted.", 403)
        secure = is_secure(request.scope, self._sign_in.settings)
        if (old := cookie_of(request, SESSION, secure)) is not None:
            await self._sign_in.end(old, request, "/sign-in")
        token = await self._sign_in.begin_for(name, request)
        if token is None:
            await self._sign_in.note_stranger(name, request)
            words = f"{name} is no user of Stillframe. The operator adds users with: python -m refresher user add NAME"
            return message_page("Not a user here", words, ("/sign-in", "Try again"), 403)
        response = RedirectResponse(following, 303, HEADERS)
        set_session(response, token, secure)
        return response

    async def _name(self, request: Request) -> str:
        """The name that the provider vouches for. Raises one of FAILURES, or ProviderRefused."""
        settings = self._settings
        await self._check_metadata()
        self._provider.client_secret = settings.client_secret.text()
        claims_options = {
            "iss": {"essential": True, "value": self._provider.server_metadata["issuer"]},
            "aud": {"essential": True, "value": settings.client_id},
        }
        token = await self._provider.authorize_access_token(request, claims_options=claims_options)
        claims = token.get("userinfo")
        if claims is None:
            raise ProviderRefused("the answer has no id_token")
        if settings.claim not in claims and "userinfo_endpoint" in self._provider.server_metadata:
            claims = await self._further_claims(claims, token)
        return _name_in(claims, settings.claim)

    async def _further_claims(self, claims: Mapping[str, Any], token: Mapping[str, Any]) -> Mapping[str, Any]:
        further = await self._provider.userinfo(token=token)
        if further.get("sub") != claims["sub"]:
            raise ProviderRefused("userinfo describes another subject")
        return further  # type: ignore[no-any-return]

    async def _check_metadata(self) -> None:
        metadata = await self._provider.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self._settings.issuer.rstrip("/"):
            metadata.pop("_loaded_at", None)
            raise ProviderRefused(f"the provider calls itself {metadata.get('issuer')!r:.120}")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [name for name in offered if name in SIGNATURES] or [
            "RS256"
        ]

    def _callback(self) -> str:
        return f"{self._sign_in.settings.public_url}{CALLBACK}"


class WithSession:
    """An endpoint with a signed cookie for what waits between the redirect and the callback.

    The key follows from the client secret, so that every web process can finish what another began. A changed
    secret changes the key, so a person who is at the provider meanwhile begins again.
    """

    def __init__(self, endpoint: Any, sign_in: SignIn, settings: OidcSettings) -> None:
        self._endpoint = request_response(endpoint)
        self._secret = settings.client_secret
        self._is_https = (sign_in.settings.public_url or "").startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve with a scope of its own, because Streamlit keeps another session in the outer one."""
        await self._with_session()({**scope}, receive, send)

    def _with_session(self) -> ASGIApp:
        return SessionMiddleware(
            self._endpoint,
            secret_key=hmac.new(self._secret.text().encode(), b"stillframe oidc cookie", sha256).hexdigest(),
            session_cookie=f"{'__Host-' if self._is_https else ''}stillframe_oidc",
            max_age=WAIT_SECONDS,
            same_site="lax",
            https_only=self._is_https,
        )


def _name_in(claims: Mapping[str, Any], claim: str) -> str:
    name = claims.get(claim)
    if not isinstance(name, str) or not name:
        raise ProviderRefused(f"the claim {claim!r} is missing")
    if claim == "email" and claims.get("email_verified") not in (True, "true"):
        raise ProviderRefused("the e-mail address is not verified")
    return name


def _failed(error: Exception, words: str, status: int) -> Response:
    log.warning("sign-in failed: %s: %.200s", type(error).__name__, error)
    return message_page("Not signed in", f"{words} The server's log has the reason.", ("/sign-in", "Try again"), status)
