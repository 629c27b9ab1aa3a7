"""Leads: short lines that lead on to a list."""
