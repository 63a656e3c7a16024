"""A wave that is the same as an earlier one has its history, but for what it declares itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.errors import EvaluationError, InstrumentError
from pipeline.evaluation import load
from pipeline.instrument import Instrument, load_instrument
from tests.acceptance.conftest import copy_project


def single() -> dict[str, object]:
    """Return a question of its own: one that stands twice would be written as an alias."""
    return {"type": "single", "wording": {"fr": "?"}, "codes": {"yes": {"fr": "oui"}, "no": {"fr": "non"}}}


def loaded(folder: Path, own: dict[str, object], **same_as: str) -> Instrument:
    first = {"column": "OLD", "recode": {1: "yes", 2: "no"}}
    content = {
        "name": "i",
        "title": {"fr": "i"},
        "questions": [
            {"name": "a", **single(), "waves": {"V1": first, **own}},
            {"name": "b", **single()},
            {
                "name": "w",
                "type": "multiple",
                "wording": {"fr": "?"},
                "items": [{"name": "x", "label": {"fr": "X"}, "waves": ["V1"]}, {"name": "y", "label": {"fr": "Y"}}],
            },
        ],
    }
    path = folder / "i.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return load_instrument(path, same_as)


def test_columns_recodes_and_items_pass_on_and_on(tmp_path: Path) -> None:
    i = loaded(tmp_path, {}, V2="V1", V3="V2")
    a, w = i.question("a"), i.question("w")
    assert a is not None
    assert w is not None
    assert [list(a.columns(wave).values()) for wave in ("V1", "V2", "V3", "V4")] == [["OLD"], ["OLD"], ["OLD"], ["a"]]
    assert a.history("V3").recode == {1: "yes", 2: "no"}
    assert [[item.name for item in w.offered(wave)] for wave in ("V3", "V4")] == [["x", "y"], ["y"]]


def test_what_a_wave_declares_is_laid_over(tmp_path: Path) -> None:
    a = loaded(tmp_path, {"V2": {"column": "NEW", "recode": {3: "no"}}}, V2="V1").question("a")
    assert a is not None
    assert a.history("V2").column == "NEW"
    assert a.history("V2").recode == {1: "yes", 2: "no", 3: "no"}


def test_two_questions_of_one_column_are_refused_in_the_wave_that_inherits_it(tmp_path: Path) -> None:
    with pytest.raises(InstrumentError, match="received column 'b' twice in wave V2"):
        loaded(tmp_path, {"V2": {"column": "b"}}, V2="V1")


def test_a_wave_may_only_be_the_same_as_an_earlier_one(tmp_path: Path) -> None:
    copy_project(tmp_path)
    path = tmp_path / "surveys" / "miniature" / "evaluation.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('{name: "2003", field', '{name: "2003", same_as: "2006", field'), encoding="utf-8")
    with pytest.raises(EvaluationError, match="no earlier wave"):
        load("miniature", tmp_path)
