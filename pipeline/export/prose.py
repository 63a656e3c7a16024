"""Paragraphs and lists of a document, put together from the sentences that can be written there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.wording import typography
from pipeline.wording.markdown import literal

if TYPE_CHECKING:
    from IPython.display import Markdown


def paragraph(*parts: object, lang: str = "fr") -> Markdown:
    """Return sentences as one paragraph; empty texts and None are left out."""
    return _display(" ".join(_texts(parts)), lang)


def bullets(*parts: object, lang: str = "fr") -> Markdown:
    """Return texts as a list, one item each; empty texts and None are left out."""
    return _display("\n" + "\n".join(f"- {text}" for text in _texts(parts)) + "\n", lang)


def grid(
    columns: list[str],
    rows: list[list[object]],
    caption: str,
    name: str,
    widths: list[int],
    right: Iterable[int] = (),
    lang: str = "fr",
) -> Markdown:
    """Return a table of texts; the first cell of each row heads it.

    Parameters
    ----------
    columns : headings.
    rows : texts or Markdown, as many a row as there are columns.
    caption, name : caption and reference id (``tbl-<name>``).
    widths : relative widths of the columns.
    right : positions of the columns of numbers, aligned to the right.
    lang : language of the texts.
    """
    numeric = set(right)
    rule = [("-" * w + ":") if i in numeric else (":" + "-" * w) for i, w in enumerate(widths)]
    lines = [_row(columns), f"|{'|'.join(rule)}|"]
    for row in rows:
        head, *others = [text.replace("\n", " ").replace("|", "\\|") for text in map(_text, row)]
        lines.append(_row([f"[{head}]{{.row-header}}", *others]))
    return _display("\n" + "\n".join(lines) + f"\n\n: {caption} {{#tbl-{name}}}\n", lang)


def uncapital(text: str) -> str:
    """Return a label as it stands inside a sentence; acronyms keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def declared(value: object) -> Markdown:
    """Return a setting of the evaluation (a threshold, a cap) as a span of class ``declared``."""
    return _display(f"[{literal(str(value))}]{{.declared}}", "en")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _texts(parts: tuple[object, ...]) -> list[str]:
    return [text for text in map(_text, parts) if text]


def _text(part: object) -> str:
    if part is None:
        return ""
    written = getattr(part, "_repr_markdown_", None)
    return str(written() if written else part).strip()


def _display(text: str, lang: str) -> Markdown:
    from IPython.display import Markdown

    return Markdown(typography.apply(text, lang))
