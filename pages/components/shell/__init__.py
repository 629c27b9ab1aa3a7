"""Shell: theme switch, shortcuts, and the scroll position of each page."""
