"""Instruments are read strictly, and every fault is told with its place."""

from pathlib import Path

import pytest

from pipeline.errors import InstrumentError
from pipeline.instrument import load_instrument

GOOD = """\
name: users
title: {fr: Usagers}
questions:
  - {name: age, type: number, wording: {fr: "Votre âge ?"}, column: Q1, role: age, range: [15, 99]}
  - name: home
    type: single
    wording: {fr: "Un ordinateur ?"}
    column: Q2
    codes: {1: {fr: oui}, 2: {fr: non}}
    missing: {9: refused}
  - name: net
    type: single
    wording: {fr: "Internet ?"}
    column: Q3
    codes: {1: {fr: oui}, 2: {fr: non}}
    asked_if: [{question: home, codes: [1]}]
    waves:
      "2006": {column: Q3B, recode: {A1: 1, A2: 2}}
  - name: wants
    type: multiple
    wording: {fr: "Quels services ?"}
    items:
      - {name: mail, label: {fr: courriel}, column: "Q4[1]"}
      - {name: blog, label: {fr: blog}, column: "Q4[2]", waves: ["2006"]}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "users.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_follow_the_history_of_each_wave(tmp_path: Path) -> None:
    instrument = load_instrument(written(tmp_path, GOOD))
    net, wants = instrument.question("net"), instrument.question("wants")
    assert net is not None
    assert wants is not None
    assert net.columns("2003") == {"net": "Q3"}
    assert net.columns("2006") == {"net": "Q3B"}
    assert wants.columns("2003") == {"wants_mail": "Q4[1]"}
    assert wants.columns("2006") == {"wants_mail": "Q4[1]", "wants_blog": "Q4[2]"}


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("column: Q2", "column: Q1"), None, ["received column 'Q1' twice", "'age'", "'home'"]),
        (("{fr: Usagers}", "{fr: Usagers, visites}"), 2, ["title.visites", "put between quotes"]),
        (("name: home", "name: age"), None, ["names the column 'age' twice"]),
        (("type: single\n    wording: {fr: \"Un", "type: choice\n    wording: {fr: \"Un"), 6, ["type", "choice"]),
        (("codes: {1: {fr: oui}, 2: {fr: non}}\n    missing", "codes: {oui: {fr: a}, yes: {fr: b}}\n    missing"), 9,
         ["quote it"]),
        (("question: home, codes", "question: house, codes"), None, ["unknown question 'house'"]),
        (("missing: {9: refused}", "missing: {1: refused}"), None, ["both as answers and as missing"]),
        (("range: [15, 99]", "range: [99, 15]"), 4, ["empty range"]),
        (("column: Q2\n", "column: Q2\n    colour: red\n"), 9, ["colour", "not known"]),
    ],
)  # fmt: skip
def test_each_fault_names_file_place_and_cause(
    tmp_path: Path, change: tuple[str, str], line: int | None, words: list[str]
) -> None:
    assert change[0] in GOOD
    path = written(tmp_path, GOOD.replace(*change, 1))
    with pytest.raises(InstrumentError) as fault:
        load_instrument(path)
    message = str(fault.value)
    assert "users.yaml" in message
    for word in words:
        assert word in message
    if line is not None:
        assert f"users.yaml:{line}:" in message


def test_a_key_that_stands_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("title: {fr: Usagers}", "title: {fr: Usagers}\nname: other"))
    with pytest.raises(InstrumentError, match="line 3: the key 'name' stands twice \\(first in line 1\\)"):
        load_instrument(path)


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("type: number", "type: nombre").replace("range: [15, 99]", "range: [15]")
    with pytest.raises(InstrumentError) as fault:
        load_instrument(written(tmp_path, text))
    assert "several keys are wrong" in str(fault.value)
    assert "nombre" in str(fault.value)
    assert "range" in str(fault.value)


def test_aliases_cannot_explode(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    with pytest.raises(InstrumentError, match="aliases"):
        load_instrument(written(tmp_path, bomb))


def test_a_file_in_another_encoding_is_located_by_line(tmp_path: Path) -> None:
    path = tmp_path / "users.yaml"
    path.write_bytes("name: users\ntitle: {fr: Équipé}\n".encode("cp1252"))
    with pytest.raises(InstrumentError, match=r"users\.yaml:2: the file is not UTF-8"):
        load_instrument(path)
