"""The sheets that go back to spaces, in the language of the evaluation: what was found, what is expected, where.

Their words are those of ``reports/<lang>/_corrections.yaml``, and of the validation page for what rules ask.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from babel.dates import format_date

from pipeline.evaluation import Evaluation
from pipeline.formulas import without_formula
from pipeline.instrument import Question
from pipeline.publish.annex.validation import asked_value
from pipeline.stages.language import speaker_of, words_of
from pipeline.wording.markdown import literal, plain
from pipeline.wording.phrases import capital
from pipeline.wording.speaking import Speaker

_WORDS = "_corrections"
#: Columns of a sheet, those in `FILLED` for the space to fill.
FILLED = ("new", "reason", "who")
COLUMNS = ("source", "key", "column", "asked", "old", "found", "expected", "action", *FILLED)
#: How wide the columns of a workbook are, in signs.
_WIDTHS = (14, 24, 16, 34, 14, 34, 34, 44, 18, 30, 18)
#: What a rule found besides the value itself, as ingest tells it.
_TOLD = {
    "repeated_key": re.compile(r"same key as line (?P<line>\d+)"),
    "age_sum_differs": re.compile(r"total (?P<total>\S+), ages add up to (?P<sum>\S+)"),
    "attended_over_enrolled": re.compile(r"(?P<attended>\S+) attended, (?P<enrolled>\S+) enrolled"),
    "used_over_offered": re.compile(r"(?P<used>\S+) used, (?P<offered>\S+) offered"),
}


def column_heads(evaluation: Evaluation) -> dict[str, str]:
    """Return head of a column -> its name, in every language of the evaluation and by the name itself."""
    heads: dict[str, str] = {}
    for lang in evaluation.settings.languages:
        speaker = speaker_of(words_of(evaluation, lang))
        heads |= {speaker.word(f"{_WORDS}.columns.{name}"): name for name in COLUMNS}
    return heads


def write_sheets(evaluation: Evaluation, by_space: Mapping[str, pd.DataFrame], folder: Path) -> tuple[int, int]:
    """Write a CSV and a workbook a space, in the first language, in place of those that are there.

    What no space can correct (empty lines, totals, entries of the register) is left out.

    Returns
    -------
    How many spaces have something to correct, and how many values that is.
    """
    speaker = speaker_of(words_of(evaluation, evaluation.settings.languages[0]))
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.csv"), *folder.glob("*.xlsx")):
        old.unlink()
    spaces, n = 0, 0
    for space, table in by_space.items():
        lines = [line for row in table.to_dict("records") if (line := _line(evaluation, speaker, row))]
        if not lines:
            continue
        spaces, n = spaces + 1, n + len(lines)
        heads = [speaker.word(f"{_WORDS}.columns.{name}") for name in COLUMNS]
        path = folder / re.sub(r"[^\w-]+", "_", space)[:80]
        shown = pd.DataFrame([[without_formula(cell) for cell in line] for line in lines], columns=heads)
        csv = path.with_name(f"{path.name}.csv")
        shown.to_csv(csv, sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n")
        _write_workbook(path.with_name(f"{path.name}.xlsx"), capital(speaker.word(f"{_WORDS}.sheet")), heads, lines)
    return spaces, n


def _line(evaluation: Evaluation, speaker: Speaker, row: Mapping[Any, Any]) -> list[str]:
    """Return the cells of a value that was set aside; none where no space can correct it."""
    rule = str(row["rule"])
    key = f"{_WORDS}.actions.{rule}"
    action = speaker.note(key if key in speaker.words.texts else f"{_WORDS}.actions.other")
    if not action:
        return []
    instrument = evaluation.instruments[str(row["source"])]
    question = next((q for q in instrument.questions if row["column"] in (q.name, *q.clean_columns())), None)
    lang = speaker.words.lang
    cells = {
        **{name: str(row[name]) for name in ("source", "key", "column", "old")},
        "asked": "" if question is None else question.title(lang),
        "found": _found(speaker, rule, str(row["found"]), str(row["old"])),
        "expected": _expected(evaluation, speaker, row, question),
        "action": plain(action),
    }
    return [cells.get(name, "") for name in COLUMNS]


def _found(speaker: Speaker, rule: str, found: str, old: str) -> str:
    """Return why a value was set aside, and what was found: the value, or what a rule tells of several."""
    why = capital(speaker.word(f"_validation.reasons.{rule}")) or rule.replace("_", " ")
    told = _TOLD[rule].match(found) if rule in _TOLD else None
    if told is None and (found != old or not old):
        return plain(why)
    named = {} if told is None else {name: literal(text) for name, text in told.groupdict().items()}
    said = speaker.compose(f"{_WORDS}.found.{rule}", named, sentence=False) if named else literal(found)
    return plain(speaker.compose(f"{_WORDS}.because", {"why": why, "found": said}))


def _expected(evaluation: Evaluation, speaker: Speaker, row: Mapping[Any, Any], question: Question | None) -> str:
    """Return what a rule asks, with the codes or days that it allows."""
    lang, key = speaker.words.lang, f"_validation.asked.{row['asked']}"
    if not row["asked"] or key not in speaker.words.texts:
        return ""
    said = {name: asked_value(value, lang) for name, value in json.loads(row["values"] or "{}").items()}
    asked = speaker.compose(key, said, sentence=False)
    allowed = ""
    if question is not None and row["rule"] == "unknown_code":
        allowed = literal(", ".join(f"{code} = {label.in_language(lang)}" for code, label in question.codes.items()))
    if row["rule"] == "date_outside_field" and isinstance(row["wave"], str):
        first, last = (format_date(day, "long", locale=lang) for day in evaluation.wave(row["wave"]).field)
        allowed = speaker.compose(f"{_WORDS}.days", {"first": first, "last": last}, sentence=False)
    if allowed:
        asked = speaker.compose(f"{_WORDS}.allowed", {"asked": asked, "allowed": allowed}, sentence=False)
    return plain(asked).replace("\\", "")


def _write_workbook(path: Path, title: str, heads: list[str], lines: list[list[str]]) -> None:
    """Write the cells as text, so that no spreadsheet turns a code or a day into something else."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    fixed = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    empty = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "bg_color": "#fff6d6", "border": 1})
    sheet = book.add_worksheet(title[:31])
    for at, (name, head, width) in enumerate(zip(COLUMNS, heads, _WIDTHS, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, head, bold)
        style = empty if name in FILLED else fixed
        for number, line in enumerate(lines, 1):
            if line[at]:
                sheet.write_string(number, at, line[at], style)
            else:
                sheet.write_blank(number, at, None, style)
    sheet.freeze_panes(1, 2)
    book.close()
