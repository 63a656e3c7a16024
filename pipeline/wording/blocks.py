"""Blocks of a document that are no result: tables and lists of what the evaluation holds, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """Markdown ready to stand in a document, and the results that it prints. Without text nothing is shown."""

    text: str = ""
    result_ids: tuple[str, ...] = ()


def bullets(items: Iterable[str]) -> str:
    """Return Markdown texts as a list; empty ones are left out."""
    return "\n".join(f"- {text}" for text in items if text)


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    caption: str,
    name: str,
    widths: Sequence[int],
    right: Iterable[int] = (),
) -> str:
    """Return a table of Markdown texts; the first cell of each row heads it.

    Parameters
    ----------
    columns : headings.
    rows : as many texts a row as there are columns, each past the gate.
    caption, name : caption and reference id (``tbl-<name>``).
    widths : relative widths of the columns.
    right : positions of the columns of numbers, aligned to the right.
    """
    return "\n".join([*lines_of_table(columns, rows, widths, right), "", f": {caption} {{#tbl-{name}}}"])


def lines_of_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int], right: Iterable[int] = ()
) -> list[str]:
    """Return the lines of a table without a caption, see :func:`table`."""
    numeric = set(right)
    rule = [("-" * w + ":") if i in numeric else (":" + "-" * w) for i, w in enumerate(widths)]
    lines = [_row(columns), f"|{'|'.join(rule)}|"]
    for row in rows:
        head, *others = [text.strip().replace("\n", " ").replace("|", "\\|") for text in row]
        lines.append(_row([f"[{head}]{{.row-header}}", *others]))
    return lines


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
