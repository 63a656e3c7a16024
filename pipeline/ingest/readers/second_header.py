"""Header lines below the first: answers under their question (SurveyMonkey, Drupal), wordings (Qualtrics)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.readers.received import Note, Received
from pipeline.ingest.recode import TICKED, UNTICKED
from pipeline.ingest.values import number_of, text_of

_IMPORT = re.compile(r'\{\s*"ImportId"\s*:.*\}', re.S)
#: Records looked at below a header, and how many of them must fill a column for it to tell anything.
LOOKED_AT, FEWEST = 50, 3
#: Dates begin so; no name does.
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b")


@dataclass(frozen=True)
class TwoLines:
    """A header of two lines: the names of the columns, and what the second line says of them in words."""

    names: list[str]
    labels: dict[str, str] = field(default_factory=dict)

    def note(self, line: int) -> Note:
        """Return what is said of it."""
        said = "two header lines, read together: the second tells more of the first, and is no respondent"
        return Note("second_header", "", "", str(line), said, line)


def two_lines(first: Sequence[Any], second: Sequence[Any], below: Sequence[Sequence[Any]]) -> TwoLines | None:
    """Return the header that two lines make together; None where the second is a record, or a header by itself.

    The second line names answers where it fills what the first leaves blank beside a question, under which it says
    « Response » or which no other column has; it holds wordings where both lines are full, and some column below holds
    numbers or dates only. It is the header by itself where the first line names groups of its columns alone.

    Parameters
    ----------
    first, second : cells of two lines that follow each other; blank is None or "".
    below : cells of the lines that follow.
    """
    names, words = [text_of(c) or "" for c in first], [text_of(c) or "" for c in second]
    if not all(isinstance(c, str) or text_of(c) is None for c in [*first, *second]) or any(map(_is_value, words)):
        return None
    if len(words) < len(names) or not any(words) or not names or not any(names):
        return None
    names += [""] * (len(words) - len(names))
    below = below[:LOOKED_AT]
    if all(words) and len({*words}) == len(words):
        return _wordings(names, words, below) or _under_groups(names, words, below)
    return _answers(names, words, below)


def _answers(names: list[str], words: list[str], below: Sequence[Sequence[Any]]) -> TwoLines | None:
    """Return names « question [answer] » where the second line names the answers of the questions of the first."""
    plain = {folded(t) for t in lexicon("second_lines")["plain"]}
    question, group, asked = "", [False] * len(names), list(names)
    for i, name in enumerate(names):
        question = name or question
        asked[i] = question
        group[i] = bool(words[i]) and (not name or (i + 1 < len(names) and not names[i + 1] and bool(words[i + 1])))
    said = any(folded(w) in plain for w in words)
    cells = list(zip(names, words, group, strict=True))
    outside = any(w and not inside for _, w, inside in cells)
    unnamed = any(not n and not w for n, w, _ in cells)
    single = any(n and not w and _held(below, i) for i, (n, w, _) in enumerate(cells))
    if not said and (not any(group) or outside or unnamed or not single):
        return None
    answers = ["" if folded(w) in plain else w for w in words]
    alone = [w or n for n, w in zip(names, answers, strict=True)]
    boxes = any(inside and _boxes(below, i, words[i]) for i, inside in enumerate(group))
    if said or boxes or len(set(alone)) < len(alone):
        alone = [_joined(q, w) for q, w in zip(asked, answers, strict=True)]
        return TwoLines(alone) if len(set(alone)) == len(alone) else None
    return TwoLines(alone, {w: f"{q} : {w}" for q, w in zip(asked, answers, strict=True) if w})


def _boxes(below: Sequence[Sequence[Any]], i: int, word: str) -> bool:
    """Return whether a column holds ticks, or the answer that its header names, and nothing else."""
    held = {folded(t) for row in below if i < len(row) and (t := text_of(row[i])) is not None}
    return bool(held) and held <= TICKED | UNTICKED | {folded(word)}


def _joined(question: str, answer: str) -> str:
    question, answer = (" ".join(re.sub(r"\[", "(", t).replace("]", ")").split()) for t in (question, answer))
    return f"{question} [{answer}]" if question and answer else question or answer


def _wordings(names: list[str], words: list[str], below: Sequence[Sequence[Any]]) -> TwoLines | None:
    """Return the first line as names and the second as their wordings, where it can be no record."""
    if not all(names) or len(set(names)) < len(names) or any(map(_is_value, names)):
        return None
    columns = [[c for row in below if i < len(row) and (c := row[i]) not in (None, "")] for i in range(len(words))]
    values = [i for i, cells in enumerate(columns) if len(cells) >= FEWEST and all(map(_is_value, cells))]
    met = any(w in {text_of(c) for c in cells} for w, cells in zip(words, columns, strict=True))
    longer = sum(len(w) for w in words) > sum(len(n) for n in names)
    return TwoLines(names, dict(zip(names, words, strict=True))) if values and longer and not met else None


def _under_groups(names: list[str], words: list[str], below: Sequence[Sequence[Any]]) -> TwoLines | None:
    """Return the second line as names, those of boxes as « question [answer] », below a first one that names groups.

    A group goes as far as its columns are boxes, or hold an answer that its first column holds too: nothing else says
    where it ends.
    """
    held = [{t for row in below if i < len(row) and (t := text_of(row[i])) is not None} for i in range(len(words))]
    if 2 * sum(map(bool, names)) >= len(names) or any(map(_is_value, filter(None, names))):
        return None
    if any(w in h for w, h in zip(words, held, strict=True)):
        return None
    joined, labels, first = list(words), {}, None
    for i, name in enumerate(names):
        first = i if name else first
        if first is None or _is_number(held[first]):
            continue
        boxes = all(_boxes(below, j, words[j]) for j in (first, i))
        if boxes:
            joined[i] = _joined(names[first], words[i])
        elif name or held[i] & held[first]:
            labels[words[i]] = f"{names[first]} : {words[i]}"
        else:
            first = None
    return TwoLines(joined, labels) if joined != words or len(labels) > 1 else None


def _is_number(texts: set[str]) -> bool:
    return not texts or all(map(_is_value, texts))


def _held(below: Sequence[Sequence[Any]], i: int) -> bool:
    filled = sum(i < len(row) and text_of(row[i]) is not None for row in below)
    return filled >= FEWEST and filled * 2 >= len(below)


def _is_value(cell: Any) -> bool:
    if not isinstance(cell, str):
        return cell is not None
    return number_of(cell, ",") is not None or _DATE.match(cell.strip()) is not None


def without_second_header(received: Received) -> Received:
    """Return a Qualtrics export without its second and third lines, whose wordings become labels of the columns.

    The third line holds ``{"ImportId": ...}`` in every column; nothing else is taken for it.
    """
    table = received.table
    if len(table) < 3 or not len(table.columns):
        return received
    third = [text_of(table[c].iloc[1]) for c in table.columns]
    if not all(t is not None and _IMPORT.fullmatch(t.strip()) for t in third):
        return received
    wordings = {str(c): t for c in table.columns if (t := text_of(table[c].iloc[0]))}
    said = replace(received.documented, labels={**wordings, **received.documented.labels})
    told = "lines 2 and 3 of the Qualtrics export are the wordings and the identifiers, and no answers"
    note = Note("second_header", "", "", "Qualtrics", told, int(received.lines[0]))
    kept = table.iloc[2:].reset_index(drop=True)
    for column in kept.select_dtypes("category"):
        kept[column] = kept[column].cat.remove_unused_categories()
    return replace(
        received,
        table=kept,
        lines=received.lines[2:],
        documented=said,
        notes=[*received.notes, note],
    )


def first_two_lines(rows: Sequence[tuple[int, Sequence[Any]]], last: int) -> tuple[int, TwoLines] | None:
    """Return where the first header of two lines begins among the filled rows of a sheet, and what it is.

    What stands above a blank row is no part of the header below it.

    Parameters
    ----------
    rows : number of each filled row in the sheet, and its cells.
    last : position of the row that would be the header by itself; no header begins below it.
    """
    below = [cells for _, cells in rows]
    for at, ((above, first), (row, second)) in enumerate(pairwise(rows[: last + 2])):
        if row == above + 1 and (found := two_lines(first, second, below[at + 2 :])) is not None:
            return at, found
    return None
