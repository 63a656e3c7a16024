"""Words and chapters of an evaluation are checked before anything is read; what is not planned asks for nothing."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from pipeline.errors import WordsError
from pipeline.evaluation import load
from pipeline.questions import discover
from pipeline.stages.proof import proof
from pipeline.stages.words import word_faults

ROOT = Path(__file__).parents[2]
EVALUATION, WORDS = "surveys/miniature/evaluation.yaml", "reports/{}/demand/words.yaml"
KINDS = "reports/{}/_figures.yaml"
REPORT, OWN = "reports/{}/demand/report.qmd", "surveys/miniature/words/en/answers.yaml"
SHIPPED = sorted(p.parent.name for p in (ROOT / "surveys").glob("*/evaluation.yaml"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project whose miniature is published in two languages."""
    shutil.copytree(ROOT / "surveys" / "miniature", tmp_path / "surveys" / "miniature")
    shutil.copytree(ROOT / "reports", tmp_path / "reports", ignore=shutil.ignore_patterns("_site", ".quarto"))
    change(tmp_path, "languages: [fr]", "languages: [fr, en]")
    return tmp_path


def change(project: Path, old: str, new: str, name: str = EVALUATION) -> None:
    path = project / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(project: Path) -> list[tuple[str, str]]:
    found = word_faults(load("miniature", project))
    return [(fault.problem, str(fault.where).removeprefix(f"{project}/")) for fault in found]


def test_what_ships_has_no_fault(project: Path) -> None:
    assert faults(project) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_every_evaluation_that_ships_has_words_and_documents_in_both_languages(name: str) -> None:
    evaluation = load(name, ROOT)
    settings = evaluation.settings.model_copy(update={"languages": ["fr", "en"]})
    assert list(map(str, word_faults(dataclasses.replace(evaluation, settings=settings)))) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "problem", "where"),
    [
        (WORDS.format("fr"), "{change:bound}", "{change:borne}", "no such form", "words.yaml:"),
        (
            REPORT.format("en"),
            "{{< say .services >}}",
            "{{< say .wishes >}}",
            "no such statement",
            "report.qmd:",
        ),
        (REPORT.format("fr"), "On appelle", "En 2004, on appelle", "a number is typed", "report.qmd:"),
        (WORDS.format("en"), "gap:\n", "gaps:\n", "nothing uses this text", "words.yaml:"),
        (
            "surveys/miniature/evaluation.yaml",
            "demand.change: [stable]}",
            "demand.chnage: [stable]}",
            "no such statement",
            "verdicts.2",
        ),
        (
            "surveys/miniature/evaluation.yaml",
            "demand.change: [stable]}",
            "demand.change: [up]}",
            "no such verdict",
            "verdicts.2",
        ),
        (
            "surveys/miniature/evaluation.yaml",
            "demand.change: [stable]}",
            "demand.by_age/60+: [some]}",
            "no such verdict",
            "verdicts.2",
        ),
        (
            "surveys/miniature/evaluation.yaml",
            "demand.change: [stable]}",
            "demand.change/60+: [rise]}",
            "no such statement",
            "verdicts.2",
        ),
        (OWN, "moved:", "mooved:", "an answer has no text", "answers.yaml"),
        (OWN, 'moved: "', 'moved: "{part} ', "names what its question does not give", "answers.yaml:"),
        (KINDS.format("fr"), "  signs:", "  sings:", "a text has no counterpart in en", "_figures.yaml:"),
        (KINDS.format("en"), "{signs}", "{names}", "names other values than in en", "_figures.yaml:"),
    ],
)
def test_each_fault_is_told_once_before_any_result(
    project: Path, name: str, old: str, new: str, problem: str, where: str
) -> None:
    change(project, old, new, name)
    found = faults(project)
    assert any(problem in told and where in place for told, place in found), found


def test_an_evaluation_rewords_what_kinds_of_figures_say_and_nothing_else(project: Path) -> None:
    own = project / "surveys" / "miniature" / "words" / "fr" / "_figures.yaml"
    own.write_text('map:\n  signs: "Signes de la carte : {signs}."\n', encoding="utf-8")
    assert faults(project) == []
    own.write_text('map:\n  sign: "Signes de la carte : {signs}."\n', encoding="utf-8")
    assert ("nothing uses this text", "surveys/miniature/words/fr/_figures.yaml:2") in faults(project)


def without_words(project: Path, question: str) -> None:
    """Delete the words and chapters of a question."""
    for lang in ("fr", "en"):
        shutil.rmtree(project / "reports" / lang / question)


#: Questions that the miniature asks and says something of.
PLANNED = sorted(
    {p.question for p in load("miniature", ROOT).settings.plan} & {n for n, q in discover(ROOT).items() if q.statements}
)


def test_a_plan_needs_no_words_of_the_questions_that_it_does_not_ask(project: Path) -> None:
    others = [name for name, q in discover(ROOT).items() if q.statements and name not in PLANNED]
    assert len(others) > 10
    for question in others:
        without_words(project, question)
    assert faults(project) == []


@pytest.mark.parametrize("question", PLANNED)
def test_a_plan_needs_the_words_of_the_questions_that_it_asks(project: Path, question: str) -> None:
    without_words(project, question)
    assert faults(project) != []


def test_the_proof_sheet_needs_no_result(project: Path) -> None:
    shutil.copytree(ROOT / "data" / "reference", project / "data" / "reference")
    lines = list(proof(load("miniature", project), ["en"]))
    assert lines[0] == "# en"
    assert "\ndemand.level.stated" in lines
    assert not (project / "build").exists()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_proof_sheet_of_every_evaluation_reads_to_its_end(name: str) -> None:
    evaluation = load(name, ROOT)
    lines = list(proof(evaluation))
    assert [line for line in lines if line.startswith("# ")] == [f"# {lang}" for lang in evaluation.settings.languages]
    assert sum(line.startswith("\n") for line in lines) > 50


def test_the_proof_sheet_is_of_languages_that_are_published(project: Path) -> None:
    with pytest.raises(WordsError, match="not published in this language") as refused:
        next(proof(load("miniature", project), ["de"]))
    assert refused.value.allowed == ["fr", "en"]


def test_the_proof_sheet_says_of_a_misspelt_value_what_may_be_named(project: Path) -> None:
    shutil.copytree(ROOT / "data" / "reference", project / "data" / "reference")
    path = project / "reports" / "en" / "demand" / "words.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{wave:in}", "{wafe:in}", 1), encoding="utf-8")
    with pytest.raises(WordsError, match="no value of that name exists here") as refused:
        list(proof(load("miniature", project), ["en"]))
    assert refused.value.found == "{wafe:in}"
    assert "wave" in refused.value.allowed
