"""Indicators, the parser of rules and their evaluation over columns of numbers. Imports domain alone."""
