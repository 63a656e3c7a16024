"""Files of words are YAML held tight: its pitfalls are refused with file and line."""

from pathlib import Path

import pytest

from pipeline.errors import WordsError
from pipeline.wording import words


@pytest.mark.parametrize(
    ("content", "problem", "line"),
    [
        ('a: "x"\na: "y"\n', "stands twice", 2),
        ('level:\n  no: "x"\n', "yes or no", 2),
        ('level:\n  on: "x"\n', "yes or no", 2),
        ("level:\n  rise: la part augmente\n", "without quotes", 2),
        ("level:\n  rise: la part : elle augmente\n", "no YAML", 2),
        ('level: ["a", "b"]\n', "mapping of names", 1),
        ('level:\n  rise: "a [b"\n', "left open", 2),
    ],
)
def test_pitfalls_are_refused_where_they_stand(tmp_path: Path, content: str, problem: str, line: int) -> None:
    (tmp_path / "demand").mkdir()
    path = tmp_path / "demand" / "words.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(WordsError, match=problem) as refused:
        words.load(tmp_path, "fr", ["demand"], None, {})
    assert str(refused.value.where) == f"{path}:{line}"


def test_an_evaluation_says_a_text_its_own_way(tmp_path: Path) -> None:
    shared, own = tmp_path / "reports", tmp_path / "words"
    (shared / "demand").mkdir(parents=True)
    own.mkdir()
    (shared / "demand" / "words.yaml").write_text('level: {rise: "A", fall: "B"}\n', encoding="utf-8")
    (own / "demand.yaml").write_text('level: {rise: "C"}\n', encoding="utf-8")
    read = words.load(shared, "fr", ["demand"], own, {})
    assert {k: e.text for k, e in read.texts.items()} == {"demand.level.rise": "C", "demand.level.fall": "B"}


def test_an_own_text_wins_whether_or_not_either_has_variants(tmp_path: Path) -> None:
    shared, own = tmp_path / "reports", tmp_path / "words"
    (shared / "demand").mkdir(parents=True)
    own.mkdir()
    content = 'level: {rise: "A", fall: {say: "B", title: "T"}}\n'
    (shared / "demand" / "words.yaml").write_text(content, encoding="utf-8")
    (own / "demand.yaml").write_text('level: {rise: {say: "C"}, fall: "D"}\n', encoding="utf-8")
    read = words.load(shared, "fr", ["demand"], own, {})
    said = [read.find(f"demand.level.{verdict}") for verdict in ("rise", "fall")]
    assert [entry.text for entry in said if entry] == ["C", "D"]


def test_a_text_may_be_folded_over_lines(tmp_path: Path) -> None:
    (tmp_path / "demand").mkdir()
    (tmp_path / "demand" / "words.yaml").write_text("level:\n  rise: >-\n    la part\n    augmente\n", encoding="utf-8")
    assert words.load(tmp_path, "fr", ["demand"], None, {}).texts["demand.level.rise"].text == "la part augmente"


def test_the_vocabulary_of_an_evaluation_takes_the_place_of_the_common_one(tmp_path: Path) -> None:
    (tmp_path / "_common.yaml").write_text(
        'vocabulary:\n  person: {one: "usager", many: "usagers", gender: m}\n', encoding="utf-8"
    )
    read = words.load(tmp_path, "fr", [], None, {"person": {"one": "stagiaire", "many": "stagiaires", "gender": "f"}})
    assert (read.vocabulary["person"].one, read.vocabulary["person"].gender) == ("stagiaire", "f")


def test_a_noun_lacks_no_form(tmp_path: Path) -> None:
    (tmp_path / "_common.yaml").write_text('vocabulary:\n  person: {one: "usager"}\n', encoding="utf-8")
    with pytest.raises(WordsError, match="declared with its forms"):
        words.load(tmp_path, "fr", [], None, {})
