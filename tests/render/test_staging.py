"""Staged documents stand alone and say the same as the author's."""

from __future__ import annotations

from pathlib import Path

import project
import pytest
import yaml
from conftest import Rendered

from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.render import qmd
from pipeline.render.staging import Content, stage

VALUES = {"evaluation": 'a "b" \\ c', "territory": "03", "lang": "fr"}


def staged(evaluation: Evaluation, text: str, folder: Path, **changes: object) -> Path:
    source = evaluation.root / "reports" / "fr" / "autre.qmd"
    source.write_text(text, encoding="utf-8")
    return stage(source, folder / "autre", Content(VALUES, **changes)).path  # type: ignore[arg-type]


def test_parameters_are_written_as_quoted_strings(evaluation: Evaluation, tmp_path: Path) -> None:
    path = staged(evaluation, project.HEAD, tmp_path)
    cell = qmd.read(path).parameters
    assert cell is not None
    assert 'territory = "03"' in cell.source
    values: dict[str, object] = {}
    exec(cell.source, values)
    assert {k: values[k] for k in VALUES} == VALUES


def test_a_parameter_the_document_does_not_declare_is_refused(evaluation: Evaluation, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="declares no such parameter"):
        staged(evaluation, project.HEAD.replace('; lang = "fr"', ""), tmp_path)


@pytest.mark.parametrize("cell", ["territory = 1 + 1", "import os", "territory ="])
def test_a_cell_of_parameters_holds_plain_values_only(evaluation: Evaluation, tmp_path: Path, cell: str) -> None:
    with pytest.raises(PublishError, match="name = value"):
        staged(evaluation, project.HEAD.replace('territory = "region"; lang = "fr"', cell), tmp_path)


def test_a_document_without_parameters_is_refused(evaluation: Evaluation, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="tagged parameters"):
        staged(evaluation, "---\ntitle: x\n---\n\ntexte\n", tmp_path)


def test_the_staged_text_is_the_authors_but_for_spaces_and_parameters(rendered: Rendered) -> None:
    origin = (project.HEAD + project.BODY).split("---\n", 2)[2].splitlines()
    copy = rendered.staged.read_text(encoding="utf-8").split("---\n", 2)[2].splitlines()
    assert len(copy) == len(origin)
    spaces = str.maketrans({"\u202f": " ", "\u00a0": " "})
    different = [(a, b) for a, b in zip(origin, copy, strict=True) if a.translate(spaces) != b.translate(spaces)]
    assert [a for a, _ in different] == ['evaluation = "bretagne"', 'territory = "region"; lang = "fr"']


def test_the_staged_folder_holds_everything_the_document_names(rendered: Rendered) -> None:
    folder = rendered.staged.parent
    settings, _ = qmd.front_matter(rendered.staged.read_text(encoding="utf-8").splitlines(), rendered.staged)
    formats = settings["format"]
    named = [formats["html"]["css"], formats["html"]["template"], *settings["filters"]]
    named += [*formats["typst"]["template-partials"], "demand.svg"]
    assert [name for name in named if not (folder / name).is_file()] == []


def test_settings_of_the_folder_the_document_and_the_job_are_merged_in_this_order(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    head = project.HEAD.replace("toc: true", "toc-title: Plan\nformat: {html: {toc: false}}")
    path = staged(evaluation, head, tmp_path, settings={"title": "Titre du lot"})
    settings = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
    assert settings["title"] == "Titre du lot"
    assert settings["toc-title"] == "Plan"
    assert settings["crossref"]["tbl-title"] == "Tableau"
    assert settings["format"]["html"]["toc"] is False
    assert settings["format"]["html"]["css"] == "../theme/report.css"
    assert "project" not in settings


def test_a_format_asked_by_default_keeps_the_settings_of_the_folder(evaluation: Evaluation, tmp_path: Path) -> None:
    head = project.HEAD.replace("toc: true", "format: {html: default}")
    settings = yaml.safe_load(staged(evaluation, head, tmp_path).read_text(encoding="utf-8").split("---\n")[1])
    assert settings["format"]["html"]["css"] == "../theme/report.css"
