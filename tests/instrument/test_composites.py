"""Composites are checked where they are declared, and stand among the questions of their instrument."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.errors import InstrumentError
from pipeline.instrument import Instrument, load_instrument
from pipeline.instrument.composite_question import CompositeQuestion

QUESTIONS = [
    {"name": "a", "type": "single", "wording": {"fr": "Impôts ?", "en": "Taxes?"},
     "codes": {1: {"fr": "oui", "en": "yes"}, 2: {"fr": "non"}}},
    {"name": "b", "type": "single", "wording": {"fr": "État civil ?"}, "codes": {1: {"fr": "oui"}, 2: {"fr": "non"}},
     "waves": {"2003": {"wording": {"fr": "Papiers ?"}}}},
    {"name": "w", "type": "multiple", "wording": {"fr": "Souhaits"},
     "items": [{"name": "x", "label": {"fr": "X"}}, {"name": "y", "label": {"fr": "Y"}, "waves": ["2006"]}]},
]  # fmt: skip


def label() -> dict[str, str]:
    """Return a label of its own: one that stands twice would be written as an alias."""
    return {"fr": "Démarche en ligne", "en": "Online procedure"}


def loaded(folder: Path, *composites: dict[str, Any]) -> Instrument:
    content = {"name": "i", "title": {"fr": "i"}, "questions": QUESTIONS, "composites": list(composites)}
    path = folder / "i.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return load_instrument(path)


def test_a_composite_says_in_each_language_how_it_is_made(tmp_path: Path) -> None:
    q = loaded(tmp_path, {"name": "online", "label": label(), "any_of": ["a", "b"], "codes": [1]}).question("online")
    assert isinstance(q, CompositeQuestion)
    assert (
        q.wording.fr == "Variable calculée : au moins une de ces réponses. « Impôts ? » : oui ; « État civil ? » : oui"
    )
    assert q.wording.en == "Computed variable: at least one of these answers. “Taxes?”: yes; “État civil ?”: oui"
    assert (q.title("fr"), q.title("en")) == ("Démarche en ligne", "Online procedure")


def test_waves_compare_where_those_of_every_part_do(tmp_path: Path) -> None:
    either = {"name": "online", "label": label(), "any_of": ["a", "b"], "codes": [1]}
    alone = {"name": "alone", "label": label(), "any_of": ["a"], "codes": [1]}
    boxes = {"name": "boxes", "label": label(), "any_of": ["w.x", "w.y"]}
    i = loaded(tmp_path, either, alone, boxes)
    compared = {n: i.question(n).comparable("2003", "2006") for n in ("online", "alone", "boxes")}  # type: ignore[union-attr]
    assert compared == {"online": False, "alone": True, "boxes": False}
    assert [i.question("boxes").asked(w) for w in ("2003", "2006")] == [False, True]  # type: ignore[union-attr]


def test_a_composite_may_use_an_earlier_one(tmp_path: Path) -> None:
    first = {"name": "online", "label": label(), "any_of": ["a", "b"], "codes": [1]}
    second = {"name": "both", "label": label(), "all_of": [{"question": "online", "codes": ["yes"]}, "w.x"]}
    assert loaded(tmp_path, first, second).question("both") is not None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({}, "exactly one of any_of, all_of, count_of"),
        ({"any_of": ["a"], "all_of": ["b"], "codes": [1]}, "exactly one of"),
        ({"count_of": ["a", "b"], "codes": [1]}, "`at_least` goes with `count_of`"),
        ({"count_of": ["a", "b"], "codes": [1], "at_least": 3}, "asks for 3 of 2 parts"),
        ({"any_of": ["a", "nothing"], "codes": [1]}, "unknown question 'nothing'"),
        ({"any_of": ["a"], "codes": [7]}, "'a' has no answer 7"),
        ({"any_of": ["w.z"]}, "'w' has no answer 'z'"),
        ({"any_of": ["w"]}, "say which answers to 'w' count|needs codes"),
        ({"name": "a", "any_of": ["b"], "codes": [1]}, "named like another column"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_file_and_the_line(
    tmp_path: Path, rule: dict[str, Any], words: str
) -> None:
    with pytest.raises(InstrumentError, match=words) as fault:
        loaded(tmp_path, {"name": "online", "label": label(), **rule})
    assert "i.yaml:" in str(fault.value)
