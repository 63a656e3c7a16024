"""What an author left unfinished stops a page; the same signs in a text that was received do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.publish.render.unfinished import refuse_unfinished
from pipeline.wording.markdown import literal

LEFT = ["{{< say demand.level >}}", "`{python} report.number('a')`", "@fig-a"]


def page(folder: Path, text: str) -> Path:
    path = folder / "page.html"
    path.write_text(f"<p>{text}</p>", encoding="utf-8")
    return path


def shown(text: str) -> str:
    """Return what a renderer leaves of an author's passage."""
    return "?" + text if text.startswith("@") else text.strip("`").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("text", LEFT)
def test_what_the_author_left_is_told_and_what_was_received_is_shown(tmp_path: Path, text: str) -> None:
    staged = tmp_path / "staged.qmd"
    for written, stops in ((text, True), (literal(text), False), ("", False)):
        staged.write_text(f"Texte {written} fin.", encoding="utf-8")
        if stops:
            with pytest.raises(PublishError, match=r"author\.qmd: the rendered page holds what is no text"):
                refuse_unfinished(page(tmp_path, shown(text)), tmp_path / "author.qmd", staged)
        else:
            refuse_unfinished(page(tmp_path, shown(text)), tmp_path / "author.qmd", staged)
