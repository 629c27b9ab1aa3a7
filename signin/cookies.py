"""Cookies: one for the session, one for the form. Both are HttpOnly, and Secure behind TLS.

The prefix __Host- makes browsers refuse the cookie from any other host or path.
"""

from starlette.requests import HTTPConnection
from starlette.responses import Response

SESSION = "stillframe_session"
FORM = "stillframe_form"
FORM_SECONDS = 3600


def cookie_name(name: str, secure: bool) -> str:
    """The name that a cookie has on this connection."""
    return f"__Host-{name}" if secure else name


def cookie_of(connection: HTTPConnection, name: str, secure: bool) -> str | None:
    """The value of a cookie. Behind TLS only the one with the prefix counts."""
    return connection.cookies.get(cookie_name(name, secure)) or None


def set_session(response: Response, token: str, secure: bool) -> None:
    """Give the browser its session. It ends with the browser, and on the server earlier or later."""
    response.set_cookie(cookie_name(SESSION, secure), token, path="/", secure=secure, httponly=True, samesite="lax")


def forget_session(response: Response, secure: bool) -> None:
    """Take the session from the browser."""
    response.delete_cookie(cookie_name(SESSION, secure), path="/", secure=secure, httponly=True, samesite="lax")


def set_form(response: Response, token: str, secure: bool) -> None:
    """Give the browser the token that its form must send back."""
    response.set_cookie(
        cookie_name(FORM, secure),
        token,
        max_age=FORM_SECONDS,
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )
