"""Errors of rules. Each has one line that names the place, the word and the remedy."""


class RuleError(ValueError):
    """A rule that cannot be used. `column` is the place in its text, counted from 1."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message if column is None else f"column {column}: {message}")
        self.column = column
