"""The version of Stillframe, as health and metrics state it. pyproject.toml has the same, checked by a test."""

VERSION = "0.1.0"
