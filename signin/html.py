"""HTML of sign-in: a form or a message in a card. No JavaScript, no request beside the page itself."""

import base64
from hashlib import sha256
from html import escape

from starlette.responses import HTMLResponse

# The colours are those of .streamlit/config.toml.
STYLE = """
:root{color-scheme:light dark;--page:#fbfcfd;--card:#fff;--text:#18202c;--quiet:#5b6778;--line:#dfe4eb;--blue:#2f6be8;
--on-blue:#fff;--red:#b3313c}
@media(prefers-color-scheme:dark){:root{--page:#0e131b;--card:#18202c;--text:#dde4ee;--quiet:#8b98ab;--line:#33415a;
--blue:#5b8dff;--on-blue:#0b0f16;--red:#f0646c}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;padding:16px;background:var(--page);
color:var(--text);font:14px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Liberation Sans',sans-serif}
main{width:100%;max-width:360px;padding:28px;background:var(--card);border:1px solid var(--line);border-radius:8px}
.brand{display:flex;align-items:center;gap:8px;color:var(--quiet);font-size:16px;font-weight:650}
h1{margin:20px 0 4px;font-size:20px;font-weight:600}
p{margin:0 0 16px;color:var(--quiet)}
.problem{margin:12px 0 0;color:var(--red)}
label{display:block;margin:16px 0 4px;font-weight:600}
input,button,.button{width:100%;min-height:44px;padding:8px 12px;border-radius:6px;font:inherit;font-size:16px}
input{border:1px solid var(--line);background:var(--page);color:var(--text)}
button,.button{display:block;margin-top:24px;border:0;background:var(--blue);color:var(--on-blue);font-weight:600;
text-align:center;text-decoration:none;line-height:28px;cursor:pointer}
:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
"""
LOGO = (
    '<svg viewBox="0 0 28 28" width="28" height="28" aria-hidden="true"><rect x="1" y="1" width="26" height="26" '
    'rx="6" fill="#3e7bfa"/><g fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" '
    'stroke-linejoin="round">'
    '<path d="M6.5 11V6.5H11M17 6.5h4.5V11M6.5 17v4.5H11M17 21.5h4.5V17"/><path d="M8 16.5l4-3.6 3.4 2.4 4.8-4.6"/>'
    "</g></svg>"
)
_STYLE_HASH = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def form_page(form_token: str, following: str, name: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    """The form for name and password. `following` is the path to show afterwards."""
    alert = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    focus_name, focus_password = ("", " autofocus") if name else (" autofocus", "")
    return _page(
        "Sign in",
        f"""<h1>Sign in</h1>{alert}
<form method="post" action="/sign-in">
<input type="hidden" name="form_token" value="{escape(form_token)}">
<input type="hidden" name="following" value="{escape(following)}">
<label for="name">Name</label>
<input id="name" name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none" spellcheck="false"
 required maxlength="200"{focus_name}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
 maxlength="1024"{focus_password}>
<button>Sign in</button>
</form>""",
        status,
    )


def message_page(title: str, words: str, link: tuple[str, str] | None = None, status: int = 200) -> HTMLResponse:
    """A message, and a link as (path, label)."""
    button = f'<a class="button" href="{escape(link[0])}">{escape(link[1])}</a>' if link else ""
    return _page(title, f"<h1>{escape(title)}</h1><p>{escape(words)}</p>{button}", status)


def _page(title: str, body: str, status: int) -> HTMLResponse:
    return HTMLResponse(
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{escape(title)} · Stillframe</title><style>{STYLE}</style></head>
<body><main><div class="brand">{LOGO}Stillframe</div>
{body}
</main></body></html>""",
        status,
        headers=HEADERS,
    )
