"""The real Quarto is found, told what it needs, and its failures are said in its own last lines.

A small shell script stands in for the command: what is tested is how it is called, not Quarto.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.publish.render import quarto
from tests.publish.render import project

SCRIPT = """#!/bin/sh
if [ "$1" = "--version" ]; then echo {version}; exit 0; fi
echo "$PWD|$*|$QUARTO_PYTHON|$SOURCE_DATE_EPOCH" >> "{log}"
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
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = project.write(root, "quarto", "\n::: {.bad}\nTexte.\n:::\n")
    lines = source.read_text(encoding="utf-8").splitlines()
    staged = project.staged(root, source)
    told = "$(grep -n bad quarto.qmd | cut -d: -f1)"
    install(tmp_path, monkeypatch, f'echo "ERROR in $PWD/quarto.qmd:{told}: no such division" >&2; exit 1')
    with pytest.raises(PublishError) as caught:
        quarto.render(staged, {"html": tmp_path / "q.html"})
    assert caught.value.where == f"{source}:{lines.index('::: {.bad}') + 1}"
    assert str(staged.path.parent) not in f"{caught.value.found} {caught.value.action}"


def test_quarto_runs_in_the_staged_folder_once_a_format(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = install(tmp_path, monkeypatch, WRITES)
    # a researcher's own cell is Quarto's to run
    staged = project.staged(root, project.write(root, "quarto", "\n```{python}\n1 + 1\n```\n"))
    assert "```{python}" in staged.path.read_text(encoding="utf-8")
    outputs = {"html": tmp_path / "site" / "q.html", "pdf": tmp_path / "site" / "q.pdf"}
    quarto.render(staged, outputs)
    assert outputs["html"].read_text() == "page\n"
    assert outputs["pdf"].read_text() == "paper\n"
    calls = [line.split("|") for line in log.read_text(encoding="utf-8").splitlines()]
    assert [c[1] for c in calls] == ["render quarto.qmd --to html", "render quarto.qmd --to typst"]
    # 31 December 2006, midnight UTC
    told = (str(staged.path.parent), sys.executable, "1167523200")
    assert {(c[0], c[2], c[3]) for c in calls} == {told}


@pytest.mark.parametrize(
    ("body", "found"), [("echo 'ERROR: cell 3 failed' >&2; exit 1", "ERROR: cell 3 failed"), ("exit 0", "printed")]
)
def test_quartos_failure_names_the_document_and_its_last_lines(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, found: str
) -> None:
    install(tmp_path, monkeypatch, body)
    source = project.write(root, "quarto", "\nTexte.\n")
    with pytest.raises(PublishError, match="Quarto cannot render") as caught:
        quarto.render(project.staged(root, source), {"html": tmp_path / "q.html"})
    assert caught.value.where == str(source)
    assert found in str(caught.value.found)
