"""The commands of `python -m refresher`, one module each. Every command returns an exit code."""
