"""Reading documents: blocks keep their lines, what is broken names its line."""

from __future__ import annotations

from pathlib import Path

import project
import pytest

from pipeline.errors import PublishError
from pipeline.render import qmd


def write(folder: Path, text: str, name: str = "essai.qmd") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_block_says_on_which_line_it_begins(tmp_path: Path) -> None:
    text = project.HEAD + project.BODY
    lines = text.splitlines()
    for block in qmd.read(write(tmp_path, text)).blocks:
        if isinstance(block, qmd.Cell):
            assert lines[block.line - 1] == "```{python}"
            assert lines[block.last - 1] == "```"
            assert "\n".join(lines[block.first - 1 : block.last - 1]) == block.source
        else:
            assert lines[block.line - 1] == block.text.split("\n")[0]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("---\ntitle: x\n", 1, "does not end"),
        ("---\ntitle: [x\n---\n", 2, "cannot be read"),
        ("---\n- x\n---\n", 2, "keys and values"),
        ("texte\n\n```{python}\n1\n", 3, "does not end"),
        ("texte\n\n```{python}\n#| tags: [x\n1\n```\n", 4, "cannot be read"),
        ("texte\n\n{{< include absent.qmd >}}\n", 3, "missing"),
        ("{{< include ../autre.qmd >}}\n", 1, "folder"),
    ],
)
def test_what_is_broken_names_its_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(PublishError, match=problem) as caught:
        qmd.read(path)
    assert caught.value.where == f"{path}:{line}"


def test_included_text_stands_where_it_is_included(tmp_path: Path) -> None:
    write(tmp_path, "dedans `{python} 1`\n", "_part.qmd")
    document = qmd.read(write(tmp_path, "avant\n\n{{< include _part.qmd >}}\n\naprès\n"))
    assert [b.text.strip() for b in document.blocks if isinstance(b, qmd.Markdown)] == [
        "avant",
        "dedans `{python} 1`",
        "après",
    ]
    assert document.included == [tmp_path / "_part.qmd"]
