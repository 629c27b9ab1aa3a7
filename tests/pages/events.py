"""Events of our components in tests of pages: what a viewer's click sends."""

import json

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest


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
