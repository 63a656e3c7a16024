"""Key figures as a small table that anybody opens: a line a figure and place, in words and in numbers."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from pipeline.publish.annex.spreadsheet import decimal, safe
from pipeline.results.statement import Statement
from pipeline.wording import labels as known
from pipeline.wording.markdown import plain
from pipeline.wording.speaking import Speaker

_NUMBERS = ("estimate", "lower", "upper")
#: Columns of key-figures.csv and their types, as its data package describes them.
FIELDS = {
    **dict.fromkeys(("code", "place", "said", "about"), "string"),
    **dict.fromkeys(_NUMBERS, "number"),
    **dict.fromkeys(("unit", "result_id"), "string"),
}


def write_key_figures(made: Sequence[Statement], speaker: Speaker, path: Path) -> Path:
    """Write the statements that the words of a language tell as key figures, in the order in which they were made.

    Parameters
    ----------
    made : statements of every place.   speaker : of one language, numbers without marks.   path : of the CSV file.
    """
    lines = [line for each in made if each.is_told and each.result_ids and (line := _line(each, speaker))]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        writer.writerow(FIELDS)
        writer.writerows(lines)
    return path


def _line(made: Statement, speaker: Speaker) -> list[str]:
    """Return the cells of a key figure; none where it is told as a sentence only."""
    value, about = plain(speaker.text(made, "value")), plain(speaker.text(made, "key"))
    if not (value and about):
        return []
    row = speaker.rows[made.result_ids[0]]
    place = known.find(f"{made.place}:name", speaker.labels, speaker.words.lang) or speaker.label(made.place)
    numbers = [decimal(row[name]) for name in _NUMBERS]
    code = made.place.partition("=")[2]
    return [*map(safe, (code, place, value, about)), *numbers, str(row["unit"]), made.result_ids[0]]
