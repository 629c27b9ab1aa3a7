"""Choice: one of a few options, as buttons beside each other."""
