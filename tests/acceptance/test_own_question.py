"""A project adds a question from its own questions/ folder, and it stands wherever one of the package would."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from .conftest import Run, copy_project, pipeline

ANSWER = '''"""The share of users who have something at home, and how it moved."""

from pipeline.questions import estimates
from pipeline.questions.entry import Strict
from pipeline.questions.outcomes import Outcome, answers_of, one_of
from pipeline.questions.surveyed import asked_question, known_wave
from pipeline.results.measure import SHARE, SHIFT

MEASURES = (SHARE, SHIFT)


class Settings(Strict):
    """``asked``: the question; ``codes``: the answers that count; ``contrast``: two waves."""

    asked: str
    codes: tuple[str, ...]
    contrast: tuple[str, str]


def answer(context, entry):
    """Return the share by wave and by age, and its change."""
    settings = entry.checked(Settings)
    subject = estimates.persons(context, None)
    question = asked_question(entry, context.instrument(subject.source), settings.asked, "asked")
    values = one_of(subject.frame[question.name], settings.codes)
    base = {wave: "all" for wave in subject.waves}
    owned = [Outcome("owned", "share", "share", values, base, answers_of(question, settings.codes))]
    waves = known_wave(entry, subject.waves, settings.contrast, "contrast")
    levels = estimates.levels(entry, subject, owned) + estimates.levels(entry, subject, owned, ["age_band"])
    return levels + estimates.shifts(entry, subject, owned, waves)
'''

FOLDER = '''"""What users have at home."""

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

STATEMENTS = (
    StatementSpec("level", "level", Pick("owned", "share")),
    StatementSpec("change", "change", Pick("owned", "shift", at="change"), limit=20.0, of="whole"),
)
FIGURES = (FigureSpec("by-age", "levels", "level", {"indicator": "owned"}),)
'''

WORDS = {
    "fr": '''level:
  stated:
    say: "{wave:en}, {share:who} ont un bidule chez eux ({share:proof})."
    title: "Le bidule au domicile"
    alt: "Le bidule {wave:en}."
change:
  rise: "L'équipement en bidules a progressé {since:depuis} ({change})."
  fall: "L'équipement en bidules a reculé {since:depuis} ({change})."
  stable: "L'équipement en bidules est stable {since:depuis}."
  undetected: "Aucune évolution de l'équipement en bidules n'est décelée {since:depuis}."
  uncertain: "L'évolution de l'équipement en bidules reste incertaine."
figures:
  by-age: "Part des {persons} qui ont un bidule, par âge"
lexicon:
  indicators:
    owned: "Un bidule au domicile"
    owned:verb: "ont un bidule au domicile"
''',
    "en": '''level:
  stated:
    say: "{wave:in}, {share:who} have a gizmo at home ({share:proof})."
    title: "The gizmo at home"
    alt: "The gizmo {wave:in}."
change:
  rise: "Gizmos have spread {since:since} ({change})."
  fall: "Gizmos have receded {since:since} ({change})."
  stable: "Gizmos are stable {since:since}."
  undetected: "No change of gizmos is detected {since:since}."
  uncertain: "The change of gizmos remains uncertain."
figures:
  by-age: "Share of {persons} with a gizmo, by age"
lexicon:
  indicators:
    owned: "A gizmo at home"
    owned:verb: "have a gizmo at home"
''',
}  # fmt: skip
FRONT = "---\npart: publics\norder: 90\n---\n\n"
CHAPTERS = {
    "fr": ("## Le bidule {#sec-gizmo}", "**Le bidule.** Part estimée avec les poids de personne."),
    "en": ("## The gizmo {#sec-gizmo}", "**The gizmo.** A share estimated with person weights."),
}
ASKED = """  - id: gizmo
    fr: "Le bidule se répand-il ?"
    en: "Does the gizmo spread?"
    criterion: impact
    indicators: [gizmo.owned]
    statements:
      - {about: "gizmo.owned.shift/users/wave=2003..2006", margin: 3}
    verdicts:
      - {when: {gizmo.change: [rise]}, answer: spreads}
      - {else: open}
