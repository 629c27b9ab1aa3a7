"""Live: takes newer figures from one stream per browser, and hands them to the places of the page."""
