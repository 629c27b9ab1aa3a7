"""Live: newer figures for open pages, without a run of their scripts."""
