"""Which texts a page asks for: directly, or through what was made once for several pages."""

from pipeline.wording.dependence import Watched, asking, content, once
from pipeline.wording.grammar import parse
from pipeline.wording.words import Entry


def texts(**said: str) -> dict[str, Entry]:
    return {key: Entry(text, parse(text, "here"), "here") for key, text in said.items()}


def test_what_was_made_once_has_been_asked_for_by_whoever_takes_it() -> None:
    watched = Watched(texts(a="one", b="two", c="three"))
    made: list[str] = []

    def inner() -> str:
        made.append("inner")
        return watched["a"].text

    shared = once(inner)
    block = once(lambda name: shared() + watched[name].text)
    for page in ("first", "second"):
        with asking() as asked:
            assert block("b") == "onetwo", page
        assert asked == {"a", "b"}, page
    with asking() as asked:
        block("c")
    assert asked == {"a", "c"}
    assert made == ["inner"]


def test_a_text_that_is_not_there_is_asked_for_too_and_looking_through_all_asks_for_all() -> None:
    said = texts(a="one", b="two")
    watched = Watched(said)
    with asking() as asked:
        assert watched.get("c") is None
        assert "a" in watched
    assert asked == {"a", "c"}
    now = {**said, **texts(b="other")}
    assert content(now, asked) == content(said, asked)
    assert content({**said, **texts(c="new")}, asked) != content(said, asked)
    with asking() as asked:
        assert list(watched) == ["a", "b"]
    assert content(now, asked) != content(said, asked)
