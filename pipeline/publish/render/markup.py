"""Markdown that says which results it prints, understood alike by Quarto and the embedded renderer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from pipeline.wording.markdown import literal

#: Characters that a line of a table holds on paper, in the type of tables and in that of wide ones.
_LINE, _LINE_OF_WIDE = 96, 114
#: The least characters of a text column, the most it asks for, and the blanks of a column; of a wide table, one less.
_NARROWEST, _WIDEST, _BLANK = 14, 60, 3
#: A text column narrower than this breaks every label: then the whole table is set in smaller type.
_READABLE = 34


def number(text: str, result_ids: Sequence[str], kind: str = "number") -> str:
    """Return a span that carries the identifiers of the results it prints."""
    return f'[{literal(text)}]{{.{kind} data-result="{" ".join(result_ids)}"}}'


#: Where a heading may go on to the next line: never between a number and what it counts.
_BREAKS = re.compile(r"(?<!\d) ")
#: What the parts of a note are in a record, in their order.
_NOTED = ("reading", "population_text", "source")


def note(record: dict[str, Any], heads: Sequence[str]) -> str:
    """Return the note under a figure or table: Lecture, Champ, Source behind their heads, then signs and cautions."""
    told = zip(heads, (literal(record.get(name, "")) for name in _NOTED), strict=True)
    parts = [f"{head}{text}" for head, text in told if text]
    text = " ".join([*parts, *(literal(sentence) for sentence in record.get("notes", []))])
    return f"::: {{.exhibit-note}}\n{text}\n:::\n"


def figure(name: str, record: dict[str, Any], file: str, width: str | None, heads: Sequence[str] = ()) -> str:
    """Return a figure with its caption, alternative text, reference id and, where its parts have heads, its note."""
    ids = " ".join(record.get("result_ids", []))
    alt = literal(record["alt"])
    width = width or f"{min(float(record['width_mm']), 166.0):g}mm"
    narrow = f' data-narrow="{file.removesuffix(".svg")}.narrow.svg"' if record.get("narrow") else ""
    text = f'![{_caption(record)}]({file}){{#fig-{name} fig-alt="{alt}" width="{width}" data-result="{ids}"{narrow}}}\n'
    return f"\n{text}\n{note(record, heads) if heads else ''}\n"


def table(
    name: str,
    record: dict[str, Any],
    heads: Sequence[str] = (),
    mark: Callable[[str, str], str] = lambda text, result_id: number(text, [result_id]),
) -> str:
    """Return a table with caption, reference id, row headers, result ids on its numbers, and a note as figures have.

    Parameters
    ----------
    mark : writes a number with its result_id.
    """
    columns, headers = record["columns"], int(record.get("row_headers", 1))
    labels = [literal(c["label"]) for c in columns]
    groups = {int(first): label for first, label in record.get("row_groups", [])}
    lines = [_row(labels), _rule(record)]
    for i, (cells, ids) in enumerate(zip(record["rows"], record["cell_ids"], strict=True)):
        if i in groups:
            lines.append(_row([_head(f"**{literal(groups[i])}**"), *[""] * (len(columns) - 1)]))
        shown = [
            _head(literal(cell)) if j < headers else mark(literal(cell), rid) if rid else literal(cell)
            for j, (cell, rid) in enumerate(zip(cells, ids, strict=True))
        ]
        lines.append(_row(shown))
    caption = f": {_caption(record)} {{#tbl-{name}}}"
    if _is_wide(record):
        lines, caption = ["::: {.wide-table}", *lines], f"{caption}\n:::"
    return "\n" + "\n".join([*lines, "", caption, "", note(record, heads) if heads else ""]) + "\n"


def _caption(record: dict[str, Any]) -> str:
    """Return the caption as Markdown: with the results that its title names, where it has one."""
    return str(record.get("titled") or literal(record["caption"]))


def _head(text: str) -> str:
    return f"[{text}]{{.row-header}}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _rule(record: dict[str, Any]) -> str:
    """Return the line under the headings; Pandoc takes the columns' widths from its dashes."""
    columns = record["columns"]
    parts = []
    for column, width in zip(columns, _widths(record), strict=True):
        dashes = "-" * (width - 1)
        parts.append(f"{dashes}:" if column.get("align") == "right" else f":{dashes}")
    return "|" + "|".join(parts) + "|"


def _is_wide(record: dict[str, Any]) -> bool:
    """Return whether the numbers of a table leave its labels too little room in the type of tables."""
    asked = _asked(record)
    labels = [width for width, column in zip(asked, record["columns"], strict=True) if not _is_number(column)]
    room = _LINE - sum(asked) + sum(labels)
    return bool(labels) and room < min(sum(labels), _READABLE * len(labels))


def _is_number(column: dict[str, Any]) -> bool:
    return column.get("align") == "right"


def _asked(record: dict[str, Any]) -> list[int]:
    """Return the characters that each column asks for."""
    asked = []
    for j, column in enumerate(record["columns"]):
        longest = max((len(row[j]) for row in record["rows"]), default=1)
        label = column["label"]
        word = max(map(len, _BREAKS.split(label)))
        # a heading over numbers takes two lines, rarely more
        half = min(len(label) // 2 + 1, 12)
        asked.append(_BLANK + (max(longest, word, half) if _is_number(column) else min(max(longest, word), _WIDEST)))
    return asked


def _widths(record: dict[str, Any]) -> list[int]:
    """Return the columns' widths in characters: numbers as wide as they need, texts share what is left."""
    wide = _is_wide(record)
    asked = [width - wide for width in _asked(record)]
    fixed = [_is_number(column) for column in record["columns"]]
    numbers_need = sum(w for w, f in zip(asked, fixed, strict=True) if f)
    texts_ask = sum(asked) - numbers_need
    room = (_LINE_OF_WIDE if wide else _LINE) - numbers_need
    scale = min(1.0, room / texts_ask) if texts_ask and room > 0 else 1.0
    return [w if f else max(int(w * scale), _NARROWEST) for w, f in zip(asked, fixed, strict=True)]
