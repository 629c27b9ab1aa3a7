"""Worked examples that others have published, as facts with their source. Expected values are those of the source."""
