"""What was not asked is said so: an evaluation without a question or an item has no empty figure."""

import dataclasses
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import html

from tests.acceptance.conftest import pipeline

NAME = "miniature"
NOT_STUDIED = "Cette question n’est pas étudiée dans cette édition."


@dataclasses.dataclass(frozen=True)
class Site:
    """A built site: the text of its pages, and what was drawn for the region."""

    folder: Path
    drawn: Path

    def text(self, page: str) -> str:
        """Return the text of a page, spaces as one blank."""
        tree = html.parse(str(self.folder / page)).getroot()
        return re.sub(r"\s+", " ", tree.text_content())

    def figures(self, page: str) -> list[Any]:
        """Return the figures of a page."""
        return list(html.parse(str(self.folder / page)).getroot().xpath("//figure | //table"))


def edit(project: Path, file: str, change: Any) -> None:
    """Change the content of a YAML file of the evaluation."""
    path = project / "surveys" / NAME / file
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def published(project: Path) -> Site:
    """Publish the evaluation and return its site."""
    run = pipeline(project, "report", NAME, "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    return Site(project / "reports" / "_site" / NAME, project / "build" / NAME / "draw" / "fr" / "region")


def no_empty_figure(site: Site) -> None:
    """Hold that every figure and table of the report has content, and nothing is printed as missing."""
    for page in ("report.html", "brief.html", "methods.html", "index.html"):
        for figure in site.figures(page):
            assert figure.xpath(".//td | .//svg | .//img"), f"{page}: {figure.get('id')} is empty"
        assert not re.search(r"\b(nan|None|NaN)\b", site.text(page)), page


def without(content: dict[str, Any], questions: Iterable[str]) -> None:
    content["plan"] = [entry for entry in content["plan"] if entry["question"] not in questions]


@pytest.mark.slow
@pytest.mark.parametrize("question", ["profile", "demand", "satisfaction", "attendance", "spaces", "response"])
def test_a_question_out_of_the_plan_is_said_and_leaves_no_figure(project: Path, question: str) -> None:
    edit(project, "evaluation.yaml", lambda content: without(content, [question]))
    site = published(project)
    no_empty_figure(site)
    if question != "response":
        assert NOT_STUDIED in site.text("report.html")
    drawn = json.loads((site.drawn / "figures.json").read_text(encoding="utf-8"))
    assert not any(
        identifier.startswith(f"{question}.")
        for name, record in drawn.items()
        if name != "absent"
        for identifier in record["result_ids"]
    )


@pytest.mark.slow
def test_an_item_that_a_wave_did_not_ask_is_said_with_the_wave(project: Path) -> None:
    def not_asked(content: dict[str, Any]) -> None:
        question = next(q for q in content["questions"] if q["name"] == "sat_workshops")
        question.setdefault("waves", {})["2003"] = {"asked": False}

    edit(project, "users.yaml", not_asked)
    site = published(project)
    no_empty_figure(site)
    assert "des ateliers. Question non posée en 2003." in site.text("report.html")
