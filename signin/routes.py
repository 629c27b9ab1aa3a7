"""Routes of sign-in: the form, its answer, the callback of the provider, and signing out."""

import hmac
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from db.credentials import sign_out_token
from db.outages import DatabaseUnavailable
from domain.viewers import Mode
from signin.addresses import is_own_origin, is_secure
from signin.cookies import SESSION, cookie_of, forget_session
from signin.html import HEADERS, message_page
from signin.password import show_form, take_form
from signin.service import SignIn

log = logging.getLogger("stillframe.sign_in")

Endpoint = Callable[[Request], Awaitable[Response]]


def sign_in_routes(sign_in: SignIn) -> list[BaseRoute]:
    """The routes of the chosen way to sign in. None if it is off."""
    match sign_in.settings.mode:
        case Mode.OFF:
            return []
        case Mode.PASSWORD:
            routes = [
                Route("/sign-in", _guarded(partial(show_form, sign_in)), methods=["GET"]),
                Route("/sign-in", _guarded(partial(take_form, sign_in)), methods=["POST"]),
            ]
        case Mode.OIDC:
            # Imported here: Authlib takes 12 MB, and a quarter of a second of each start.
            from signin.oidc import CALLBACK, OidcRoutes, WithSession

            oidc = sign_in.settings.oidc
            assert oidc is not None
            provider = OidcRoutes(sign_in, oidc)
            routes = [
                Route(path, WithSession(_guarded(answer), sign_in, oidc))
                for path, answer in (("/sign-in", provider.begin), (CALLBACK, provider.finish))
            ]
        case Mode.PROXY:
            routes = [Route("/sign-in", _refused_by_proxy, methods=["GET"])]
    return [
        *routes,
        Route("/sign-out", _guarded(partial(_sign_out, sign_in)), methods=["POST"]),
        Route("/signed-out", _signed_out, methods=["GET"]),
    ]


async def _sign_out(sign_in: SignIn, request: Request) -> Response:
    """End the session of the browser. Another site cannot send this form."""
    secure = is_secure(request.scope, sign_in.settings)
    credential = cookie_of(request, SESSION, secure)
    if credential is not None:
        async with request.form(max_files=0, max_fields=5) as form:
            shown = str(form.get("sign_out_token", ""))
        if not is_own_origin(request) or not hmac.compare_digest(shown.encode(), sign_out_token(credential).encode()):
            return message_page("Not signed out", "The request did not come from a page of yours.", ("/", "Back"), 403)
        await sign_in.end(credential, request, "/signed-out")
    response = RedirectResponse("/signed-out", 303, HEADERS)
    forget_session(response, secure)
    return response


async def _signed_out(_request: Request) -> Response:
    return message_page("Signed out", "Every page of this session is closed.", ("/", "Sign in again"))


async def _refused_by_proxy(_request: Request) -> Response:
    words = (
        "The proxy in front of Stillframe did not name you, or names somebody who is no user here. "
        "The operator adds users with: python -m refresher user add NAME"
    )
    return message_page("Not signed in", words, ("/", "Try again"), 403)


def _guarded(answer: Endpoint) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except DatabaseUnavailable as error:
            log.warning("nobody can sign in: %s", error)
            words = f"Try again in a moment: {error}."
            return message_page("Nobody can sign in now", words, ("/sign-in", "Try again"), 503)

    return endpoint
