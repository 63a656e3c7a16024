"""The real Quarto is found, told what it needs, and its failures are said in its own last lines.

A small shell script stands in for the command: what is tested is how it is called, not Quarto.
"""

from __future__ import annotations

import sys
from pathlib import Path

import project
import pytest

from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.render import quarto
from pipeline.render.publishing import Job, render_documents

SCRIPT = """#!/bin/sh
if [ "$1" = "--version" ]; then echo {version}; exit 0; fi
echo "$PWD|$*|$QUARTO_PYTHON|$EVALUATION_PROJECT|$SOURCE_DATE_EPOCH" >> "{log}"
{body}
"""
WRITES = 'case "$4" in html) echo page > "${2%.qmd}.html";; typst) echo paper > "${2%.qmd}.pdf";; esac'


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str, version: str = "1.10.19") -> Path:
    command, log = folder / "quarto", folder / "log"
    script = SCRIPT.replace("{log}", str(log)).replace("{body}", body).replace("{version}", version)
    command.write_text(script, encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return log


def without_quarto(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(quarto.sys, "executable", str(folder / "python"))


def test_auto_takes_quarto_when_it_is_there_and_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, WRITES)
    assert quarto.choose_renderer("auto") == ("quarto", f"Quarto is installed: {tmp_path / 'quarto'} 1.10.19")
    assert quarto.choose_renderer("embedded") == ("embedded", "asked for")


def test_without_quarto_auto_is_embedded_and_asking_for_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_quarto(tmp_path, monkeypatch)
    assert quarto.choose_renderer("auto") == ("embedded", "Quarto is not installed")
    with pytest.raises(PublishError, match="make quarto"):
        quarto.choose_renderer("quarto")
    with pytest.raises(PublishError, match="no such renderer"):
        quarto.choose_renderer("word")


def test_an_old_quarto_is_left_alone_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, WRITES, version="1.8.25")
    assert quarto.choose_renderer("auto") == ("embedded", "Quarto 1.8.25 is older than 1.9")
    with pytest.raises(PublishError, match="too old"):
        quarto.choose_renderer("quarto")


def test_the_manifest_tells_the_renderer_with_its_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(quarto.made_by("embedded")) == {"name", "pypandoc-binary", "typst"}
    install(tmp_path, monkeypatch, WRITES)
    assert quarto.made_by("quarto") == {"name": "quarto", "quarto": "1.10.19"}


def test_quartos_errors_are_told_where_the_author_wrote(
    evaluation: Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = evaluation.root / "reports" / "fr" / "quarto.qmd"
    source.write_text(project.HEAD + "\n{{< bad >}}\n", encoding="utf-8")
    lines = source.read_text(encoding="utf-8").splitlines()
    staged = evaluation.stage("publish") / "fr" / "q" / "quarto.qmd"
    told = "$(grep -n bad quarto.qmd | cut -d: -f1)"
    install(tmp_path, monkeypatch, f'echo "ERROR in $PWD/quarto.qmd:{told}: no such shortcode" >&2; exit 1')
    with pytest.raises(PublishError) as caught:
        render_documents(
            evaluation, "fr", [Job("q", source, "region", {"html": tmp_path / "q.html"})], renderer="quarto"
        )
    assert caught.value.where == f"{source}:{lines.index('{{< bad >}}') + 1}"
    assert str(staged.parent) not in f"{caught.value.found} {caught.value.action}"


def test_quarto_runs_in_the_staged_folder_once_a_format(
    evaluation: Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = install(tmp_path, monkeypatch, WRITES)
    source = evaluation.root / "reports" / "fr" / "quarto.qmd"
    # a feature that only Quarto has does not stop it
    source.write_text(project.HEAD + "\n{{< video film.mp4 >}}\n", encoding="utf-8")
    outputs = {"html": tmp_path / "site" / "q.html", "pdf": tmp_path / "site" / "q.pdf"}
    (staged,) = render_documents(evaluation, "fr", [Job("q", source, "region", outputs)], renderer="quarto")
    assert outputs["html"].read_text() == "page\n"
    assert outputs["pdf"].read_text() == "paper\n"
    calls = [line.split("|") for line in log.read_text(encoding="utf-8").splitlines()]
    assert [c[1] for c in calls] == ["render quarto.qmd --to html", "render quarto.qmd --to typst"]
    # 31 December 2006, midnight UTC
    told = (str(staged.path.parent), sys.executable, str(evaluation.root), "1167523200")
    assert {(c[0], c[2], c[3], c[4]) for c in calls} == {told}


def test_quartos_failure_names_the_document_and_its_last_lines(
    evaluation: Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "echo 'ERROR: cell 3 failed' >&2; exit 1")
    source = evaluation.root / "reports" / "fr" / "quarto.qmd"
    source.write_text(project.HEAD, encoding="utf-8")
    job = Job("q", source, "region", {"html": tmp_path / "q.html"})
    with pytest.raises(PublishError, match="Quarto cannot render") as caught:
        render_documents(evaluation, "fr", [job], renderer="quarto")
    assert caught.value.where == str(source)
    assert "ERROR: cell 3 failed" in str(caught.value.found)


def test_a_quarto_that_writes_nothing_has_failed(
    evaluation: Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "exit 0")
    source = evaluation.root / "reports" / "fr" / "quarto.qmd"
    source.write_text(project.HEAD, encoding="utf-8")
    with pytest.raises(PublishError, match="Quarto cannot render"):
        render_documents(evaluation, "fr", [Job("q", source, "region", {"pdf": tmp_path / "q.pdf"})], renderer="quarto")
