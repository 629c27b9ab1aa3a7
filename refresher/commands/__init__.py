"""Commands: what `python -m refresher` can do, one module each; every one returns an exit code."""
