"""The tables that a page drew, as the browser gets them."""

import json
import re
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from pages.components.payload import apart, unpacked


def payloads_of(tested: AppTest, component: str = "table") -> list[dict[str, Any]]:
    """The data of each component of this kind on the page, in order."""
    payloads: list[bytes] = []
    for proto in (element.proto for element in tested.get("bidi_component")):
        if proto.component_name == f"stillframe.{component}":
            payloads.append(proto.bytes)
        elif proto.component_name == "stillframe.sheet":
            payloads += [payload for folder, _, payload in _pieces(proto.bytes) if folder == component]
    return [_unpacked(payload) for payload in payloads]


def htmls_of(tested: AppTest) -> list[str]:
    """The HTML of a page, in its sheets first."""
    sheets = [e.proto for e in tested.get("bidi_component") if e.proto.component_name == "stillframe.sheet"]
    in_sheets = [item[1] for proto in sheets for item in _items(proto.bytes)[0] if item[0] == "html"]
    outside = [element.proto.body for element in tested.get("html") if element.proto.body]
    return [*in_sheets, *(html for bar in payloads_of(tested, "bar") for html in _texts_of_bar(bar)), *outside]


def _texts_of_bar(bar: dict[str, Any]) -> list[str]:
    """The words of the bar as the browser draws them."""
    badge = bar["badge"] or {"ages": {"lights": ""}, "refresh": None}
    refresh = badge["refresh"] or {"words": ""}
    return [badge["ages"]["lights"], refresh["words"], ">DEMO<" if bar["is_demo"] else ""]


def places_in(tested: AppTest) -> list[str]:
    """The places of a page that the stream may fill, in HTML and in components."""
    protos = [element.proto for element in tested.get("bidi_component")]
    sheets = [proto.bytes for proto in protos if proto.component_name == "stillframe.sheet"]
    payloads = [payload for data in sheets for _, _, payload in _pieces(data)] + [proto.bytes for proto in protos]
    heads = [apart(payload)[0] for payload in payloads]
    badges = [bar["badge"]["place"] for bar in payloads_of(tested, "bar") if bar["badge"]]
    inside = re.findall(r'data-live="([^"]+)"', "".join(htmls_of(tested)))
    return [*inside, *filter(None, badges), *(head[1:-1].decode() for head in heads if head)]


def bar_of(tested: AppTest) -> dict[str, Any]:
    """The content of the top bar."""
    return payloads_of(tested, "bar")[0]


def has_piece(data: bytes, key: str) -> bool:
    """True if a sheet has a component or a button with this key."""
    items, _ = _items(data)
    return any(f'data-key="{key}"' in item[1] if item[0] == "html" else key in item for item in items)


def sheet_of(tested: AppTest) -> bytes:
    """The first sheet of a page, as the browser gets it."""
    protos = [element.proto for element in tested.get("bidi_component")]
    return bytes(next(proto.bytes for proto in protos if proto.component_name == "stillframe.sheet"))


def contents_of(data: bytes) -> list[Any]:
    """The pieces of a sheet in order: HTML, boxes, and components with their data."""
    items, components = _items(data)[0], iter(_pieces(data))
    return [(*item[:3], _unpacked(next(components)[2])) if item[0] == "component" else item for item in items]


def _pieces(data: bytes) -> list[tuple[str, str, bytes]]:
    """The components of a sheet: folder, key and payload."""
    items, payloads = _items(data)
    pieces, at = [], 0
    for item in items:
        if item[0] == "component":
            pieces.append((item[1], item[2], payloads[at : at + item[3]]))
            at += item[3]
    return pieces


def _items(data: bytes) -> tuple[list[list[Any]], bytes]:
    length, _, rest = data.partition(b"\n")
    _, *items = json.loads(rest[: int(length)])
    return items, rest[int(length) :]


def tables_of(tested: AppTest) -> list[pd.DataFrame]:
    """The cells of each table by column key: addresses where a cell leads on, else texts."""
    return [
        pd.DataFrame({c["key"]: c.get("links") or c.get("texts", []) for c in payload["columns"]})
        for payload in payloads_of(tested)
    ]


def _unpacked(payload: bytes) -> dict[str, Any]:
    content: dict[str, Any] = unpacked(apart(payload)[1])
    return content


def tabs_of(tested: AppTest) -> list[str]:
    """The tabs of the orders page, each with its count."""
    return [text for _, text in control_of(tested, "tab")["options"]]


def controls_of(tested: AppTest) -> list[dict[str, Any]]:
    """All controls of the page."""
    return [control for payload in payloads_of(tested, "controls") for control in payload["controls"]]


def control_of(tested: AppTest, name: str) -> dict[str, Any]:
    """The control with this name."""
    return next(control for control in controls_of(tested) if control["name"] == name)


def notes_of(tested: AppTest) -> list[str]:
    """The words among the controls."""
    return [control["label"] for control in controls_of(tested) if control["kind"] == "note"]


def leads_of(tested: AppTest) -> list[str]:
    """The words of the lines that lead on."""
    return [lead["words"] for payload in payloads_of(tested, "leads") for lead in payload["leads"]]
