"""What was kept is given back as it was, or not at all."""

from pathlib import Path

from pipeline.stages.cache import Cache


def kept(folder: Path) -> Cache:
    (folder / "made.csv").write_text("1;2", encoding="utf-8")
    cache = Cache(folder / "cache")
    cache.keep("a", {"table": folder / "made.csv", "note": "trois"})
    return cache


def test_files_and_texts_are_held_by_name(tmp_path: Path) -> None:
    held = kept(tmp_path).held("a")
    assert {name: path.read_text(encoding="utf-8") for name, path in held.items()} == {"table": "1;2", "note": "trois"}
    assert not kept(tmp_path).held("b")


def test_an_entry_with_a_spoiled_or_lost_file_is_not_held(tmp_path: Path) -> None:
    for spoil in (lambda path: path.write_text("1;3", encoding="utf-8"), Path.unlink):
        cache = kept(tmp_path)
        spoil(cache.held("a")["table"])
        assert not cache.held("a")


def test_what_was_neither_asked_for_nor_kept_goes(tmp_path: Path) -> None:
    kept(tmp_path)
    again = Cache(tmp_path / "cache")
    again.keep("b", {"note": "quatre"})
    again.drop_others()
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["b"]
