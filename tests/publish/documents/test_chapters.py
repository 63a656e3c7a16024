"""A document takes the chapters of the planned questions and of the evaluation itself, in their declared order."""

from __future__ import annotations

from pathlib import Path

from pipeline.publish.documents.chapters import Planned, assemble
from tests.publish.documents.made_up import PLAN, write


def own(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.qmd").write_text(text, encoding="utf-8")
    return folder


def test_the_evaluations_own_chapters_stand_among_those_of_questions(tmp_path: Path) -> None:
    document = write(tmp_path / "fr", "{{< chapters report >}}", report="De la demande.")
    mine = own(
        tmp_path / "chapters",
        policy="---\ndocument: report\norder: 0\n---\n\nLa politique.\n",
        limits="---\ndocument: [report, brief]\norder: 9\n---\n\nLes limites.\n",
        other="---\ndocument: brief\n---\n\nAilleurs.\n",
    )
    texts = [line.text for line in assemble(document, PLAN[:1], mine).lines if line.text]
    assert texts == ["La politique.", "De la demande.", "Les limites."]


def test_a_line_of_an_own_chapter_is_told_where_its_author_wrote_it(tmp_path: Path) -> None:
    document = write(tmp_path / "fr", "{{< chapters report >}}")
    mine = own(tmp_path / "chapters", policy="---\ndocument: report\n---\n\nLa politique.\n")
    (line,) = [line for line in assemble(document, (), mine).lines if line.text]
    assert line.where == f"{mine / 'policy.qmd'}:5"


def test_an_evaluation_without_chapters_of_its_own_has_none(tmp_path: Path) -> None:
    document = write(tmp_path / "fr", "{{< chapters report >}}", report="De la demande.")
    assert assemble(document, PLAN[:1], tmp_path / "absent") == assemble(document, PLAN[:1])


def test_parts_stand_in_the_order_of_the_document(tmp_path: Path) -> None:
    document = write(tmp_path / "fr", "{{< chapters report >}}", report="De la demande.")
    document.write_text("---\nparts: [policy, needs]\n---\n\n{{< chapters report >}}\n", encoding="utf-8")
    chapter = document.parent / "demand" / "report.qmd"
    chapter.write_text("---\npart: needs\norder: 1\n---\n\nDe la demande.\n", encoding="utf-8")
    mine = own(
        tmp_path / "chapters",
        last="---\ndocument: report\npart: annex\norder: 0\n---\n\nAnnexe.\n",
        policy="---\ndocument: report\npart: policy\norder: 9\n---\n\nLa politique.\n",
    )
    texts = [line.text for line in assemble(document, PLAN[:1], mine).lines if line.text]
    assert texts == ["La politique.", "De la demande.", "Annexe."]


def test_what_an_evaluation_asks_for_of_an_entry_ends_its_chapter_of_the_report(tmp_path: Path) -> None:
    path = write(tmp_path, "{{< chapters report >}}", report="Texte.")
    plan = (Planned("demand", "demand", ("own-table",)),)
    assert [line.text for line in assemble(path, plan).lines if line.text] == ["Texte.", "{{< show own-table >}}"]
