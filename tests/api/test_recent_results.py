"""Recent results: each is made once, and the oldest one goes first."""

from sqlalchemy import create_engine

from api.recent_results import RecentResults


def test_a_result_is_made_once_for_each_database_until_newer_ones_take_its_place() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    first, second = create_engine("sqlite://"), create_engine("sqlite://")
    recent = RecentResults[str](2)
    for engine, name in ((first, "a"), (first, "b"), (first, "a"), (second, "a")):
        assert recent.of(engine, name, lambda name=name: make(name)) == name  # type: ignore[misc]
    assert made == ["a", "b", "a"], "the other database makes its own"
    assert recent.of(first, "c", lambda: make("c")) == "c"
    assert recent.of(first, "b", lambda: make("b")) == "b"
    assert recent.of(first, "a", lambda: make("a")) == "a"
    assert made == ["a", "b", "a", "c", "a"], "the third result took the place of the oldest one"
