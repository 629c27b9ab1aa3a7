"""Events of our components in tests of pages: what a viewer's click sends."""

import json
from itertools import count

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import look_again
from tests.pages.drawn_tables import has_piece

# Events have growing numbers, as those of the browser.
_numbers = count(1)


def send(tested: AppTest, key: str, name: str, value: str = "") -> AppTest:
    """Let a component send an event, and run the page. Pieces of a sheet send it by the sheet."""
    components = [element.proto for element in tested.get("bidi_component")]
    for proto in components:
        if proto.component_name == "stillframe.sheet" and has_piece(proto.bytes, key):
            return trigger(tested, proto.id, "event", json.dumps([[next(_numbers), key, name, value]]))
    (shown,) = [proto for proto in components if proto.id.endswith(f"-{key}")]
    return trigger(tested, shown.id, name, value)


def choose(tested: AppTest, key: str, name: str, *values: str) -> AppTest:
    """Run the page once more with a choice in its controls, as the browser sends it."""
    look_again()
    return send(tested, key, "chosen", json.dumps([name, values]))


def trigger(tested: AppTest, component_id: str, event: str, value: str) -> AppTest:
    """Run the page with an event of a component."""
    states = tested._tree.get_widget_states()
    state = WidgetState(
        id=_make_trigger_id(component_id, "events"), json_trigger_value=json.dumps([{"event": event, "value": value}])
    )
    states.widgets.append(state)
    tested._run(widget_state=states)
    assert [e.value for e in tested.exception] == []
    return tested
