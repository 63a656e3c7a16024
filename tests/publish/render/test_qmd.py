"""Reading documents: lines keep their numbers, what is broken names its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.publish.render import qmd
from tests.publish.render import project


def write(folder: Path, text: str, name: str = "essai.qmd") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_line_says_where_it_stands(tmp_path: Path) -> None:
    text = project.HEAD + project.BODY
    lines, document = text.splitlines(), qmd.read(write(tmp_path, text))
    for i, line in enumerate(document.lines):
        assert lines[int(document.where(i).rpartition(":")[2]) - 1] == line


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("---\ntitle: x\n", 1, "does not end"),
        ("---\ntitle: [x\n---\n", 2, "cannot be read"),
        ("---\n- x\n---\n", 2, "keys and values"),
        ("texte\n\n```{python}\n1\n", 3, "does not end"),
    ],
)
def test_what_is_broken_names_its_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(PublishError, match=problem) as caught:
        list(qmd.prose(qmd.read(path)))
    assert caught.value.where == f"{path}:{line}"