plan:
  - question: gizmo
    settings: {asked: home_computer, codes: ["yes"], contrast: ["2003", "2006"]}
"""
ANSWERS = {
    "fr": '\ngizmo:\n  spreads: "Oui, le bidule se répand."\n  open: "On ne sait pas."\n',
    "en": '\ngizmo:\n  spreads: "Yes, the gizmo spreads."\n  open: "It is not known."\n',
}
SPREAD = {"fr": "bidules a progressé depuis 2003", "en": "Gizmos have spread since 2003"}
ROOT_OF = {"fr": "", "en": "en/"}


def add_question(project: Path) -> None:
    """Write the question into the project's own folder, and ask it of the miniature, in two languages."""
    folder = project / "questions" / "gizmo"
    folder.mkdir(parents=True)
    (folder / "answer.py").write_text(ANSWER, encoding="utf-8")
    (folder / "__init__.py").write_text(FOLDER, encoding="utf-8")
    for lang, words in WORDS.items():
        own = project / "reports" / lang / "gizmo"
        own.mkdir()
        (own / "words.yaml").write_text(words, encoding="utf-8")
        head, method = CHAPTERS[lang]
        shown = "{{< say .level .change >}}\n\n{{< show .by-age >}}"
        (own / "report.qmd").write_text(f"{FRONT}{head}\n\n{shown}\n", encoding="utf-8")
        (own / "methods.qmd").write_text(f"{FRONT}{method}\n", encoding="utf-8")
        answers = project / "surveys" / "miniature" / "words" / lang / "answers.yaml"
        answers.write_text(answers.read_text(encoding="utf-8") + ANSWERS[lang], encoding="utf-8")
    path = project / "surveys" / "miniature" / "evaluation.yaml"
    text = path.read_text(encoding="utf-8").replace("languages: [fr]", "languages: [fr, en]")
    path.write_text(text.replace("plan:\n", ASKED, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_project(tmp_path_factory.mktemp("own"))
    add_question(folder)
    return folder


@pytest.fixture(scope="module")
def site(project: Path) -> Path:
    run = pipeline(project, "report", "miniature", "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    return project / "reports" / "_site" / "miniature"


@pytest.fixture(scope="module")
def check(project: Path, site: Path) -> Run:
    return pipeline(project, "check", "miniature")


def read(site: Path, lang: str, page: str) -> str:
    text = (site / f"{ROOT_OF[lang]}{page}.html").read_text(encoding="utf-8")
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_its_chapter_says_it_shows_it_and_tells_its_method(site: Path, lang: str) -> None:
    report = read(site, lang, "report")
    assert SPREAD[lang] in report
    assert 'id="sec-gizmo"' in report
    assert 'id="fig-gizmo-by-age"' in report
    assert CHAPTERS[lang][1].split("**")[-1].strip() in read(site, lang, "methods")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_its_finding_is_ranked_and_answers_what_was_asked(site: Path, lang: str) -> None:
    ranked = read(site, lang, "index").partition('id="sec-ranked"')[2].partition("</ul>")[0]
    assert SPREAD[lang] in ranked
    assert ANSWERS[lang].split('"')[1] in read(site, lang, "report")


def test_its_findings_are_data(site: Path) -> None:
    with (site / "data" / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {row["statement"]: row["verdict"] for row in csv.DictReader(file, delimiter=";")}
    assert found["gizmo.level@region=53"] == "stated"
    assert found["gizmo.change@region=53"] == "rise"


def test_its_numbers_are_in_the_annex_under_their_label(site: Path) -> None:
    text = (site / "data" / "results.csv").read_text(encoding="utf-8-sig")
    rows = [line.split(";") for line in text.splitlines() if line.startswith("gizmo.owned.share")]
    assert rows
    assert all(row[1].startswith("Un bidule au domicile, ") for row in rows)


def test_check_passes_and_finds_none_of_it_invisible(check: Run) -> None:
    assert check.code == 0, check.out + check.err
    assert "gizmo" not in check.out
