"""A page that is written is served on this machine alone, and loads again when it was rendered again."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.stages import preview
from pipeline.stages.loading import load_planned
from tests.acceptance.conftest import copy_project


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[preview.Shown, str]]:
    (tmp_path / "report.html").write_text("<body><p>Un texte.</p></body>", encoding="utf-8")
    shown = preview.Shown(tmp_path)
    with preview._served(shown, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield shown, f"http://{preview.LOOPBACK}:{server.server_port}"
        server.shutdown()


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return str(answer.read().decode())


def test_a_page_asks_whether_it_was_rendered_again(served: tuple[preview.Shown, str]) -> None:
    shown, address = served
    assert "Un texte." in read(f"{address}/report.html")
    assert "location.reload" in read(f"{address}/report.html")
    before = read(f"{address}/preview-version")
    shown.tell_again()
    assert read(f"{address}/preview-version") != before


def test_only_this_machine_is_served_and_a_taken_port_is_said(served: tuple[preview.Shown, str]) -> None:
    port = int(served[1].rpartition(":")[2])
    with pytest.raises(PublishError, match="the port is taken"):
        preview._served(served[0], port)


def test_words_chapters_and_declarations_are_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation = load_planned("miniature", copy_project(tmp_path))
    changes = [
        tmp_path / "reports/fr/demand/words.yaml",
        tmp_path / "reports/fr/report.qmd",
        tmp_path / "surveys/miniature/evaluation.yaml",
    ]
    pending = iter(changes)

    def edit(seconds: float) -> None:
        path = next(pending)
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    monkeypatch.setattr(preview.time, "sleep", edit)
    found = [name for names in preview._changes(evaluation, len(changes)) for name in names]
    assert found == [path.relative_to(tmp_path).as_posix() for path in changes]


def test_what_editors_write_beside_a_file_is_no_change_and_what_vanishes_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluation = load_planned("miniature", copy_project(tmp_path))
    folder = tmp_path / "reports/fr"

    def edit(seconds: float) -> None:
        for name in (".report.qmd.swp", "report.qmd~", "4913", "#report.qmd#", ".~lock.report.qmd#"):
            (folder / name).write_text("x", encoding="utf-8")
        (folder / "gone.qmd").symlink_to(folder / "nothing")

    monkeypatch.setattr(preview.time, "sleep", edit)
    assert list(preview._changes(evaluation, 1)) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (PublishError("a chapter is spoiled", where="report.qmd:3"), "report.qmd:3"),
        (PermissionError(13, "Permission denied", "words.yaml"), "(machine): words.yaml: Permission denied"),
        (KeyError("x"), "(internal error): KeyError"),
    ],
)
def test_a_mistake_is_told_whatever_it_is(fault: Exception, said: str) -> None:
    def render() -> None:
        raise fault

    assert said in preview._mistake(render)
    assert preview._mistake(lambda: None) == ""
