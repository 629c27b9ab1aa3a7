"""Bar: the pages, the choices of the view, and the freshness of what is shown."""
