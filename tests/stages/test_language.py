"""What figures say is of the words of the evaluation's languages; figures are drawn again when it changes."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from pipeline.evaluation import load
from pipeline.stages.language import figure_digest, figures_of, kind_labels

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "surveys" / "miniature", tmp_path / "surveys" / "miniature")
    shutil.copytree(ROOT / "reports", tmp_path / "reports", ignore=shutil.ignore_patterns("_site", ".quarto"))
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_labels_and_figures_are_made_again_for_a_text_of_theirs_and_for_no_other_sentence(project: Path) -> None:
    evaluation = load("miniature", project)
    settings = evaluation.settings.model_copy(update={"plan": evaluation.settings.plan[:1]})
    evaluation = dataclasses.replace(evaluation, settings=settings)
    first = figure_digest(evaluation)
    change(project / "reports" / "fr" / "_common.yaml", "Rien ne peut", "Plus rien ne peut")
    assert figure_digest(evaluation) == first
    texts = [
        ("_figures.yaml", "Évolution, en points", "Variation, en points"),
        ("_labels.yaml", "relevés manquants estimés", "relevés complétés"),
        ("_lexicon.yaml", "Visites", "Passages"),
    ]
    for name, old, new in texts:
        change(project / "reports" / "fr" / name, old, new)
        assert figure_digest(evaluation) != first
        first = figure_digest(evaluation)


def test_texts_of_kinds_speak_of_the_programme_s_own_nouns_with_a_capital_where_they_head_a_column(
    project: Path,
) -> None:
    own = project / "surveys" / "miniature" / "evaluation.yaml"
    nouns = 'vocabulary:\n  place: {fr: {one: "médiathèque", many: "médiathèques", gender: f}}\n'
    own.write_text(own.read_text(encoding="utf-8").replace("vocabulary:\n", nouns), encoding="utf-8")
    labels = kind_labels(load("miniature", project))
    assert labels["figures:money-unit-costs-table.spaces"]["fr"] == "Médiathèques"
    assert labels["figures:class-marks-table.whole"]["fr"] == "Toutes les médiathèques"
    assert labels["figures:white-areas-table.distance"]["fr"] == "Distance à la médiathèque la plus proche (km)"
    assert labels["figures:response-table.people"]["fr"].startswith("médiathèques tirées et personnes")
    assert labels["figures:money-unit-costs-table.note"]["fr"].startswith(
        "«\u00a0Médiathèques\u00a0»\u00a0: celles qui"
    )
    assert labels["figures:reading.share"]["fr"].endswith("{value} des {who}[ ({interval})].")


def test_figures_of_an_entry_are_about_the_people_of_its_survey(project: Path) -> None:
    evaluation = load("miniature", project)
    plan = [e for e in evaluation.settings.plan if e.question in ("satisfaction", "profile")]
    first = evaluation.sources("survey")[0]
    volunteers = first.model_copy(update={"design": None, "by": "volunteer", "sampled": "person", "visits": None})
    assert (first.units, volunteers.units) == ("users", "respondents")
    populations = {}
    for source in (first, volunteers):
        settings = evaluation.settings.model_copy(update={"plan": plan, "sources": [source]})
        entries = figures_of(dataclasses.replace(evaluation, settings=settings), "fr")
        populations[source.units] = {e.name: e.settings for e in entries}
    users, respondents = populations.values()
    assert {
        name: s.get("population", s.get("populations")) for name, s in respondents.items() if "columns" not in s
    } == {
        "profile-ages": ("respondents", "visits"),
        "profile-table": ("respondents", "visits"),
        "satisfaction-by-item": "respondents",
        "satisfaction-answers": "respondents",
        "satisfaction-changes": "respondents",
    }
    assert not any("population" in s or "populations" in s for s in users.values())
    drivers = respondents["satisfaction-drivers"]["columns"]
    assert {c["population"] for c in drivers} == {"respondents"}
    spaces = respondents["satisfaction-between-spaces"]["columns"]
    assert {c["population"] for c in spaces} == {"spaces"}
