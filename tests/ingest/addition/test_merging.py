"""What files add: renamed columns found by their words, lists that continue, files that do not say what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.errors import PipelineError
from pipeline.evaluation import Evaluation
from pipeline.ingest.addition.merging import Addition, addition
from tests.ingest.conftest import Make, codes, question
from tests.ingest.conftest import make as make

QUESTIONS = [
    question("id", "key", role="respondent", unique=True),
    {**question("glad", "single", codes=codes("oui", "non")), "wording": {"fr": "Êtes-vous satisfait ?"}},
    question("age", "number"),
]
ANSWERS = "id;glad;age\n1;oui;20\n2;non;30\n"
COSTS = [
    question("year", "number", role="year"),
    question("amount", "number", role="amount"),
    question("nature", "text"),
]
PAID = "year;amount;nature\n2005;100;postes\n2006;200;postes\n"


@pytest.fixture
def evaluation(make: Make) -> Evaluation:
    costs = {"kind": "costs", "files": {"all": {"path": "costs.csv"}}}
    return make(QUESTIONS, ANSWERS, more={"costs": (costs, COSTS, PAID)})


def added(evaluation: Evaluation, folder: Path, wave: str | None = None, **files: str) -> Addition:
    given = []
    for name, text in files.items():
        path = folder / f"{name.replace('_', '-')}.csv"
        path.write_text(text, encoding="utf-8")
        given.append((None, path))
    return addition(evaluation, given, wave)


def test_a_column_headed_by_its_question_is_declared(evaluation: Evaluation, tmp_path: Path) -> None:
    made = added(evaluation, tmp_path, users_2007="id;Êtes-vous satisfait ?;age\n3;oui;40\n")
    asked = yaml.safe_load(made.after["users.yaml"])["questions"]
    assert asked[1]["waves"] == {"2007": {"column": "Êtes-vous satisfait ?"}}
    declared = yaml.safe_load(made.after["evaluation.yaml"])
    assert declared["waves"][-1]["name"] == "2007"
    assert declared["waves"][-1]["same_as"] == "2006"
    users = next(s for s in declared["sources"] if s["name"] == "users")
    assert users["files"]["2007"]["path"] == "users-2007.csv"


def test_a_column_that_nothing_is_like_is_refused_with_how_to_declare_it(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    with pytest.raises(PipelineError, match="lacks columns") as fault:
        added(evaluation, tmp_path, users_2007="id;age;plaisir\n3;40;oui\n")
    assert "'glad' (question 'glad')" in str(fault.value)
    assert "{column: NEW}" in str(fault.value)


def test_a_list_that_has_the_old_records_takes_the_place_of_the_old_file(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    whole = added(evaluation, tmp_path, costs_2007=f"{PAID}2007;300;postes\n")
    alone = added(evaluation, tmp_path, "2007", costs_of="year;amount;nature\n2007;300;postes\n")
    files = [
        next(s for s in yaml.safe_load(m.after["evaluation.yaml"])["sources"] if s["name"] == "costs")["files"]
        for m in (whole, alone)
    ]
    assert files[0] == {"all": {"path": "costs-2007.csv"}}
    assert files[1]["all"] == {"path": "costs.csv"}
    assert files[1]["2007"]["path"] == "costs-of.csv"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("other_2007", "a;b;c\n1;2;3\n", "not plain which source"),
        ("users_next", "id;glad;age\n3;oui;40\n", "do not say which wave"),
        ("users_2006", "id;glad;age\n3;oui;40\n", "has a file of wave '2006' already"),
    ],
)
def test_a_file_that_does_not_say_what_it_is_is_refused(
    evaluation: Evaluation, tmp_path: Path, name: str, text: str, words: str
) -> None:
    with pytest.raises(PipelineError, match=words):
        added(evaluation, tmp_path, **{name: text})
