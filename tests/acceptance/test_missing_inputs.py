"""What was not asked is said so: an evaluation without a question or an item has no empty figure."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.edited_site import edit, no_empty_figure, published

#: What stands for the answer to a question whose analyses, or some of them, are not in the plan.
NOT_STUDIED = re.compile("(Cette question|Une partie de la question) n’est pas étudiée dans cette édition.")


def without(content: dict[str, Any], questions: Iterable[str]) -> None:
    content["plan"] = [entry for entry in content["plan"] if entry["question"] not in questions]
    for question in content["questions"]:
        named = {name.partition(".")[0] for case in question.get("verdicts", ()) for name in case.get("when", ())}
        if named & set(questions):
            del question["verdicts"]


@pytest.mark.slow
@pytest.mark.parametrize("gone", [("profile", "spaces"), ("demand", "attendance"), ("satisfaction", "response")])
def test_questions_out_of_the_plan_are_said_and_leave_no_figure(project: Path, gone: tuple[str, str]) -> None:
    edit(project, "evaluation.yaml", lambda content: without(content, gone))
    site = published(project)
    no_empty_figure(site)
    # the commissioner asked nothing that the account of the response answers
    asked = {"profile", "spaces", "demand", "attendance", "satisfaction"} & set(gone)
    assert len(NOT_STUDIED.findall(site.text("report.html"))) >= len(asked)
    drawn = json.loads((site.drawn / "figures.json").read_text(encoding="utf-8"))
    shown = {i.partition(".")[0] for name, record in drawn.items() if name != "absent" for i in record["result_ids"]}
    assert shown
    assert shown.isdisjoint(gone)


@pytest.mark.slow
def test_an_item_that_a_wave_did_not_ask_and_a_year_without_all_its_months_are_said(project: Path) -> None:
    def not_asked(content: dict[str, Any]) -> None:
        question = next(q for q in content["questions"] if q["name"] == "sat_workshops")
        question.setdefault("waves", {})["2003"] = {"asked": False}

    edit(project, "users.yaml", not_asked)
    path = project / "data" / "raw" / "miniature" / "attendance.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "2006-12" not in line]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), encoding="utf-8")
    site = published(project)
    no_empty_figure(site)
    assert "La question n’était pas posée en 2003 à l’égard des ateliers." in site.text("report.html")
    # without all its months a year has no rate
    assert "relevés des douze mois de l’année" in site.text("report.html")
