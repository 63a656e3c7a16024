"""The declared statements of an evaluation in words: what may be said, with which number, and how strongly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline import results
from pipeline.export.answers import indicator_name, named, when, written
from pipeline.export.findings import Finding, findings
from pipeline.export.prose import grid
from pipeline.wording.numbers import NO_BREAK
from pipeline.wording.phrases import EVIDENCE

if TYPE_CHECKING:
    from IPython.display import Markdown

_DIRECTIONS = {
    "fr": {
        "rise": "en hausse, ",
        "fall": "en baisse, ",
        "stable": "sans changement notable, ",
        "above": "au-dessus du seuil retenu, ",
        "below": "au-dessous du seuil retenu, ",
        "level": "",
    },
    "en": {
        "rise": "rising, ",
        "fall": "falling, ",
        "stable": "no notable change, ",
        "above": "above the declared level, ",
        "below": "below the declared level, ",
        "level": "",
    },
}
_NOTHING = {
    "fr": "rien ne peut être affirmé à partir de cette édition",
    "en": "nothing can be stated from this edition",
}
_HEADINGS = {"fr": ["Question", "Constat", "Force"], "en": ["Question", "Statement", "Strength"]}


def statements(report: Any, caption: str, name: str) -> Markdown:
    """Return the declared statements as a table: evaluation question, statement with its number, strength.

    Parameters
    ----------
    report : the report of a document's cells, which writes the numbers.
    caption, name : caption and reference id of the table.

    Raises
    ------
    PublishError
        When a statement names a result that does not exist.
    """
    lang = report.lang
    table = results.read(report.evaluation.stage("protect") / "results.parquet")
    asked = {q.id: q for q in report.evaluation.settings.questions}
    rows: list[list[object]] = []
    last = ""
    for found in findings(report.evaluation, table):
        question = asked[found.question]
        text = question.fr if lang == "fr" else (question.en or question.fr)
        rows.append([text if found.question != last else "″", _said(report, found), _strength(found, lang)])
        last = found.question
    return grid(_HEADINGS[lang], rows, caption, name, [34, 52, 14], lang=lang)


def _strength(found: Finding, lang: str) -> str:
    return EVIDENCE[found.grade.strength][lang] if found.grade.strength else "–"


def _said(report: Any, found: Finding) -> str:
    row, lang = found.row, report.lang
    name = named(report, indicator_name(report, f"{row['analysis']}.{row['indicator']}"), row)
    colon = f"{NO_BREAK}:" if lang == "fr" else ":"
    if not found.grade.strength:
        return f"{name}{colon} {_NOTHING[lang]}"
    return f"{name}{colon} {_DIRECTIONS[lang][found.grade.direction]}{written(report, row)}{when(report, row)}"
