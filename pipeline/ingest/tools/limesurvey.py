"""LimeSurvey results: headers with codes or full texts, « other » boxes, and responses that were not submitted."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec, Incomplete
from pipeline.ingest.faults import Blocked, Fault, near_misses
from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.readers.received import Note, Received
from pipeline.ingest.tools.headers import Asked, matched
from pipeline.ingest.values import distinct, number_of, text_of
from pipeline.instrument import Code

#: `Q1`, `Q2[SQ001]`, `Q3[1]`, `Q4[other]`, `Q5[SQ001][1]`, alone or before « . Text of the question ».
_CODE = re.compile(r"^([A-Za-z]\w*(?:\[[^\[\]]*\])*)(?:\.\s|\s*$)")
#: An answer exported with its code and its text: « A1 [Femme] », « -oth- [Autre] ».
_CODE_AND_TEXT = re.compile(r"(?P<code>-?\w+-?) \[(?P<text>.*)\]", re.DOTALL)
OTHER = "[other]"
SUBMITTED, PAGE = "submitdate", "lastpage"
#: The tool's own columns as exports with full texts call them.
_OWN = {text.casefold(): name for name, texts in lexicon("limesurvey")["in_full"].items() for text in texts}


def forms(column: str) -> set[str]:
    """Return the question code that a header begins with."""
    code = _CODE.match(column.strip())
    return {code[1]} if code else set()


def joined(wording: str, item: str) -> str:
    """Return a question and a sub-question as LimeSurvey writes them in full."""
    return f"{wording} [{item}]"


def own_column(column: str) -> str | None:
    """Return which of the tool's own columns a header is (`submitdate`, `Date de soumission`...), None elsewhere."""
    code = _CODE.match(column.strip())
    name = code[1] if code else column.strip()
    return name if name in _OWN.values() else _OWN.get(column.strip().casefold())


def own_columns(columns: list[str]) -> dict[str, str]:
    """Return the tool's own columns of an export that calls them in full -> their short names."""
    return {c: own for c in columns if (own := own_column(c)) is not None and own not in columns}


def columns_of(file: str, columns: list[str], asked: list[Asked]) -> dict[str, str]:
    """Return received column -> column of the instrument."""
    return matched(file, columns, asked, forms, joined)


def rule_columns(file: str, columns: list[str], rule: Incomplete | None) -> list[str]:
    """Return the columns that tell incomplete responses.

    Raises
    ------
    Blocked
        A rule is declared and the file lacks a column that it needs.
    """
    wanted = [SUBMITTED, PAGE]
    if rule is None or rule.column is not None:
        return [c for c in wanted if c in columns]
    wanted = wanted if rule.reached is not None else wanted[:1]
    for column in wanted:
        if column not in columns:
            raise Blocked(
                Fault(
                    "the rule on incomplete responses needs a column that the file does not have",
                    file,
                    column=column,
                    found=near_misses(column, columns),
                    action="export it too ('date submitted', 'last page'), or drop `incomplete:` of the file",
                )
            )
    return wanted


def incomplete_apart(received: Received, rule: Incomplete | None) -> Received:
    """Return the responses without those that the rule sets aside, which come back in ``broken`` as `incomplete`.

    A response is complete when it was submitted, or when its last page is the one that the rule names or a later one.
    Without a rule they are all kept, and a note says how many were not submitted.
    """
    if SUBMITTED not in received.table:
        return received
    submitted = received.table[SUBMITTED].map(text_of).notna().to_numpy(dtype=bool)
    if rule is not None and rule.reached is not None:
        pages = received.table[PAGE].map(lambda v: number_of(text_of(v) or "", None))
        submitted = submitted | (pd.to_numeric(pages).fillna(-1) >= rule.reached).to_numpy(dtype=bool)
    if submitted.all():
        return received
    if rule is None or rule.then == "keep":
        n = int((~submitted).sum())
        said = f"{n} response(s) not submitted, kept"
        return replace(received, notes=[*received.notes, Note("incomplete", SUBMITTED, "", "", said)])
    lost = [(int(line), "incomplete") for line in received.lines[~submitted]]
    return replace(
        received,
        table=received.table[submitted].reset_index(drop=True),
        lines=received.lines[submitted],
        broken=sorted([*received.broken, *lost]),
    )


def others_as_boxes(table: pd.DataFrame, asked: list[Asked]) -> pd.DataFrame:
    """Return the table with the text of an « other » box replaced by whether there is any.

    The text itself may hold anything a respondent wrote; an instrument that wants it names the column as a question.
    """
    boxes = {}
    for a in asked:
        if a.item is not None and a.column.endswith(OTHER) and a.column in table:
            written = table[a.column].map(text_of)
            plain = written.isin(["Y", "N"]) | written.isna()
            if not plain.all():
                boxes[a.column] = pd.Series(np.where(written.notna(), "Y", ""), index=table.index)
    return table.assign(**boxes)


def coded_texts(column: pd.Series) -> dict[Code, str]:
    """Return code -> text of a column whose every answer is a code with its text; empty for any other column."""
    found = [t for t in map(text_of, distinct(column).values) if t is not None]
    read = [_CODE_AND_TEXT.fullmatch(t) for t in found]
    told = {m["code"]: m["text"].strip() for m in read if m is not None}
    return {**dict(sorted(told.items()))} if found and len(told) == len(found) else {}


def as_codes(column: pd.Series) -> pd.Series:
    """Return a column whose every answer is a code with its text as the codes; any other as it is."""
    if not coded_texts(column):
        return column
    return column.map(lambda v: m["code"] if (m := _CODE_AND_TEXT.fullmatch(text_of(v) or "")) else None).astype("str")


def settled(received: Received, spec: FileSpec, asked: list[Asked]) -> Received:
    """Return an export whose columns have the instrument's names, incomplete responses apart, boxes as boxes."""
    received = incomplete_apart(received, spec.incomplete)
    table = others_as_boxes(received.table.apply(as_codes), asked)
    wanted = {a.column for a in asked}
    return replace(received, table=table[[c for c in table.columns if c in wanted or c == spec.wave_column]])
