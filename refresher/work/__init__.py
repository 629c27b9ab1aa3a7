"""Queued work: backfills, through Procrastinate's queue in the same Postgres. Any process with a worker may take it."""
