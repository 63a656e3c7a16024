"""Several documents at once: same bytes as one by one, progress told, the first fault raised with its place."""

from __future__ import annotations

import sys
from pathlib import Path

import project
import pytest

from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.render.publishing import Job, render_documents


def write(evaluation: Evaluation, name: str, text: str) -> Path:
    path = evaluation.root / "reports" / "fr" / f"{name}.qmd"
    path.write_text(project.HEAD + text, encoding="utf-8")
    return path


@pytest.mark.slow  # each worker is a fresh interpreter
def test_two_workers_give_the_bytes_of_one_and_tell_every_document(evaluation: Evaluation, tmp_path: Path) -> None:
    source = write(evaluation, "lot", project.BODY)

    def jobs(folder: Path) -> list[Job]:
        return [
            Job(f"lot-{i}", source, "region", {"pdf": folder / f"{i}.pdf"}, settings={"title": f"Lot {i}"})
            for i in range(4)
        ]

    told: list[str] = []
    render_documents(evaluation, "fr", jobs(tmp_path / "deux"), workers=2, progress=told.append)
    render_documents(evaluation, "fr", jobs(tmp_path / "un"), workers=1, folder=tmp_path / "staged")
    assert sorted(told) == [f"lot-{i}" for i in range(4)]
    for i in range(4):
        assert (tmp_path / "deux" / f"{i}.pdf").read_bytes() == (tmp_path / "un" / f"{i}.pdf").read_bytes()
    assert (tmp_path / "staged" / "lot-0" / "lot.qmd").is_file()


@pytest.mark.slow  # each worker is a fresh interpreter
def test_a_fault_in_a_worker_keeps_its_file_and_line(evaluation: Evaluation, tmp_path: Path) -> None:
    good, bad = write(evaluation, "bon", "\n## Un\n"), write(evaluation, "mauvais", "\n`{python} 1 / 0`\n")
    jobs = [Job(s.stem, s, "region", {"html": tmp_path / f"{s.stem}.html"}) for s in (good, bad)]
    with pytest.raises(PublishError, match="a cell failed") as caught:
        render_documents(evaluation, "fr", jobs, workers=2)
    assert caught.value.where == f"{bad}:{project.HEAD.count(chr(10)) + 2}"
    assert "ZeroDivisionError" in str(caught.value)


def test_unsupported_features_stop_before_anything_is_staged(evaluation: Evaluation, tmp_path: Path) -> None:
    source = write(evaluation, "video", "\n{{< video x.mp4 >}}\n")
    with pytest.raises(PublishError, match="shortcode 'video'"):
        render_documents(
            evaluation,
            "fr",
            [Job("video", source, "region", {"html": tmp_path / "x.html"})],
            folder=tmp_path / "staged",
        )
    assert not (tmp_path / "staged").exists()


def test_rendering_leaves_the_main_module_alone(evaluation: Evaluation, tmp_path: Path) -> None:
    before = sys.modules["__main__"]
    job = Job("bon", write(evaluation, "bon", "\n## Un\n"), "region", {"html": tmp_path / "bon.html"})
    render_documents(evaluation, "fr", [job], workers=1)
    assert sys.modules["__main__"] is before


def test_a_brief_of_750_words_with_a_figure_fits_two_pages(evaluation: Evaluation, tmp_path: Path) -> None:
    import pypdf

    figures = project.BODY.split("::: {.key-figures}")[1].split("::: {.callout-important")[0]
    words = " ".join(["La demande des usagers a augmenté partout sauf dans un pays."] * 11)
    sections = "".join(f"\n## Partie\n\n{words}\n" for _ in range(6))
    text = f"\n## Question\n\n::: {{.key-figures}}{figures}\n{sections}\n::: {{.callout-tip}}\nFin.\n:::\n"
    source = write(evaluation, "note", text)
    target = tmp_path / "note.pdf"
    settings = {"toc": False, "number-sections": False, "publication": {**project.PUBLICATION, "layout": "brief"}}
    job = Job("note", source, "region", {"pdf": target}, settings=settings)
    render_documents(evaluation, "fr", [job], workers=1)
    assert len(pypdf.PdfReader(target).pages) == 2
