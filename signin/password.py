"""Sign-in by password: the form, and the limits of attempts.

An attempt is counted before the password is looked at, so that parallel attempts cannot pass the limit together.
"""

import hmac

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from db.credentials import CredentialRefused, checked_name, new_token, password_matches
from signin.addresses import client_address, is_own_origin, is_secure
from signin.cookies import FORM, SESSION, cookie_of, set_form, set_session
from signin.html import HEADERS, form_page
from signin.identity import Attempts, Store
from signin.local_paths import local_path
from signin.service import SignIn

# Failed attempts within ATTEMPT_MINUTES. A guesser elsewhere cannot lock a user out of another address soon, and one
# with many addresses gets few guesses at one name.
ATTEMPT_MINUTES = 15
MOST_BY_NAME_AND_ADDRESS = 5
MOST_BY_ADDRESS = 30
MOST_BY_NAME = 100

WRONG = "Name or password is wrong."
TOO_MANY = f"Too many attempts. Try again in {ATTEMPT_MINUTES} minutes."
OLD_FORM = "The form was too old. Send it once more."


async def show_form(sign_in: SignIn, request: Request) -> Response:
    """The empty form, or the first page for somebody who is signed in."""
    following = local_path(request.query_params.get("following", "/"))
    if "viewer" in request.scope.get("state", {}):
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
    if _are_too_many(store.begin_attempt(name, address)):
        return TOO_MANY, 429
    if not password_matches(store.password_of(name), password):
        return WRONG, 401
    store.note_success(name, address)
    return "", 200


def _are_too_many(attempts: Attempts) -> bool:
    return (
        attempts.by_name_and_address > MOST_BY_NAME_AND_ADDRESS
        or attempts.by_address > MOST_BY_ADDRESS
        or attempts.by_name > MOST_BY_NAME
    )


def _form(
    sign_in: SignIn, request: Request, following: str, name: str = "", problem: str = "", status: int = 200
) -> Response:
    form_token = new_token()
    response = form_page(form_token, following, name[:200], problem, status)
    set_form(response, form_token, is_secure(request.scope, sign_in.settings))
    if status == 429:
        response.headers["Retry-After"] = str(ATTEMPT_MINUTES * 60)
    return response


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
