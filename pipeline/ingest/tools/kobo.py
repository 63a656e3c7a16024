"""KoboToolbox and ODK exports: group prefixes, labels or names in the header, both ways of select_multiple."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.readers.received import Received
from pipeline.ingest.tools.headers import Asked, matched, plain
from pipeline.ingest.values import distinct, text_of
from pipeline.instrument import Question

#: What stands first in a ranking, and the place of a choice in it, behind the name of its question: no export has them.
FIRST, PLACE = "first", "place/"


def forms(column: str) -> set[str]:
    """Return the names that a header may stand for: with fewer and fewer of its groups before it."""
    parts = column.split("/")
    return {"/".join(parts[i:]) for i in range(1, len(parts))}


def joined(wording: str, item: str) -> str:
    """Return a question and a choice as an export with labels writes them."""
    return f"{wording}/{item}"


def columns_of(file: str, columns: list[str], asked: list[Asked]) -> dict[str, str]:
    """Return received column -> column of the instrument, boxes that only a joined column holds left out."""
    return matched(file, columns, asked, forms, joined)


def joined_columns(file: str, columns: list[str], asked: list[Asked], names: dict[str, str]) -> dict[str, Question]:
    """Return received column -> multiple question whose choices stand together in that one column."""
    found: dict[str, Question] = {}
    held = set(names.values())
    for q in {a.question.name: a.question for a in asked if a.item is not None}.values():
        boxes = [a.column for a in asked if a.question.name == q.name]
        if any(b in held for b in boxes):
            continue
        stem = boxes[0].rpartition("/")[0] or q.column or q.name
        texts = {plain(t) for t in (q.wording.fr, q.wording.en, q.label and q.label.fr) if t}
        hits = [c for c in columns if c == stem or stem in forms(c)] or [c for c in columns if plain(c) in texts]
        if len(hits) == 1:
            found[hits[0]] = q
        elif hits:
            raise Blocked(
                Fault(
                    f"the header does not say which column is '{stem}' (question '{q.name}')",
                    file,
                    line=1,
                    found=some(hits),
                    action="export the answers with XML names in the header",
                )
            )
    return found


def ranked_columns(columns: list[str], asked: list[Asked], names: dict[str, str]) -> dict[str, list[Asked]]:
    """Return received column of a ranking -> what the instrument asks of it: the first choice, the place of each."""
    found: dict[str, list[Asked]] = {}
    held = set(names.values())
    for a in asked:
        stem, behind, part = a.column.rpartition(f"/{PLACE}")
        if not behind and a.column.endswith(f"/{FIRST}"):
            stem, part = a.column.removesuffix(f"/{FIRST}"), FIRST
        if a.column in held or not stem or not part:
            continue
        hits = [c for c in columns if c == stem or stem in forms(c)]
        if len(hits) == 1:
            found.setdefault(hits[0], []).append(a)
    return found


def _places(table: pd.DataFrame, column: str, asked: list[Asked]) -> pd.DataFrame:
    """Return what a ranking, its choices in order and separated by blanks, says of its first choice and of each."""
    found = distinct(table[column])
    ranked = [(text_of(v) or "").split() for v in found.values]
    made = {}
    for a in asked:
        choice = a.column.rpartition(f"/{PLACE}")[2]
        if choice == a.column:
            cells: list[str | None] = [r[0] if r else None for r in ranked]
        else:
            cells = [str(r.index(choice) + 1) if choice in r else None for r in ranked]
        made[a.column] = found.series(cells, "str")
    return pd.DataFrame(made, index=table.index)


def _chosen(text: str, names: dict[str, str]) -> tuple[list[str], str]:
    """Return the choices that a cell names and what of it is none; the longest label that fits is taken."""
    left, chosen = text.split(), []
    while left:
        for n in range(len(left), 0, -1):
            column = names.get(plain(" ".join(left[:n])))
            if column is not None:
                chosen.append(column)
                left = left[n:]
                break
        else:
            return chosen, " ".join(left)
    return chosen, ""


def spread(table: pd.DataFrame, column: str, question: Question, asked: list[Asked]) -> pd.DataFrame:
    """Return the boxes of a multiple question whose choices stand in one cell, separated by blanks.

    A cell with a word that is no choice has that word in its first box, so that the expectations tell it.
    """
    boxes = [a for a in asked if a.question.name == question.name and a.item is not None]
    names: dict[str, str] = {}
    for a in boxes:
        assert a.item is not None
        for text in (a.item.name, a.column.rpartition("/")[2], a.item.label.fr, a.item.label.en):
            if text:
                names.setdefault(plain(text), a.column)
    found = distinct(table[column])
    texts = [text_of(v) for v in found.values]
    read = [None if t is None else _chosen(t, names) for t in texts]
    made = {}
    for i, a in enumerate(boxes):
        cells = [None if r is None else r[1] if r[1] and i == 0 else str(int(a.column in r[0])) for r in read]
        made[a.column] = found.series(cells, "str")
    return pd.DataFrame(made, index=table.index)


def settled(
    received: Received, asked: list[Asked], together: dict[str, Question], ranked: dict[str, list[Asked]]
) -> Received:
    """Return an export in which every choice, and every place of a ranking, has a column of its own."""
    parts = [spread(received.table, column, q, asked) for column, q in together.items()]
    parts += [_places(received.table, column, held) for column, held in ranked.items()]
    table = received.table.drop(columns=[c for c in (*together, *ranked) if c not in {a.column for a in asked}])
    return replace(received, table=pd.concat([table, *parts], axis=1)) if parts else received
