"""Moment: a calendar with Apply for the past."""
