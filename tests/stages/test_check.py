"""The table of `check`: what came in, every reason with its number, an example and what to do, and what stops."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from pipeline.evaluation import Evaluation, load
from pipeline.stages.check import check
from pipeline.stages.progress import Progress
from tests.ingest.conftest import Make, codes, make, question  # noqa: F401

SILENT = Progress(say=lambda text: None)
ASKED: list[dict[str, Any]] = [
    question("id", "key", role="respondent"),
    question("sex", "single", codes=codes(1, 2)),
    question("age", "number", range=[15, 99]),
]
GOOD = "".join(f"{i};{1 + i % 2};{20 + i % 40}\n" for i in range(200))


#: Answers of whoever came, and a plan that they let one answer.
PLAIN: dict[str, Any] = {"source": {"sampled": "person", "by": "volunteer"}, "plan": [{"question": "response"}]}


def told(evaluation: Evaluation, width: int = 80, terminal: bool = False) -> tuple[bool, str]:
    out = io.StringIO()
    fit = check(evaluation, SILENT, Console(file=out, width=width, force_terminal=terminal, highlight=False))
    return fit, out.getvalue()


@pytest.fixture(autouse=True)
def documents(tmp_path: Path) -> None:
    """Give the project the documents of reports/."""
    (tmp_path / "reports").symlink_to(Path(__file__).parents[2] / "reports")


@pytest.fixture
def evaluation(make: Make) -> Evaluation:  # noqa: F811
    return make(ASKED, "id;sex;age\n" + GOOD + "900;1;120\n901;2;7\n5;1;30\n", **PLAIN)


def test_every_record_is_counted_and_every_reason_has_number_place_and_remedy(evaluation: Evaluation) -> None:
    fit, text = told(evaluation)
    assert fit
    assert re.search(r"users +2006 +203 +200 +3 +–", text)
    assert re.search(r"2 +value out of range", text)
    assert re.search(r"1 +record received", text)
    for words in ("users.csv line 202,", "correct the values", "Nothing blocks"):
        assert words in text, text


def test_its_tables_are_french_where_the_locale_is(evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    fit, text = told(evaluation)
    assert fit
    for words in ("Enregistrements reçus", "écartés", "users.csv ligne 202,", "corriger les valeurs", "Rien ne bloque"):
        assert words in text, text
    assert "what to do" not in text


def test_it_fits_eighty_columns_and_has_no_colour_where_it_is_piped(evaluation: Evaluation) -> None:
    _, text = told(evaluation)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert "\x1b" not in text
    assert "\x1b[" in told(evaluation, terminal=True)[1]


def test_a_blocked_source_shows_the_table_and_every_reason_to_stop(make: Make) -> None:  # noqa: F811
    bad = "id;sex;age\n" + "".join(f"{i};7;{'x' if i < 50 else 30}\n" for i in range(100))
    more = {
        "others": ({"kind": "survey", "files": {"2006": {"path": "o.csv"}}}, ASKED, None),
        "rest": ({"kind": "survey", "files": {"2006": {"path": "r.csv"}}}, ASKED, "id;sex;age\n" + GOOD),
    }
    fit, text = told(make(ASKED, bad, more=more, **PLAIN))
    assert not fit
    assert re.search(r"users +2006 +100 +– +100", text)
    assert re.search(r"others +not read", text)
    assert re.search(r"rest +2006 +200 +200", text)
    assert "3 things stop the evaluation" in text
    # lines break where the path of the project leaves room, and a long path anywhere
    said = "".join(text.split())
    for words in ("o.csv", "the received file is missing", "50 of 100 records", "100 of 100 records", "allowed: 1, 2"):
        assert "".join(words.split()) in said, text
    assert text.count("unknown_code'") == 1


@pytest.mark.slow
def test_the_command_ends_with_one_where_something_blocks_and_zero_elsewhere(
    make: Make,  # noqa: F811
    tmp_path: Path,
) -> None:
    for content, code in (("id;sex;age\n" + GOOD, 0), ("id;sex\n1;1\n", 1)):
        make(ASKED, content, **PLAIN)
        command = [sys.executable, "-m", "pipeline", "check", "essai", "--project", str(tmp_path)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=Path(__file__).parents[2])
        assert run.returncode == code, run.stdout + run.stderr
        assert ("1 thing stops the evaluation" in run.stdout) == bool(code)
        assert "Traceback" not in run.stdout + run.stderr


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"plan": [{"question": "astrology"}]}, ["plan.0.question", "no such question", "astrology", "demand"]),
    ({"plan": [{"question": "response", "settings": {"itms": []}}]}, ["plan.0.settings.itms", "not known", "items"]),
    ({"plan": [{"question": "profile", "settings": {"variables": 3}}]}, ["plan.0.settings.variables", "valid list"]),
    ({"plan": [{"question": "profile", "settings": {"variables": ["hair"]}}]}, ["variables.0", "hair", "sex"]),
    (
        {
            "plan": [
                {
                    "question": "prevalence",
                    "settings": {"indicators": [{"name": "a", "question": "sex", "codes": [9]}], "by": []},
                }
            ]
        },
        ["plan.0.settings.indicators.0.codes", "9", "1, 2"],
    ),
    (
        {"plan": [{"question": "profile", "settings": {"variables": ["sex"], "contrast": ["2003", "2006"]}}]},
        ["plan.0.settings.contrast", "2003", "2006"],
    ),
    ({"plan": [{"question": "attendance"}]}, ["plan.0", "attendance"]),
    ({"plan": [{"question": "spaces", "settings": {"dates": ["2006-12-31"]}}]}, ["plan.0", "sites"]),
    ({"plan": [{"question": "money", "settings": {"period": [2006, 2007]}}]}, ["plan.0", "costs"]),
    ({"plan": [{"question": "networks"}]}, ["plan.0", "network"]),
    ({"plan": [{"question": "workshops", "settings": {"years": [2006]}}]}, ["plan.0", "workshops"]),
    ({"plan": [{"question": "reach", "settings": {"dates": ["2006-12-31"]}}]}, ["plan.0", "official communes"]),
    ({"figures": [{"name": "x", "figure": "pie"}]}, ["figures", "pie", "levels"]),
    (
        {"figures": [{"name": "x", "figure": "levels", "settings": {"colour": 1}}]},
        ["figure x", "colour", "indicator"],
    ),
    ({"documents": [{"name": "report", "file": "essay.qmd"}]}, ["essay.qmd", "evaluation.yaml"]),
]


@pytest.mark.parametrize(("settings", "said"), WRONG)
def test_a_declaration_that_a_report_would_refuse_is_told_with_its_key_and_what_is_allowed(
    make: Make,  # noqa: F811
    settings: dict[str, Any],
    said: list[str],
) -> None:
    fit, text = told(make(ASKED, "id;sex;age\n" + GOOD, **{**PLAIN, **settings}))
    found = "".join(text.split())
    assert not fit
    assert [words for words in said if "".join(words.split()) not in found] == [], text
    assert "1 thing stops the evaluation" in text


def test_every_entry_of_the_plan_that_cannot_be_answered_is_told(make: Make) -> None:  # noqa: F811
    plan = [{"question": "profile", "id": name, "settings": {"variables": [name]}} for name in ("hair", "eyes")]
    fit, text = told(make(ASKED, "id;sex;age\n" + GOOD, **{**PLAIN, "plan": plan}))
    assert not fit
    assert "2 things stop the evaluation" in text
    assert "hair" in text
    assert "eyes" in text


def test_what_a_question_states_or_lists_is_held_against_the_results(make: Make) -> None:  # noqa: F811
    evaluation = make(ASKED, "id;sex;age\n" + GOOD, **PLAIN)
    path = evaluation.folder / "evaluation.yaml"
    statement = {"about": "response.rate.shift/respondents/wave=2003..2006", "margin": 1}
    asked = {"id": "q", "fr": "Q ?", "criterion": "impact", "indicators": ["response.rates"], "statements": [statement]}
    elsewhere = {**asked, "id": "r", "indicators": ["demand.elaborate"], "statements": []}
    content = {**yaml.safe_load(path.read_text(encoding="utf-8")), "questions": [asked, elsewhere]}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    fit, text = told(load(evaluation.name, evaluation.root))
    assert not fit
    assert "2 things stop the evaluation" in text
    for words in ("questions.0.indicators.0", "response.rates", "questions.0.statements.0.about", statement["about"]):
        assert words in "".join(text.split()), text
    assert "demand.elaborate" not in text, "a question outside the plan is not studied, and no mistake"
