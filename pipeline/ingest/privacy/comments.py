"""Post-codification of open comments: a local file gives each comment its themes; only the themes leave the reading."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.readers.received import Note, Received
from pipeline.ingest.recode import received_columns
from pipeline.ingest.values import distinct, text_of, texts
from pipeline.instrument import Instrument, Question
from pipeline.instrument.themes import theme_column, themes_question

#: A comment that was read and is about none of the themes; a blank means that nobody has coded it yet.
NONE: list[str] = lexicon("comments")["none"]
_CODE = re.compile(r"[a-z0-9_-]{1,30}")
_SHEET = ("comment_id", "wave", "comment")


@dataclass(frozen=True)
class Codes:
    """The coded themes of a source: comment id or row -> (themes, line of the file)."""

    file: str
    by: str
    themes: dict[str, tuple[frozenset[str], int]]


#: Stands in for codes that could not be read, so that the faults of the other files are told too.
NO_CODES = Codes("", "row", {})


def open_question(evaluation: Evaluation, source: Source) -> Question | None:
    """Return the open question of a source whose comments are coded, None where none is."""
    if source.comments is None:
        return None
    named = source.comments.question
    return next(q for q in evaluation.instruments[source.name].questions if q.themes and named in (None, q.name))


def read_codes(evaluation: Evaluation, source: Source) -> Codes | None:
    """Return the coded themes of a source; None where it declares none.

    The file is CSV with semicolons: ``comment_id`` (of the sheet that `comments` writes) or ``row`` (`file:line`),
    then one or more columns that start with ``theme``. Other columns are not looked at.

    Raises
    ------
    Blocked
        The file is missing, has no such column, or names a theme outside the codebook; every line is told.
    """
    question = open_question(evaluation, source)
    if question is None or source.comments is None:
        return None
    file = source.comments.codes
    rows = _rows(_text(evaluation.data / file, file, evaluation.name), file)
    header = [c.strip().casefold() for c in rows[0]] if rows else []
    by = next((c for c in ("comment_id", "row") if c in header), "")
    columns = [i for i, c in enumerate(header) if c.startswith("theme")]
    if not by or not columns:
        raise Blocked(
            Fault(
                "the coded comments have no key or no theme",
                file,
                line=1,
                allowed="columns comment_id (or row), theme1, theme2..., separated by semicolons",
                action=f"take the sheet that `python -m pipeline comments {evaluation.name}` writes",
            )
        )
    known = {t.name for t in question.themes}
    themes: dict[str, tuple[frozenset[str], int]] = {}
    faults = []
    line = 1
    for row in rows[1:]:
        line += 1
        start, line = line, line + sum(cell.count("\n") for cell in row)
        given = {row[i].strip() for i in columns if i < len(row) and row[i].strip()}
        key = row[header.index(by)].strip() if header.index(by) < len(row) else ""
        if not given or not key:
            continue
        unknown = sorted(given - known - set(NONE))
        if unknown:
            faults.append(_unknown(file, start, unknown, known))
        themes[key] = (frozenset(given & known), start)
    if faults:
        raise Blocked(*faults)
    return Codes(file, by, themes)


def _rows(text: str, file: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    except csv.Error:
        action = "look for a quotation mark that is not closed"
        raise Blocked(Fault("the coded comments cannot be cut into records", file, action=action)) from None


def _text(path: Path, file: str, evaluation: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problem, action = (
            "the file of coded comments is missing",
            f"write the sheet with `python -m pipeline comments {evaluation}`, code it and save it there, "
            "or drop `comments:` from the source",
        )
    except UnicodeDecodeError:
        problem, action = "the file of coded comments is not UTF-8", "save it as CSV UTF-8"
    except OSError:
        problem, action = "the file of coded comments cannot be read", "ask for the right to read it"
    raise Blocked(Fault(problem, file, action=action))


def _unknown(file: str, line: int, unknown: list[str], known: set[str]) -> Fault:
    return Fault(
        "a comment is coded with a theme that the codebook does not have",
        file,
        line=line,
        # Somebody may have typed the comment itself, or a name, where a code belongs.
        found=some(t if _CODE.fullmatch(t) else "(not shown)" for t in unknown),
        allowed=some([*sorted(known), NONE[0]], 30),
        action="correct the theme, or add it to `themes:` of the open question in the instrument",
    )


def comment_ids(
    source: Source, instrument: Instrument, question: Question, wave: str | None, received: Received, key: bytes
) -> pd.Series:
    """Return one keyed hash a comment, of its questionnaire (or its line) and its text; missing without a comment.

    The text counts: when a file comes in again with other comments, codes of the old ones are not put on them.
    """
    comments = texts(distinct(received.table[received_columns(question, wave)[0]]))
    respondent = instrument.by_role("respondent")
    if respondent is not None and respondent.asked(wave):
        keys = texts(distinct(received.table[received_columns(respondent, wave)[0]])).fillna("")
    else:
        keys = pd.Series([f"{received.file}:{n}" for n in received.lines.tolist()], index=comments.index)
    hashed = [
        None if pd.isna(text) else _hash(f"{source.name}\n{wave or ''}\n{k}\n{text}", key)
        for k, text in zip(keys, comments, strict=True)
    ]
    return pd.Series(hashed, index=comments.index, dtype="str")


def _hash(text: str, key: bytes) -> str:
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).hexdigest()[:16]


def with_codes(
    evaluation: Evaluation, source: Source, wave: str | None, received: Received, codes: Codes, key: Callable[[], bytes]
) -> tuple[Received, set[str]]:
    """Return the records with one column a theme (1, 0, or missing where nothing was coded), and the codes used."""
    instrument = evaluation.instruments[source.name]
    question = open_question(evaluation, source)
    assert question is not None
    if not question.asked(wave):
        return received, set()
    column = received_columns(question, wave)[0]
    written = texts(distinct(received.table[column])).notna().to_numpy()
    if codes.by == "row":
        ids = pd.Series([f"{received.file}:{n}" for n in received.lines.tolist()], dtype="str").where(written)
    else:
        ids = comment_ids(source, instrument, question, wave, received, key())
    found = [codes.themes.get(text_of(i) or "") for i in ids]
    coded = np.array([f is not None for f in found])
    boxes = {
        theme_column(column, t.name): pd.Series(
            [None if f is None else ("1" if t.name in f[0] else "0") for f in found],
            index=received.table.index,
            dtype="str",
        )
        for t in question.themes
    }
    notes = [*received.notes, _note(themes_question(question), int(written.sum()), int((written & ~coded).sum()))]
    used = {str(i) for i, c in zip(ids, coded, strict=True) if c}
    return replace(received, table=received.table.assign(**boxes), notes=notes), used


def _note(question: str, written: int, without: int) -> Note:
    said = f"{written} remarks written, {written - without} coded, {without} without a code (outside the themes' base)"
    return Note("post_codification", question, str(written), str(written - without), said)


def lost_codes(codes: Codes, used: set[str]) -> list[Fault]:
    """Return one fault where codes belong to no comment that was received."""
    lost = [(line, key) for key, (_, line) in codes.themes.items() if key not in used]
    if not lost:
        return []
    return [
        Fault(
            f"{len(lost)} coded comments are not among those received",
            codes.file,
            line=lost[0][0],
            column=codes.by,
            found=f"lines {some(line for line, _ in lost)}",
            allowed="keys of the sheet written from these received files",
            action="write the sheet again (`python -m pipeline comments`), and take the codes over by hand",
        )
    ]


def sheet(evaluation: Evaluation, source: Source, wave: str | None, received: Received, key: bytes) -> pd.DataFrame:
    """Return the comments of a wave to code: id, wave, comment, and room for three themes."""
    question = open_question(evaluation, source)
    assert question is not None
    if not question.asked(wave):
        return pd.DataFrame(columns=[*_SHEET, "theme1", "theme2", "theme3"])
    ids = comment_ids(source, evaluation.instruments[source.name], question, wave, received, key)
    comments = texts(distinct(received.table[received_columns(question, wave)[0]]))
    rows = pd.DataFrame({"comment_id": ids, "wave": wave or "", "comment": comments}).dropna(subset=["comment_id"])
    return rows.drop_duplicates("comment_id").assign(theme1="", theme2="", theme3="")
