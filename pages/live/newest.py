"""Newest: downloads of a live page hold the figures of the moment of the click, as the page shows them then."""

from collections.abc import Callable

from pages.shared.loaders import load_scene
from pages.shared.scene import Scene
from pages.shared.viewer import for_viewer


def of_newest(scene: Scene, make: Callable[[Scene], str]) -> Callable[[], str]:
    """`make` for the newest data of the view, called later and for this viewer."""
    return for_viewer(lambda: make(load_scene(scene.view)))
