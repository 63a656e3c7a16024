"""What lies behind a figure or table: its numbers with interval and base, and its files; in the page, and as CSV."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.publish.annex.annex import csv_lines, write_lines
from pipeline.publish.annex.columns import place_of, published_table, result_label
from pipeline.wording import numbers, withheld
from pipeline.wording.blocks import lines_of_table
from pipeline.wording.labels import Labels
from pipeline.wording.markdown import literal, plain
from pipeline.wording.speaking import Speaker

#: The folder of the files of figures, below the data annex.
FILES = "figures"
#: Words of what lies behind a figure or a number.
BEHIND = "_data.behind"
_KINDS = {"fig": ("csv", "png", "svg"), "tbl": ("csv",)}
_HEADS = ("result", "value", "interval", "base")
_WIDTHS = (46, 16, 26, 12)
#: More numbers than a reader looks through on a page are left to the file.
MOST = 150
_NONE = "–"


def behind(speaker: Speaker, name: str, record: Mapping[str, Any], folder: str = "") -> str:
    """Return a division that holds the numbers of a figure and leads to its files; of a table, to its file alone.

    It is empty without numbers.

    Parameters
    ----------
    name, record : of the figure (figures.json).   folder : the way to its files; empty where it has none.
    """
    rows = [row for rid in record["result_ids"] if (row := speaker.rows.get(rid)) is not None]
    if record["kind"] == "table":
        return f"\n::: {{.behind .of-table}}\n{_links(speaker, name, folder, 'tbl')}\n:::\n" if rows and folder else ""
    parts = [_table(speaker, rows) if len(rows) <= MOST else "", _links(speaker, name, folder, "fig")]
    if not rows:
        return ""
    summary = literal(speaker.word(f"{BEHIND}.summary"))
    text = "\n\n".join(filter(None, parts))
    return f'\n::: {{.behind data-summary="{summary}"}}\n{text}\n:::\n'


def _table(speaker: Speaker, rows: Sequence[Mapping[str, Any]]) -> str:
    heads = [speaker.word(f"{BEHIND}.{head}") for head in _HEADS]
    apart = len({(row["territory_level"], row["territory"]) for row in rows}) > 1
    lines = [_line(speaker, row, apart) for row in rows]
    if any("=" in plain(label) for label, *_ in lines):
        # what has a code and no label is for programs: the file holds it
        return ""
    return "\n".join(lines_of_table(heads, lines, _WIDTHS, right=(1, 2, 3)))


def _line(speaker: Speaker, row: Mapping[str, Any], with_place: bool) -> list[str]:
    lang, unit = speaker.words.lang, str(row["unit"])
    label = result_label(row, speaker.labels, lang)
    if with_place:
        place = place_of(f"{row['territory_level']}={row['territory']}", speaker.labels, lang)
        label = f"{place} – {label}"
    if withheld.is_hidden(row):
        return [literal(label), speaker.mark(withheld.sign_of([row]), row["result_id"]), _NONE, _NONE]
    value = numbers.estimate(row["estimate"], unit, lang, measure=row["measure"])
    bounds = interval_of(row, lang)
    base = numbers.count(row["n"], lang) if pd.notna(row["n"]) else ""
    beside = [
        f'[{literal(text)}]{{.number data-result="{row["result_id"]}"}}' if text else _NONE for text in (bounds, base)
    ]
    return [literal(label), speaker.mark(literal(value), row["result_id"]), *beside]


def interval_of(row: Mapping[str, Any], lang: str) -> str:
    """Return « entre 45 % et 52 % », empty for a number without an interval."""
    if pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return ""
    return numbers.interval(row["lower"], row["upper"], str(row["unit"]), lang, measure=row["measure"])


def _links(speaker: Speaker, name: str, folder: str, of: str) -> str:
    if not folder:
        return ""
    told = [f"[{kind.upper()}]({folder}/{name}.{kind})" for kind in _KINDS[of]]
    return " · ".join([*told, f"[{speaker.word(f'{BEHIND}.link.{of}')}](#{of}-{name}){{.permalink}}"])


def write_figure_files(
    drawn: Path, table: pd.DataFrame, labels: Labels, lang: str, folder: Path, shown: Iterable[str] | None = None
) -> list[Path]:
    """Write the drawings of the whole, and the numbers that each figure and table shows as CSV, into ``folder``.

    Parameters
    ----------
    drawn : folder of figures.json and its files.   table : published results.   labels, lang : words of the CSV.
    shown : names of those to write; all where None.
    """
    content = json.loads((drawn / "figures.json").read_text(encoding="utf-8"))
    records = {
        name: record
        for name, record in content.items()
        if name != "absent" and record["result_ids"] and (shown is None or name in shown)
    }
    asked = {rid for record in records.values() for rid in record["result_ids"]}
    known = published_table(table[table["result_id"].isin(asked)], labels, lang)
    lines = dict(zip(known["result_id"], csv_lines(known), strict=True))
    written = []
    for name, record in records.items():
        folder.mkdir(parents=True, exist_ok=True)
        present = [lines[rid] for rid in record["result_ids"] if rid in lines]
        written.append(write_lines(known.columns, present, folder / f"{name}.csv"))
        sources = [(drawn / record["file"]).with_suffix(end) for end in (".svg", ".png") if record["file"]]
        written += [Path(shutil.copyfile(source, folder / f"{name}{source.suffix}")) for source in sources]
    return written
