"""The tables that a page drew, as the browser gets them."""

import gzip
import json
import re
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from pages.components.payload import apart


def payloads_of(tested: AppTest, component: str = "table") -> list[dict[str, Any]]:
    """The data of each component of this kind on the page, in order."""
    protos = [element.proto for element in tested.get("bidi_component")]
    return [_unpacked(p.bytes) for p in protos if p.component_name == f"stillframe.{component}"]


def tables_of(tested: AppTest) -> list[pd.DataFrame]:
    """The cells of each table by column key: addresses where a cell leads on, else texts."""
    return [
        pd.DataFrame({c["key"]: c.get("links") or c.get("texts", []) for c in payload["columns"]})
        for payload in payloads_of(tested)
    ]


def _unpacked(payload: bytes) -> dict[str, Any]:
    _, data = apart(payload)
    text = gzip.decompress(data) if data[:1] == b"\x1f" else data
    content: dict[str, Any] = json.loads(text)
    return content


def tabs_of(tested: AppTest) -> list[str]:
    """The tabs of the orders page, each with its count, which a style adds."""
    groups: list[Any] = list(tested.get("button_group"))
    labels = next(list(group.options) for group in groups if group.key == "order_tabs")
    styles = "".join(element.proto.body for element in tested.get("html"))
    counts = dict(re.findall(r"order_tabs button:nth-of-type\((\d+)\) p::after { content: \"([^\"]*)\"", styles))
    return [f"{label}{counts.get(str(n), '')}" for n, label in enumerate(labels, 1)]
