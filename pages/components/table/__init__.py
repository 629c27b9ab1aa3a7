"""The one table of all pages: Python describes it, plain JavaScript draws it."""
