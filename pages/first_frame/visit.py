"""Visit: a run of a page's script without a browser, for its sheet. The browser draws that before Streamlit runs.

The script runs as in a session that has just begun. It ends with the sheet, so it registers nothing and leaves nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import current_thread

from streamlit.proto.ClientState_pb2 import ContextInfo
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import StopException
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext, add_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import SCRIPT_RUN_CONTEXT_ATTR_NAME
from streamlit.runtime.state import SafeSessionState, SessionState

from pages.components.sheet.model import sheet_taken
from pages.shared.database import DatabaseUnavailable
from pages.shared.kept_choices import begin_with
from pages.shared.navigation import note_pages, visible_pages
from pages.shared.viewer import viewer_now

_NAME = "first-sheet"  # of the session, which exists during the run alone


def sheet_bytes(pages: Mapping[str, Callable[[], None]], path: str, query: str, zone: str, kept: str = "") -> bytes:
    """The sheet that a page draws for the viewer of this context, with the beginning of long lists. b"" for none.

    `pages` and `path` are those of app.py, `zone` is the time zone of the browser, `kept` its cookie of choices.
    """
    try:
        if viewer_now() is None:
            return b""
    except DatabaseUnavailable:
        return b""
    with sheet_taken() as sheets, suppress(StopException), _session(query, zone):
        visible = visible_pages(pages)
        note_pages(visible, path)
        begin_with(kept)
        if path in visible:
            pages[path]()
    return sheets[0].beginning().packed() if sheets else b""


@contextmanager
def _session(query: str, zone: str) -> Iterator[None]:
    """Let Streamlit's commands work in this thread. What they would send goes nowhere."""
    context = ScriptRunContext(
        session_id=_NAME,
        _enqueue=lambda _: None,
        query_string=query,
        session_state=SafeSessionState(SessionState(), lambda: None),
        uploaded_file_mgr=MemoryUploadedFileManager(""),
        main_script_path="",
        user_info={},
        fragment_storage=MemoryFragmentStorage(),
        pages_manager=PagesManager(""),
    )
    context.reset(query_string=query, context_info=ContextInfo(timezone=zone))
    with context.session_state.query_params() as params:
        params.populate_from_query_string(query)
    thread = current_thread()
    add_script_run_ctx(thread, context)
    try:
        yield
    finally:
        delattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME)
