"""Words of the first frame, which its HTML and its files have in common."""

from pages.shared.titles import TITLES as NAMES

# By the path in the address.
TITLES = {"/" if path == "overview" else f"/{path}": title for path, title in NAMES.items()}
# Shown by the style sheet after a while, in the frame also without JavaScript. It is HTML.
LATE_WORDS = 'The live page has not arrived yet, so these figures stay. <a href="">Reload</a>'
