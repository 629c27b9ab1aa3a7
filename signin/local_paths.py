"""Local paths: where to go after signing in."""

from urllib.parse import urlsplit

OWN_PATHS = ("/sign-in", "/sign-in/callback", "/sign-out", "/signed-out")


def local_path(text: str) -> str:
    """A path on this server to show after signing in. Anything else becomes the first page."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    is_local = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if is_local and not parts.netloc and parts.path not in OWN_PATHS and len(text) < 2000 else "/"
