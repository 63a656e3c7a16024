"""Staged documents stand alone and say the same as the author's."""

from __future__ import annotations

from pathlib import Path

import yaml

from pipeline.publish.render import qmd
from pipeline.publish.render.staging import stage_theme
from tests.publish.render import project
from tests.publish.render.conftest import Rendered


def test_the_staged_text_is_the_authors_but_for_spaces(rendered: Rendered) -> None:
    origin = (project.HEAD + project.BODY).split("---\n", 2)[2].splitlines()
    copy = rendered.staged.read_text(encoding="utf-8").split("---\n", 2)[2].splitlines()
    spaces = str.maketrans({"\u202f": " ", "\u00a0": " ", "’": "'"})
    # a callout gets a division around it, which says what it is
    added = [line for line in copy if line == '::: {role="note"}']
    assert len(copy) == len(origin) + 2 * len(added)
    kept = [line.translate(spaces) for line in copy if line != ":::" and line not in added]
    assert kept == [line.translate(spaces) for line in origin if line != ":::"]


def test_the_staged_folder_holds_everything_the_document_names(rendered: Rendered) -> None:
    folder = rendered.staged.parent
    settings, _ = qmd.front_matter(rendered.staged.read_text(encoding="utf-8").splitlines(), rendered.staged)
    formats = settings["format"]
    named = [formats["html"]["css"], formats["html"]["template"], *settings["filters"]]
    named += [*formats["typst"]["template-partials"], "demand.svg"]
    assert [name for name in named if not (folder / name).is_file()] == []


def test_settings_of_the_folder_the_document_and_the_page_are_merged_in_this_order(root: Path) -> None:
    head = project.HEAD.replace("toc: true", "toc-title: Plan\nformat: {html: {toc: false}}")
    path = project.staged(root, project.write(root, "autre", "\nTexte.\n", head), {"title": "Titre du lot"}).path
    settings = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
    assert settings["title"] == "Titre du lot"
    assert settings["toc-title"] == "Plan"
    assert settings["crossref"]["tbl-title"] == "Tableau"
    assert settings["format"]["html"]["toc"] is False
    assert settings["format"]["html"]["css"] == "../theme/report.css"
    assert "project" not in settings


def test_a_format_asked_by_default_keeps_the_settings_of_the_folder(root: Path) -> None:
    head = project.HEAD.replace("toc: true", "format: {html: default}")
    path = project.staged(root, project.write(root, "defaut", "\nTexte.\n", head)).path
    settings = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
    assert settings["format"]["html"]["css"] == "../theme/report.css"


def test_the_theme_stands_whole_at_every_moment_while_another_language_is_staged(tmp_path: Path) -> None:
    theme, folder = tmp_path / "theme", tmp_path / "staged"
    (theme / "fonts").mkdir(parents=True)
    (theme / "report.html").write_text("one", encoding="utf-8")
    (theme / "fonts" / "a.ttf").write_bytes(b"a")
    stage_theme([theme], folder)
    opened = (folder / "theme" / "report.html").stat().st_ino
    stage_theme([theme], folder)
    # a file that is the same is not touched, and one that changed takes its place at once
    assert (folder / "theme" / "report.html").stat().st_ino == opened
    (theme / "report.html").write_text("two", encoding="utf-8")
    stage_theme([theme], folder)
    assert (folder / "theme" / "report.html").read_text(encoding="utf-8") == "two"
    assert sorted(p.name for p in (folder / "theme").rglob("*") if p.is_file()) == ["a.ttf", "report.html"]
