"""A page as a browser gets it: run in a session of its own, over the websocket."""

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


def errors_on(url: str, page: str) -> list[str]:
    """The error boxes that a page shows. Raises OSError or TimeoutError if there is no page."""
    rerun = BackMsg()
    rerun.rerun_script.page_name = page
    errors: list[str] = []
    with connect(url.replace("http", "ws") + "/_stcore/stream", open_timeout=30) as socket:
        socket.send(rerun.SerializeToString())
        while True:
            message = ForwardMsg.FromString(socket.recv(timeout=60, decode=False))
            kind = message.WhichOneof("type")
            if kind == "script_finished":
                return errors
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                errors.append(message.delta.new_element.exception.message)
