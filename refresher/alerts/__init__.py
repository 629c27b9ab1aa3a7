"""Alerts: rules are evaluated over the database, and their messages are sent."""
