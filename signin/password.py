"""Sign-in by password: the form, and the limits of attempts.

An attempt counts before the password is looked at.
"""

import hmac

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from db.credentials import CredentialRefused, checked_name, new_token, password_matches
from domain.viewers import VIEWER
from signin.addresses import client_address, is_own_origin, is_secure
from signin.cookies import FORM, SESSION, cookie_of, set_form, set_session
from signin.html import HEADERS, form_page
from signin.limits import ATTEMPTS_WITHIN
from signin.local_paths import local_path
from signin.service import SignIn
from signin.store import Store

WRONG = "Name or password is wrong."
TOO_MANY = f"Too many attempts. Try again in {ATTEMPTS_WITHIN.seconds // 60} minutes."
OLD_FORM = "The form was too old. Send it once more."


async def show_form(sign_in: SignIn, request: Request) -> Response:
    """The empty form, or the first page for somebody who is signed in."""
    following = local_path(request.query_params.get("following", "/"))
    if VIEWER in request.scope.get("state", {}):
        return RedirectResponse(following, 303, HEADERS)
    return _form(sign_in, request, following)


async def take_form(sign_in: SignIn, request: Request) -> Response:
    """Check name and password, and begin a session. Raises DatabaseUnavailable."""
    async with request.form(max_files=0, max_fields=10) as form:
        name, password = _text(form, "name"), _text(form, "password")
        form_token, following = _text(form, "form_token"), local_path(_text(form, "following"))
    secure = is_secure(request.scope, sign_in.settings)
    expected = cookie_of(request, FORM, secure) or ""
    is_ours = expected != "" and hmac.compare_digest(form_token.encode(), expected.encode())
    if not is_ours or not is_own_origin(request):
        return _form(sign_in, request, following, name, OLD_FORM, 403)
    try:
        stored_name = checked_name(name)
    except CredentialRefused:
        return _form(sign_in, request, following, name, WRONG, 401)
    address = client_address(request.scope, sign_in.settings.proxies)
    problem, status = await sign_in.identity.ask(lambda store: check_password(store, stored_name, password, address))
    if problem:
        return _form(sign_in, request, following, name, problem, status)
    if (old := cookie_of(request, SESSION, secure)) is not None:
        await sign_in.end(old, request, "/sign-in")
    token = await sign_in.begin(stored_name, request)
    response = RedirectResponse(following, 303, HEADERS)
    set_session(response, token, secure)
    return response


def check_password(store: Store, name: str, password: str, address: str) -> tuple[str, int]:
    """The problem with an attempt and its HTTP status, or ("", 200). Takes as long for an unknown name."""
    if not store.may_attempt(name, address):
        return TOO_MANY, 429
    if not password_matches(store.password_of(name), password):
        store.note_wrong_password(name, address)
        return WRONG, 401
    store.note_right_password(name, address)
    return "", 200


def _form(
    sign_in: SignIn, request: Request, following: str, name: str = "", problem: str = "", status: int = 200
) -> Response:
    form_token = new_token()
    response = form_page(form_token, following, name[:200], problem, status)
    set_form(response, form_token, is_secure(request.scope, sign_in.settings))
    if status == 429:
        response.headers["Retry-After"] = str(ATTEMPTS_WITHIN.seconds)
    return response


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
