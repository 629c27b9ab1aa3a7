"""Books from end to end: refreshes and history are written, valued and worked out, and JSON shows the figures."""
