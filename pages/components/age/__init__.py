"""Age: the freshness of a page, counted in the browser."""
