"""Download: a file that the page makes when it is asked for."""
